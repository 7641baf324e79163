"""Cassettes as exchanges, whatever wrote them: vcrpy, pytest-recording, pydantic-ai's serializer, cassetter."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol

from pydantic import ValidationError

from integtest.codecs.json_document import compact
from integtest.codecs.names import shared
from integtest.errors import UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import (
    Exchange,
    Frame,
    Headers,
    Place,
    Provenance,
    Request,
    Response,
    TransportFailure,
)

KEY = "integtest"
"""The response's member that holds what the format has no word for; vcrpy carries it along."""

_PROVENANCE = ("source", "tool", "git_commit", "consumer_version", "provider_version", "max_age")


class NoCassetteError(UnreadableFileError):
    """A well-formed document of another kind; a folder may hold such files among its cassettes."""


class Entry(Protocol):
    """A value of a cassette file, YAML's or JSON's."""

    value: Any

    @property
    def is_null(self) -> bool: ...

    @property
    def where(self) -> Place:
        """Where it stands in its file."""
        ...

    def mapping(self) -> Mapping[str, Any]: ...

    def items(self) -> Sequence[Any]: ...

    def get(self, key: str) -> Any: ...

    def text(self) -> str: ...

    def octets(self) -> bytes: ...

    def data(self) -> Any: ...

    def fail(self, message: str, hint: str | None = None) -> NoReturn: ...


def read_cassette(root: Entry, place: Place, *, whole: bool) -> Cassette:
    """The cassette in a parsed file. `whole` says that its format shows by itself that nothing was cut off."""
    if not isinstance(root.value, dict):
        older = isinstance(root.value, list) and root.value and "request" in root.items()[0].mapping()
        root.fail("is a cassette of vcrpy before 1.0" if older else "is no cassette", hint="record it again")
    if "http_interactions" in root.mapping():
        root.fail("is a cassette of VCR for Ruby or R", hint="record it again with vcrpy's format")
    if "interactions" not in root.mapping() or "consumer" in root.mapping():
        raise NoCassetteError("is no cassette", place=place.file, hint="a cassette lists `interactions`")
    version = root.get("version")
    if version is not None and version.text() != "1":
        version.fail(f"is cassette version {version.text()!r}; 1 can be read")
    if version is None and not whole:
        root.fail("has no `version`: it was cut off", hint="record it again, or add `version: 1` if it is whole")
    metadata = root.get("metadata")
    listed = root.get("interactions")
    entries = listed.items() if listed else []
    return Cassette(
        exchanges=tuple(_read_exchange(one) for one in entries),
        metadata=(_plain(metadata) if metadata else {}) | (_kept_metadata(entries[0]) if entries else {}),
        place=place,
    )


def _plain(metadata: Entry) -> dict[str, Any]:
    metadata.mapping()
    return dict(metadata.data())


def _kept_metadata(entry: Entry) -> dict[str, Any]:
    """What we put into the first response, since pytest-recording does not survive it at the top."""
    own = entry.get("response").get(KEY)
    found = own.get("cassette") if own else None
    return _plain(found) if found else {}


def _read_exchange(entry: Entry) -> Exchange:
    sent, came = _need(entry, "request"), _need(entry, "response")
    own = came.get(KEY)
    kept: dict[str, Any] = own.data() if own and own.mapping() else {}
    failure = kept.get("error") or kept.get("broke")
    try:
        return Exchange(
            request=_read_request(sent),
            response=None if kept.get("error") else _read_response(came, kept),
            error=TransportFailure(**failure) if failure else None,
            latency=kept.get("latency"),
            duration=kept.get("duration"),
            provenance=_read_provenance(entry, came, kept),
            place=entry.where,
        )
    except (ValidationError, TypeError) as error:
        at: Entry = own or entry
        at.fail(f"does not hold what integtest writes there: {_first(error)}")


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'/'.join(str(step) for step in first['loc'])}: {first['msg']}"


def _read_request(entry: Entry) -> Request:
    method, url = _need(entry, "method"), entry.get("url") or _need(entry, "uri")
    return Request(
        method=shared(method.text()),
        url=url.text(),
        headers=_read_headers(entry.get("headers")),
        body=_read_body(entry),
    )


def _read_response(entry: Entry, kept: Mapping[str, Any]) -> Response:
    status, reason = _read_status(entry)
    body = _read_body(entry)
    version = entry.get("http_version")
    told = {"http_version": shared(version.text())} if version else {}
    told |= {name: kept[name] for name in ("complete", "http_version") if name in kept}
    return Response(
        status=status,
        reason=shared(reason),
        headers=_read_headers(entry.get("headers")),
        body=body,
        frames=_frames(body, kept.get("frames") or ()),
        **told,
    )


def _frames(body: bytes, cuts: Sequence[Sequence[Any]]) -> tuple[Frame, ...]:
    """Pieces of the body: each cut is a time in seconds and a length in bytes."""
    frames, start = [], 0
    for at, length in cuts:
        frames.append(Frame(at=at, data=body[start : start + length]))
        start += length
    return tuple(frames)


def _read_status(entry: Entry) -> tuple[int, str]:
    """vcrpy's {code, message}, cassetter's number, the `status_code` of vcrpy's first httpx stubs."""
    status = entry.get("status") or entry.get("status_code")
    if status is None:
        entry.fail("has no `status`", hint="it was cut off, or is no cassette that vcrpy would read")
    if not isinstance(status.value, dict):
        return _code(status), ""
    message = status.get("message")
    return _code(_need(status, "code")), message.text() if message else ""


def _code(entry: Entry) -> int:
    text = entry.text()
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        entry.fail(f"should be a status code, found {text[:20]!r}")
    return int(text)


def _read_headers(entry: Entry | None) -> Headers:
    """Field lines from a name's list of values, or its one value; bytes as the Latin-1 that HTTP has them in."""
    if entry is None:
        return ()
    return tuple(
        (shared(name), shared(_field(one)))
        for name, value in entry.mapping().items()
        for one in (value.items() if isinstance(value.value, list) else [value])
    )


def _field(entry: Entry) -> str:
    if isinstance(entry.value, dict | list):
        entry.text()
    content = entry.octets()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _read_body(entry: Entry) -> bytes:
    parsed = entry.mapping().get("parsed_body")
    if parsed is not None and not parsed.is_null:
        return json.dumps(parsed.data()).encode()
    body = entry.get("body") or entry.get("content")
    if body is None:
        return b""
    return _read_forms(body) if isinstance(body.value, dict) else _joined(body)


def _joined(body: Entry) -> bytes:
    """A body, or one that was sent in pieces."""
    return b"".join(one.octets() for one in body.items()) if isinstance(body.value, list) else body.octets()


def _read_forms(body: Entry) -> bytes:
    """The forms of a body that is a mapping: {string}, {base64_string}, {type, content}, {} for none."""
    members = body.mapping()
    if "base64_string" in members:
        return _base64(members["base64_string"])
    if "string" in members:
        return _joined(members["string"])
    kind = body.get("type")
    if kind is None:
        if members:
            body.fail("is a body of no known form", hint="vcrpy writes `string`")
        return b""
    return _read_typed(kind, members.get("content"))


def _read_typed(kind: Entry, content: Entry | None) -> bytes:
    name = kind.text()
    if name == "none" or content is None:
        return b""
    if name == "json":
        return compact(content.data())
    if name == "text":
        return content.octets()
    if name != "binary":
        kind.fail(f"is a body of type {name!r}, which is not known")
    try:
        return bytes.fromhex(content.text())
    except ValueError:
        content.fail("is not hexadecimal, as its `type: binary` says")


def _base64(entry: Entry) -> bytes:
    if entry.is_null:
        return b""
    try:
        return base64.b64decode("".join(entry.text().split()), validate=True)
    except (binascii.Error, ValueError):
        entry.fail("is not base64")


def _read_provenance(entry: Entry, came: Entry, kept: Mapping[str, Any]) -> Provenance:
    stamp = kept.get("recorded_at")
    found = next((at for at in (came.get("recorded_at"), entry.get("recorded_at")) if at), None)
    if stamp is None and found is not None:
        stamp = found.text()
    named = {name: str(kept[name]) for name in _PROVENANCE if kept.get(name) is not None}
    if stamp is None and not named:
        return _UNKNOWN
    return Provenance(recorded_at=_moment(str(stamp), entry) if stamp is not None else None, **named)


_UNKNOWN = Provenance()


def _moment(text: str, entry: Entry) -> datetime:
    """A date and time; UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        entry.fail(f"has a `recorded_at` that is no date: {text[:40]!r}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _need(entry: Entry, key: str) -> Any:
    found = entry.get(key)
    if found is None:
        entry.fail(f"has no `{key}`", hint="it was cut off, or is no cassette that vcrpy would read")
    return found
