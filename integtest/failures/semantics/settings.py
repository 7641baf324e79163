"""Settings that the other side drops, garbles or does not heed: headers, and limits that were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, changed, with_body
from integtest.failures.fields import replaced
from integtest.failures.refusals import asked
from integtest.failures.sizes import lists, numbered
from integtest.failures.subject import Subject
from integtest.failures.telling import plain
from integtest.model.failure import Fault

_LIMITS = ("limit", "page_size", "per_page", "top_k", "n", "max_results", "count", "first", "size")
_TRANSPORT = {"content-type", "content-length", "transfer-encoding", "connection", "date"}


@mode(
    "setting-ignored",
    number=50,
    layer="semantics",
    title="a header or a setting is dropped, garbled or not heeded",
    source="CSI (EuroSys'23): Ignorance, Unexpected Override, Mishandling Configuration Value",
    healthy=MAY_IGNORE,
    covers=(
        *("csi:ignorance", "csi:unexpected-override", "csi:mishandling-configuration-value"),
        *("csi:wrong-api-assumptions/custom-property",),
    ),
)
def setting_ignored(subject: Subject) -> Iterator[Draft]:
    """A promised header stripped or garbled; more items than were asked for; a body without its content type."""
    if not subject.usable or subject.http is None:
        return
    yield from _headers(subject)
    yield from _limit(subject)
    if subject.has_document:
        fault = with_body(subject, subject.content, "text/plain; charset=utf-8")
        yield Draft(
            always(subject, fault),
            what="the JSON comes as text/plain",
            why="proxies and object stores replace the content type",
            variant="content-type",
            keeps=True,
        )


def _headers(subject: Subject) -> Iterator[Draft]:
    assert subject.http is not None  # noqa: S101 - a call
    for name, values in subject.http.response.headers.items():
        if name.lower() in _TRANSPORT or not values:
            continue
        why = f"the contract relies on the header {name}, which a proxy may drop or rewrite"
        gone = subject.reply(body=subject.content)
        kept = tuple((key, value) for key, value in gone.headers if key.lower() != name.lower())
        yield Draft(
            always(subject, Fault(kind="reply", response=gone.model_copy(update={"headers": kept}))),
            what=f"the header {name} is missing",
            why=why,
            variant=f"{name.lower()}-gone",
        )
        garbled = subject.reply(body=subject.content, headers=((name, "%%integtest;garbled=="),))
        yield Draft(
            always(subject, Fault(kind="reply", response=garbled)),
            what=f"the header {name} holds nothing of use",
            why=why,
            variant=f"{name.lower()}-garbled",
        )


def _limit(subject: Subject) -> Iterator[Draft]:
    found = _asked_limit(subject)
    places = lists(subject)
    if found is None or not places:
        return
    name, limit = found
    place = places[0]
    items = [numbered(deepcopy(place.value[0]), index) for index in range(limit + 3)]
    yield changed(
        subject,
        replaced(subject.document, place.pointer, items),
        pointer=place.pointer,
        variant="limit",
        what=f"{len(items)} items come, where {name}={limit} was asked for",
        why=f"the request asks for {name}={limit}, and providers have limits of their own",
        oracle={"differs": True},
    )


def _asked_limit(subject: Subject) -> tuple[str, int] | None:
    """A small limit that the promised request asks for, in its query or at the top of its body."""
    assert subject.http is not None  # noqa: S101 - a call
    query = {plain(name): values[0] for name, values in subject.http.request.query.items() if values}
    for name in _LIMITS:
        value = query.get(name, asked(subject, f"/{name}"))
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 100:
            return name, value
    return None
