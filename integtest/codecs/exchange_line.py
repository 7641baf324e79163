"""Exchanges from lines that are known to be right: a quick way back from `cassette_jsonl.line`.

Nothing is validated: whoever uses it compared what comes out with what went in, when the line was written, and
knows that the line is still the same.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from typing import Any, TypeVar

import orjson

from integtest.model.base import Frozen
from integtest.model.http import Exchange, Frame, Headers, Place, Provenance, Request, Response, TransportFailure

T = TypeVar("T", bound=Frozen)
_UNKNOWN = Provenance()
_VERSION: str = Response.model_fields["http_version"].default
_GIVEN: dict[type[Frozen], set[str]] = {
    model: set(model.model_fields) for model in (Exchange, Request, Response, Frame, Provenance)
}
"""One set for all of a kind: a frozen model never changes it, and its copies copy it."""
_set = object.__setattr__


def read(line: bytes, place: Place) -> Exchange:
    """The exchange in a line, as standing in `place`; KeyError, TypeError or ValueError where it holds none."""
    part = orjson.loads(line)
    came, error, known = part.get("response"), part.get("error"), part.get("provenance")
    return _made(
        Exchange,
        {
            "request": _request(part["request"]),
            "response": None if came is None else _response(came),
            "error": None if error is None else TransportFailure(**error),
            "latency": part.get("latency"),
            "duration": part.get("duration"),
            "provenance": _UNKNOWN if known is None else _provenance(known),
            "place": place,
        },
    )


def _made(model: type[T], fields: dict[str, Any]) -> T:
    """What `model_construct` makes when every field is given, in a quarter of its time."""
    one = model.__new__(model)
    _set(one, "__dict__", fields)
    _set(one, "__pydantic_fields_set__", _GIVEN[model])
    _set(one, "__pydantic_extra__", None)
    _set(one, "__pydantic_private__", None)
    return one


def _request(part: dict[str, Any]) -> Request:
    return _made(
        Request,
        {"method": part["method"], "url": part["url"], "headers": _headers(part), "body": _body(part)},
    )


def _response(part: dict[str, Any]) -> Response:
    body, cuts = _body(part), part.get("frames")
    return _made(
        Response,
        {
            "status": part["status"],
            "reason": part["reason"],
            "headers": _headers(part),
            "body": body,
            "frames": _frames(body, cuts) if cuts else (),
            "complete": part.get("complete", True),
            "http_version": part.get("http_version", _VERSION),
        },
    )


def _frames(body: bytes, cuts: list[tuple[float, int]]) -> tuple[Frame, ...]:
    frames, start = [], 0
    for at, length in cuts:
        frames.append(_made(Frame, {"at": at, "data": body[start : start + length]}))
        start += length
    return tuple(frames)


def _headers(part: dict[str, Any]) -> Headers:
    return tuple([(name, value) for name, value in part["headers"]])


def _body(part: dict[str, Any]) -> bytes:
    text: str | None = part.get("body")
    return b64decode(part["base64"]) if text is None else text.encode()


def _provenance(known: dict[str, Any]) -> Provenance:
    fields = dict.fromkeys(Provenance.model_fields) | known
    if fields["recorded_at"] is not None:
        fields["recorded_at"] = datetime.fromisoformat(fields["recorded_at"])
    return _made(Provenance, fields)
