"""Ordering: twice, late, never, out of step, and after the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, with_body
from integtest.failures.fields import Field, replaced
from integtest.failures.paging import is_paged, pages
from integtest.failures.refusals import refusal
from integtest.failures.semantics.times import instant
from integtest.failures.subject import SAFE, Subject, encoded, reference
from integtest.failures.telling import plain
from integtest.model.contract import HttpInteraction, InteractionRef
from integtest.model.failure import Fault, Injection, Script
from integtest.model.http import Response

_SEQUENCE = {"sequence", "seq", "version", "revision", "rev", "offset", "generation", "resource_version", "etag"}


@mode(
    "stale-retry",
    number=17,
    layer="ordering",
    title="a page fails, and is asked for again",
    source="Wasabi (SOSP'24): HOW, state reset and job tracking",
    healthy=("recover", "refuse"),
    covers=("wasabi:how-state", "wasabi:how-tracking"),
)
def stale_retry(subject: Subject) -> Iterator[Draft]:
    """The second page fails once: who asks again has every item once, none twice, none lost."""
    if not is_paged(subject):
        return
    fault = Fault(kind="reply", response=refusal(subject, 503))
    others = [ref for ref in pages(subject) if ref != subject.ref]
    later = Script(target=others[0], faults=(fault,), then="whole") if others else None
    script = later or Script(target=subject.ref, faults=(None, fault), then="whole")
    yield Draft(
        Injection(scripts=(script,)),
        what="the second page fails once with 503",
        why="the consumer reads the list page by page, so that a retry starts in the middle",
    )


@mode(
    "duplicate",
    number=36,
    layer="ordering",
    title="the same message twice",
    source="CloudEvents 1.0: source and id; rasa#3882",
    healthy="tolerate",
    covers=("wasabi:how-tracking", "csi:wrong-api-assumptions/api-semantics"),
    once=True,
)
def duplicate(subject: Subject) -> Iterator[Draft]:
    """Delivered again after it was taken, and twice at the same time."""
    identity = _identity(subject)
    if identity is None:
        return
    for variant, together in ((None, False), ("concurrently", True)):
        yield Draft(
            always(subject, Fault(kind="duplicate", times=2, concurrently=together)),
            what=f"the message is delivered twice{', at the same time' if together else ''}",
            why=f"delivery is at least once, and {identity} tells that it is the same one",
            variant=variant,
            keeps=True,
        )


def _identity(subject: Subject) -> str | None:
    """By what a message is known again."""
    if subject.message is None:
        return None
    if subject.message.once:
        return subject.message.once
    metadata = [name for name in subject.message.message.metadata if plain(name).split("_")[-1] in ("id", "key")]
    labels = [one.pointer for one in subject.leaves if plain(one.name).split("_")[-1] in ("id", "uuid", "key")]
    return next(iter((*metadata, *labels)), None)


@mode(
    "reordered",
    number=37,
    layer="ordering",
    title="messages out of order",
    source="3MileBeach (SoCC'21)",
    healthy=MAY_IGNORE,
    covers=("csi:wrong-api-assumptions/api-semantics", "csi:state-resource-inconsistency"),
)
def reordered(subject: Subject) -> Iterator[Draft]:
    """The first message comes after the one that followed it."""
    order = _order(subject)
    if subject.message is not None and order is not None:
        script = Script(target=subject.ref, faults=(Fault(kind="hold-back"),), then="whole")
        yield Draft(
            Injection(scripts=(script,)),
            what="the first message comes after the next one",
            why=f"queues keep no order over retries, and {order} tells which was first",
            keeps=True,
        )


def _order(subject: Subject) -> str | None:
    if subject.message is None:
        return None
    metadata = [
        name for name in subject.message.message.metadata if plain(name).split("_")[-1] in _SEQUENCE | {"time"}
    ]
    return next(iter((*metadata, *(one.pointer for one in subject.leaves if _ordered(one)))), None)


def _ordered(field: Field) -> bool:
    return plain(field.name) in _SEQUENCE or instant(field) is not None


@mode(
    "lost-message",
    number=38,
    layer="ordering",
    title="a message never comes",
    source="3MileBeach (SoCC'21)",
    healthy=("refuse", "recover", "hold"),
    covers=("csi:monitoring-discrepancy", "filibuster:Timeout"),
    differs=True,
)
def lost_message(subject: Subject) -> Iterator[Draft]:
    """It is dropped on the way: the consumer stops waiting, or asks."""
    if subject.message is not None:
        yield Draft(
            always(subject, Fault(kind="drop")),
            what="the message never comes",
            why="a callback is sent once, and its sender may fail",
        )


@mode(
    "stale-read",
    number=39,
    layer="ordering",
    title="an older state comes after a newer one",
    source="RFC 9111, 4.2; 3MileBeach (SoCC'21)",
    healthy=("refuse", "recover", "tolerate"),
    covers=("csi:state-resource-inconsistency", "csi:api-semantics-violation"),
)
def stale_read(subject: Subject) -> Iterator[Draft]:
    """From the second read on an older version comes, as a cache or a replica that lags behind gives it."""
    http = subject.http
    if http is None or http.request.method.upper() not in SAFE or not subject.succeeds:
        return
    older, told = _older(subject)
    writer = _other(subject, lambda one: one.request.method.upper() not in (*SAFE, "DELETE"))
    if older is not None and writer is not None:
        fault = Fault(kind="reply", response=older)
        yield Draft(
            Injection(scripts=(Script(target=subject.ref, faults=(None, fault)),)),
            what=f"from the second read on an older state comes ({told})",
            why=f'the consumer also writes it ("{writer.description}"), and {told} tells which is newer',
            keeps=True,
        )


def _older(subject: Subject) -> tuple[Response | None, str]:
    """The promised reply as it was before, and what tells so."""
    for field in subject.leaves:
        value = _before(field)
        if value is not None:
            document = replaced(subject.document, field.pointer, value)
            fault = with_body(subject, encoded(document), headers=(("Age", "86400"),))
            return fault.response, field.pointer
    tag = (
        next((name for name in subject.http.response.headers if name.lower() == "etag"), None)
        if subject.http
        else None
    )
    if tag is None:
        return None, ""
    body = subject.content
    return subject.reply(body=body, headers=((tag, '"integtest-older"'), ("Age", "86400"))), tag


def _before(field: Field) -> Any:
    value = field.value
    if plain(field.name) in _SEQUENCE and isinstance(value, int) and not isinstance(value, bool):
        return max(value - 1, 0) if value else None
    moment = instant(field)
    if moment is None or not plain(field.name).startswith(("updated", "modified", "last_modified", "changed")):
        return None
    return (
        moment.replace(year=moment.year - 1, day=min(moment.day, 28)).isoformat()
        if isinstance(value, str)
        else None
    )


def _other(subject: Subject, wanted: Any) -> InteractionRef | None:
    """Another promise of the same provider about the same thing: its path, or what lies above it."""
    http = subject.http
    assert http is not None  # noqa: S101 - a call
    path = http.request.path.rstrip("/")
    for one in subject.book.interactions:
        if (
            isinstance(one, HttpInteraction)
            and one.contract.provider == http.contract.provider
            and one.response.status < 400
            and one.request.path.rstrip("/") in (path, path.rpartition("/")[0])
            and wanted(one)
        ):
            return reference(one)
    return None


@mode(
    "use-after-delete",
    number=49,
    layer="ordering",
    title="what was deleted can still be read",
    source="Schemathesis: use_after_free",
    healthy="refuse",
    side="provider",
    covers=("csi:state-resource-inconsistency",),
)
def use_after_delete(subject: Subject) -> Iterator[Draft]:
    """For a live provider: delete, then read the same thing; the script's target is what reads it. A deletion that
    was only accepted (202) need not be done yet (RFC 9110, 15.3.3)."""
    http = subject.http
    if (
        http is None
        or http.request.method.upper() != "DELETE"
        or not subject.succeeds
        or http.response.status == 202
    ):
        return
    path = http.request.path.rstrip("/")
    reader = _other(
        subject, lambda one: one.request.method.upper() == "GET" and one.request.path.rstrip("/") == path
    )
    if reader is not None:
        yield Draft(
            Injection(scripts=(Script(target=reader, faults=(None,), then="whole"),)),
            what=f'"{reader.description}" is still answered after the deletion',
            why=f"the contract deletes {http.request.path} and reads it elsewhere",
            oracle={"statuses": (403, 404, 410)},
        )
