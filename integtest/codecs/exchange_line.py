"""Exchanges from lines that are known to be right: a quick way back from `cassette_jsonl.line`.

Nothing is validated: whoever uses it compared what comes out with what went in, when the line was written, and
knows that the line is still the same.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from typing import Any

import orjson

from integtest.codecs.names import shared
from integtest.model.http import Exchange, Frame, Headers, Place, Provenance, Request, Response, TransportFailure

_UNKNOWN = Provenance()
_VERSION: str = Response.model_fields["http_version"].default


def read(line: bytes, place: Place) -> Exchange:
    """The exchange in a line, as standing in `place`; KeyError, TypeError or ValueError where it holds none."""
    part = orjson.loads(line)
    came, error, known = part.get("response"), part.get("error"), part.get("provenance")
    return Exchange.of(
        {
            "request": _request(part["request"]),
            "response": None if came is None else _response(came),
            "error": None if error is None else TransportFailure(**error),
            "latency": part.get("latency"),
            "duration": part.get("duration"),
            "provenance": _UNKNOWN if known is None else _provenance(known),
            "place": place,
        }
    )


def _request(part: dict[str, Any]) -> Request:
    return Request.of(
        {"method": shared(part["method"]), "url": part["url"], "headers": _headers(part), "body": _body(part)}
    )


def _response(part: dict[str, Any]) -> Response:
    body, cuts = _body(part), part.get("frames")
    return Response.of(
        {
            "status": part["status"],
            "reason": shared(part["reason"]),
            "headers": _headers(part),
            "body": body,
            "frames": _frames(body, cuts) if cuts else (),
            "complete": part.get("complete", True),
            "http_version": shared(part.get("http_version", _VERSION)),
        }
    )


def _frames(body: bytes, cuts: list[tuple[float, int]]) -> tuple[Frame, ...]:
    frames, start = [], 0
    for at, length in cuts:
        frames.append(Frame.of({"at": at, "data": body[start : start + length]}))
        start += length
    return tuple(frames)


def _headers(part: dict[str, Any]) -> Headers:
    return tuple([(shared(name), shared(value)) for name, value in part["headers"]])


def _body(part: dict[str, Any]) -> bytes:
    text: str | None = part.get("body")
    return b64decode(part["base64"]) if text is None else text.encode()


def _provenance(known: dict[str, Any]) -> Provenance:
    fields = dict.fromkeys(Provenance.model_fields) | known
    if fields["recorded_at"] is not None:
        fields["recorded_at"] = datetime.fromisoformat(fields["recorded_at"])
    return Provenance.of(fields)
