"""What a fault does to an answer on the wire: cut, held, dripped, garbled, or replaced."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Mapping
from dataclasses import replace
from email.utils import formatdate

from integtest.adapters.wire.answer import Answer, Cut, Drip, Raw, from_response
from integtest.model.failure import Fault
from integtest.model.http import Frame, Headers, Response

_DATE = re.compile(r"\{http-date:([+-]?\d+(?:\.\d+)?)\}")
_GARBAGE = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is no HTTP message\r\n\r\n"
_BAD_CHUNK = b"zz\r\nno chunk has this size\r\n"
_LATE = 5.0
"""Seconds that a stalled answer is held where nobody says how long."""


def broken(fault: Fault, healthy: Answer, *, now: float, hold: float = _LATE) -> Answer:
    """The answer with the fault done to it. `now` is the consumer's wall clock in seconds since the epoch, for
    dates; `hold` how long a stall lasts before the connection is reset, so that a client without a time-out ends
    too."""
    made = _MADE.get(fault.kind)
    if made is not None:
        return made
    match fault.kind:
        case "reply":
            return _replaced(fault, healthy, now)
        case "reset":
            return _RESET if fault.at is None else _cut(healthy, fault, "reset")
        case "short":
            return _cut(healthy, fault, "close")
        case "stall":
            return replace(_RESET, hold=hold)
        case "stall-body":
            return replace(_cut(healthy, fault, "reset"), hold=hold)
        case "drip":
            return replace(healthy, drip=Drip(size=fault.at or 1, every=fault.seconds or 1.0))
        case "bad-chunk":
            return _bad_chunk(healthy, fault)
    return healthy


_RESET = Answer(head=b"", finish="reset")
_MADE: Mapping[str, Answer] = {
    "refuse": _RESET,
    "lose": _RESET,
    "empty": Answer(head=b"", finish="close"),
    "garbage": Answer(head=_GARBAGE, finish="close"),
}
"""Faults that do not look at the promised answer."""


def _replaced(fault: Fault, healthy: Answer, now: float) -> Answer:
    delay = fault.seconds or 0.0
    if fault.response is None:
        return replace(healthy, delay=delay)
    return from_response(dated(fault.response, now), delay=delay)


def dated(response: Response, now: float) -> Response:
    """The response with its dates filled in: `{http-date:+30}` is 30 s after `now` (RFC 9110, 5.6.7)."""
    if not any("{http-date" in value for _, value in response.headers):
        return response

    def filled(found: re.Match[str]) -> str:
        return formatdate(now + float(found[1]), usegmt=True)

    headers: Headers = tuple((name, _DATE.sub(filled, value)) for name, value in response.headers)
    return response.model_copy(update={"headers": headers})


def _cut(healthy: Answer, fault: Fault, finish: str) -> Answer:
    """The body ends early: after so many octets, or after half of it."""
    size = len(body_of(healthy))
    at = size // 2 if fault.at is None else min(fault.at, max(size - 1, 0))
    return replace(healthy, cut=Cut(at, "body"), finish="reset" if finish == "reset" else "close")


def _bad_chunk(healthy: Answer, fault: Fault) -> Answer:
    body = body_of(healthy)
    at = len(body) // 2 if fault.at is None else fault.at
    pieces = (Frame(at=0.0, data=body[:at]), Raw(0.0, _BAD_CHUNK))
    headers = tuple((name, value) for name, value in healthy.headers if name.lower() != "content-length")
    return replace(healthy, headers=headers, body=pieces, framing="chunked", complete=False, finish="close")


def body_of(answer: Answer) -> bytes:
    """The octets of an answer's body, as far as they are known beforehand."""
    if isinstance(answer.body, bytes):
        return answer.body
    if isinstance(answer.body, AsyncIterable):
        return b""
    return b"".join(piece if isinstance(piece, bytes) else piece.data for piece in answer.body)
