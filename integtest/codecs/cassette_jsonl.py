"""Cassettes as JSON Lines: a header line, then one exchange a line, so that a recording can be appended to.

Also the form of the recorder's journal: what was cut in the middle of a line is lost, nothing before it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Any

import orjson
from pydantic import ValidationError

from integtest.codecs.names import shared
from integtest.errors import UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Frame, Place, Provenance, Request, Response, TransportFailure

FORMAT = "integtest-cassette"
VERSION = 1
NOWHERE = Place()


def dumps(cassette: Cassette) -> bytes:
    """The cassette as a file: the same bytes for the same cassette."""
    return b"".join([header(cassette.metadata), *map(line, cassette.exchanges)])


def header(metadata: dict[str, Any] | None = None) -> bytes:
    """The first line."""
    return _line({"format": FORMAT, "version": VERSION, "metadata": metadata or {}})


def line(exchange: Exchange) -> bytes:
    """One exchange; bodies as text where they are UTF-8, else in base64."""
    document: dict[str, Any] = {"request": _message(exchange.request)}
    if exchange.response is not None:
        document["response"] = _message(exchange.response)
    if exchange.error is not None:
        document["error"] = exchange.error.model_dump(exclude_defaults=True, exclude={"trace"})
    known = exchange.provenance.model_dump(mode="json", exclude_none=True)
    if known:
        document["provenance"] = known
    for name in ("latency", "duration"):
        if (value := getattr(exchange, name)) is not None:
            document[name] = value
    return _line(document)


def loads(data: bytes, place: Place = NOWHERE, *, cut: bool = False) -> Cassette:
    """The cassette in `data`. UnreadableFileError names the line that is none; with `cut` a last line without its
    end is passed over, as a recorder that was killed leaves it."""
    lines = data.split(b"\n")
    if (lines and not lines[-1]) or (lines and cut):
        lines.pop()
    if not lines:
        raise UnreadableFileError("is empty, not a cassette", place=place.file)
    first = _parse(lines[0], place, 1)
    if first.get("format") != FORMAT:
        raise _wrong(place, 1, f'is no cassette: its first line lacks "format": "{FORMAT}"')
    if first.get("version") != VERSION:
        raise _wrong(place, 1, f"has version {first.get('version')!r}, and this integtest reads {VERSION}")
    exchanges = tuple(_exchange(text, place, n) for n, text in enumerate(lines[1:], 2) if text.strip())
    metadata = first.get("metadata")
    return Cassette(exchanges=exchanges, metadata=metadata if isinstance(metadata, dict) else {}, place=place)


def _line(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _message(message: Request | Response) -> dict[str, Any]:
    if isinstance(message, Request):
        out: dict[str, Any] = {"method": message.method, "url": message.url}
    else:
        out = {"status": message.status, "reason": message.reason}
        if not message.complete:
            out["complete"] = False
        if message.http_version != Response.model_fields["http_version"].default:
            out["http_version"] = message.http_version
        if message.frames:
            out["frames"] = [[frame.at, len(frame.data)] for frame in message.frames]
    out["headers"] = [list(pair) for pair in message.headers]
    try:
        out["body"] = message.body.decode()
    except UnicodeDecodeError:
        out["base64"] = b64encode(message.body).decode()
    return out


def _exchange(text: bytes, place: Place, number: int) -> Exchange:
    document = _parse(text, place, number)
    try:
        response = document.get("response")
        error = document.get("error")
        return Exchange(
            request=_request(document["request"]),
            response=None if response is None else _response(response),
            error=None if error is None else TransportFailure(**error),
            latency=document.get("latency"),
            duration=document.get("duration"),
            provenance=Provenance(**document.get("provenance", {})),
            place=Place(file=place.file, line=number),
        )
    except (KeyError, TypeError, ValueError, Base64Error) as error:
        raise _wrong(place, number, f"is no exchange: {_reason(error)}") from None


def _request(part: dict[str, Any]) -> Request:
    return Request(method=shared(part["method"]), url=part["url"], headers=_headers(part), body=_body(part))


def _response(part: dict[str, Any]) -> Response:
    body, at = _body(part), 0
    frames = []
    for when, size in part.get("frames", ()):
        frames.append(Frame(at=when, data=body[at : at + size]))
        at += size
    rest = {name: part[name] for name in ("complete", "http_version") if name in part}
    return Response(
        status=part["status"],
        reason=shared(part.get("reason", "")),
        headers=_headers(part),
        body=body,
        frames=tuple(frames),
        **rest,
    )


def _headers(part: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((shared(name), shared(value)) for name, value in part.get("headers", ()))


def _body(part: dict[str, Any]) -> bytes:
    if "base64" in part:
        return b64decode(part["base64"], validate=True)
    return str(part.get("body") or "").encode()


def _parse(text: bytes, place: Place, number: int) -> dict[str, Any]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _wrong(place, number, f"is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise _wrong(place, number, "is no JSON object")
    return document


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


def _wrong(place: Place, number: int, message: str) -> UnreadableFileError:
    return UnreadableFileError(
        message,
        place=f"{place.file or 'cassette'}:{number}",
        hint="restore the file from version control, or record it again",
    )
