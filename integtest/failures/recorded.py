"""From recordings: what was really seen and the contract's example does not show, and past incidents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, refusing, size
from integtest.failures.subject import Subject
from integtest.model.contract import HttpInteraction
from integtest.model.failure import Fault, FaultKind
from integtest.model.http import Exchange, FailureKind, Response, media_type

_MOST = 20
"""Cases that one mode makes of one interaction's recordings."""
_PLACES = 400
_HOP = {"content-length", "transfer-encoding", "connection", "keep-alive", "date"}
_SOURCE = "the project's own cassettes"

_AS: dict[FailureKind, tuple[FaultKind, str]] = {
    "timeout": ("stall", "no answer came in time"),
    "refused": ("refuse", "the connection was refused"),
    "dns": ("refuse", "the name was not found"),
    "tls": ("refuse", "TLS failed"),
    "reset": ("reset", "the connection was reset"),
    "closed": ("empty", "the connection was closed without an answer"),
    "protocol": ("garbage", "what came was no HTTP"),
    "other": ("reset", "the call failed"),
}


@mode("recorded-failure", layer="transport", title="a failure that was recorded", source=_SOURCE, healthy="refuse")
def recorded_failure(subject: Subject) -> Iterator[Draft]:
    """A past incident in which no whole answer came: what failed then fails again."""
    if subject.http is None:
        return
    seen: set[str] = set()
    for exchange in subject.recordings:
        found = _failed(exchange)
        if found is not None and found[0] not in seen and len(seen) < _MOST:
            variant, what, fault = found
            seen.add(variant)
            yield Draft(
                always(subject, fault),
                what=f"as recorded: {what}",
                why=_where(exchange),
                variant=variant,
                oracle={"healthy": refusing(subject)},
            )


def _failed(exchange: Exchange) -> tuple[str, str, Fault] | None:
    if exchange.error is not None:
        kind, what = _AS[exchange.error.kind]
        return exchange.error.kind, what, Fault(kind=kind)
    response = exchange.response
    if response is not None and not response.complete:
        length = len(response.body)
        return (
            "cut",
            f"the body ended after {length} octets",
            Fault(kind="short", at=length, response=_sent(response)),
        )
    return None


@mode("recorded-status", layer="semantics", title="a status that was recorded", source=_SOURCE, healthy="refuse")
def recorded_status(subject: Subject) -> Iterator[Draft]:
    """A reply with another status than the promised one, as it came."""
    if subject.http is None:
        return
    promised = subject.http.response.status
    foreseen = _foreseen(subject)
    for status, (count, exchange, response) in sorted(_statuses(subject).items()):
        if status != promised:
            failed = status >= 400 and status not in foreseen
            yield Draft(
                always(subject, Fault(kind="reply", response=_sent(response))),
                what=f"the reply is the recorded one with status {status}",
                why=f"{count} of {len(subject.recordings)} recorded replies had it; {_where(exchange)}",
                variant=str(status),
                oracle={"healthy": refusing(subject) if failed else MAY_IGNORE, "differs": not failed},
            )


def _foreseen(subject: Subject) -> set[int]:
    """The statuses that the contract promises for the very same request, in other states of its provider: a
    consumer that knows them may go on as before, as with a 409 that says that it was done already."""
    promises = (one for one in subject.book.interactions if isinstance(one, HttpInteraction))
    same = (one for one in promises if one.contract.provider == subject.ref.provider)
    return {one.response.status for one in same if subject.http and one.request == subject.http.request}


def _statuses(subject: Subject) -> dict[int, tuple[int, Exchange, Response]]:
    found: dict[int, tuple[int, Exchange, Response]] = {}
    for exchange, response in _replies(subject):
        count, first, reply = found.get(response.status, (0, exchange, response))
        found[response.status] = (count + 1, first, reply)
    return found


@mode("recorded-reply", layer="schema", title="a reply that broke the promise", source=_SOURCE, healthy=MAY_IGNORE)
def recorded_reply(subject: Subject) -> Iterator[Draft]:
    """A past incident in which an answer came that does not keep the promise."""
    bodies: set[bytes] = set()
    for exchange, response in _promised(subject):
        if response.body in bodies or subject.schema is None or not _breaks(subject, response):
            continue
        bodies.add(response.body)
        yield Draft(
            always(subject, Fault(kind="reply", response=_sent(response))),
            what="the reply is a recorded one that does not keep the promise",
            why=_where(exchange),
            variant=str(len(bodies)),
        )
        if len(bodies) >= _MOST:
            return


def _breaks(subject: Subject, response: Response) -> bool:
    document = _document(response)
    return subject.has_document and (document is None or not subject.keeps(document[0]))


@mode(
    "recorded-variant", layer="schema", title="a rare shape that was recorded", source=_SOURCE, healthy=MAY_IGNORE
)
def recorded_variant(subject: Subject) -> Iterator[Draft]:
    """A reply with what few of the recorded ones have: a member that is mostly missing, or missing, or null, or of
    another type than the example's."""
    replies = [
        (exchange, response, document[0])
        for exchange, response in _promised(subject)
        if (document := _document(response)) is not None and (subject.schema is None or subject.keeps(document[0]))
    ]
    traits = [_traits(document) for _, _, document in replies]
    counted = Counter(trait for one in traits for trait in one)
    every = set(counted)
    usual = _traits(subject.document) if subject.has_document else set()
    absent = {("absent", pointer) for _, pointer in usual if counted[("there", pointer)] < len(replies)}
    rare = [trait for trait in every - usual if counted[trait] * 2 <= len(replies)] + sorted(absent)
    for kind, pointer in sorted(rare, key=lambda one: (counted[one], one))[:_MOST]:
        index = next((i for i, one in enumerate(traits) if _has(one, kind, pointer)), None)
        if index is None:
            continue
        exchange, response, _ = replies[index]
        share = sum(_has(one, kind, pointer) for one in traits)
        yield Draft(
            always(subject, Fault(kind="reply", response=_sent(response))),
            pointer=pointer or None,
            what=f"the reply is a recorded one in which {pointer} is {_told(kind)}",
            why=f"{share} of {len(replies)} recorded replies were so; {_where(exchange)}",
            variant=kind,
            oracle={"differs": True},
            keeps=True,
        )


def _has(traits: set[tuple[str, str]], kind: str, pointer: str) -> bool:
    return ("there", pointer) not in traits if kind == "absent" else (kind, pointer) in traits


def _told(kind: str) -> str:
    return {"absent": "missing", "there": "there"}.get(kind, kind)


@mode("recorded-largest", layer="volume", title="the largest reply recorded", source=_SOURCE, healthy=MAY_IGNORE)
def recorded_largest(subject: Subject) -> Iterator[Draft]:
    """The largest body that was seen, where it is at least twice as large as the example."""
    replies = list(_promised(subject))
    exchange, response = max(replies, key=lambda one: len(one[1].body), default=(None, None))
    if exchange is not None and response is not None and len(response.body) >= 2 * max(size(subject), 1):
        yield Draft(
            always(subject, Fault(kind="reply", response=_sent(response))),
            what=f"the reply is the largest one recorded, {len(response.body)} octets",
            why=f"the example has {size(subject)}; {_where(exchange)}",
            oracle={"differs": True},
            keeps=True,
        )


def _replies(subject: Subject) -> Iterator[tuple[Exchange, Response]]:
    for exchange in subject.recordings:
        if exchange.response is not None and exchange.response.complete:
            yield exchange, exchange.response


def _promised(subject: Subject) -> Iterator[tuple[Exchange, Response]]:
    """The whole replies of the promised status."""
    status = subject.http.response.status if subject.http else None
    return ((exchange, reply) for exchange, reply in _replies(subject) if reply.status == status)


def _document(response: Response) -> tuple[Any] | None:
    """The body as JSON, in a tuple since null is JSON too; None where it is none, or is coded."""
    kind = media_type(response.content_type)
    if (response.header("content-encoding") or "identity") != "identity" or not (not kind or kind.endswith("json")):
        return None
    try:
        return (json.loads(response.body),)
    except (ValueError, RecursionError):
        return None


def _traits(document: Any) -> set[tuple[str, str]]:
    """What is where: that a place is there, and its JSON type. Items of a list are one place."""
    found: set[tuple[str, str]] = set()
    queue: list[tuple[Any, str]] = [(document, "")]
    while queue and len(found) < _PLACES:
        value, pointer = queue.pop(0)
        found |= {("there", pointer), (_kind(value), pointer)}
        members: Sequence[tuple[str, Any]] = ()
        if isinstance(value, dict):
            members = [(key.replace("~", "~0").replace("/", "~1"), one) for key, one in value.items()]
        elif isinstance(value, list):
            members = [("0", one) for one in value[:50]]
        queue += [(one, f"{pointer}/{key}") for key, one in members]
    return found


def _kind(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return names.get(type(value), "null")


def _sent(response: Response) -> Response:
    """The reply without what belongs to the connection it came over."""
    kept = tuple((name, value) for name, value in response.headers if name.lower() not in _HOP)
    return response.model_copy(update={"headers": kept, "frames": (), "complete": True})


def _where(exchange: Exchange) -> str:
    place = exchange.place.file
    when = exchange.provenance.recorded_at
    told = " ".join(part for part in (place or "", f"on {when:%Y-%m-%d}" if when else "") if part)
    return f"recorded in {told}" if place else f"recorded {told}".rstrip()
