"""The meaning of a request body, as a value that compares: JSON, OTLP, forms and multipart, else the bytes."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from integtest.model.http import Request, media_type
from integtest.rules.otlp import OTLP_MEDIA, as_json, message_of
from integtest.rules.secrets import content

Normalise = Callable[[str], str]
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_LARGEST = 256 * 1024 * 1024
"""Bytes that a body may grow to when it is decompressed."""
_DISPOSITION = re.compile(rb'(name|filename)="([^"]*)"')


def meaning(request: Request, pointers: Sequence[str], names: Sequence[str], normalise: Normalise) -> Hashable:
    """What the body says. `pointers` are left out of JSON, and of OTLP as its JSON; `names` out of forms; every
    text passes `normalise`."""
    body = _plain(request)
    kind = media_type(request.content_type)
    if kind == "application/json" or kind.endswith("+json") or (not kind and body[:1] in (b"{", b"[")):
        value = _json(body)
        if value is not None:
            return ("json", canonical(without(value[0], pointers), normalise))
    if kind in OTLP_MEDIA and (said := _otlp(request, body)) is not None:
        return ("otlp", canonical(without(said, pointers), normalise))
    if kind == "application/x-www-form-urlencoded":
        return ("form", _form(body, set(names), normalise))
    if kind.startswith("multipart/"):
        return ("multipart", _parts(body, request.content_type or "", normalise))
    try:
        return normalise(body.decode())
    except UnicodeDecodeError:
        return body


def json_value(request: Request) -> Any:
    """The body as JSON, be it OTLP's protobuf; None when it is none."""
    body = _plain(request)
    if media_type(request.content_type) in OTLP_MEDIA:
        return _otlp(request, body)
    found = _json(body)
    return found[0] if found else None


def _otlp(request: Request, body: bytes) -> Any:
    message = message_of(media_type(request.content_type), request.path)
    return as_json(body, message) if message else None


def _plain(request: Request) -> bytes:
    """The body without its content coding; as it is when it cannot be undone."""
    coding = (request.header("content-encoding") or "").strip().lower()
    try:
        if coding in ("gzip", "x-gzip"):
            return gzip.decompress(request.body)
        if coding == "deflate":
            return zlib.decompress(request.body)
        if coding and coding != "identity":
            return b"".join(content.opened([request.body], content.codings(coding), _LARGEST).pieces)
    except (OSError, EOFError, zlib.error, content.UnreadableBody):
        pass
    return request.body


def _json(body: bytes) -> tuple[Any] | None:
    try:
        return (json.loads(body),)
    except (ValueError, RecursionError):
        return None


def canonical(value: Any, normalise: Normalise) -> str:
    """One text for all spellings of a JSON value: keys sorted, 1.0 as 1."""
    return json.dumps(_settled(value, normalise), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _settled(value: Any, normalise: Normalise) -> Any:
    if isinstance(value, dict):
        return {key: _settled(item, normalise) for key, item in value.items()}
    if isinstance(value, list):
        return [_settled(item, normalise) for item in value]
    if isinstance(value, str):
        return normalise(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        text = normalise(str(value))
        return value if text == str(value) else text
    return value


def without(value: Any, pointers: Sequence[str]) -> Any:
    """`value` with what the JSON pointers name taken out; a `*` is any one key or index."""
    for pointer in pointers:
        keys = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        value = _cut(value, keys)
    return value


def _cut(value: Any, keys: list[str]) -> Any:
    first, rest = keys[0], keys[1:]
    if isinstance(value, dict):
        hit = [key for key in value if first in ("*", key)]
        if not rest:
            return {key: item for key, item in value.items() if key not in hit}
        return {key: _cut(item, rest) if key in hit else item for key, item in value.items()}
    if isinstance(value, list):
        if not rest:
            return [None if first in ("*", str(n)) else item for n, item in enumerate(value)]
        return [_cut(item, rest) if first in ("*", str(n)) else item for n, item in enumerate(value)]
    return value


def _form(body: bytes, ignored: set[str], normalise: Normalise) -> tuple[tuple[str, str], ...]:
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    kept = [(name, normalise(text)) for name, text in pairs if name not in ignored]
    return tuple(sorted(kept, key=lambda pair: pair[0]))


def _parts(body: bytes, content_type: str, normalise: Normalise) -> Hashable:
    """Parts in order, without their boundary: it is drawn anew for each request (RFC 2046, 5.1.1)."""
    found = _BOUNDARY.search(content_type)
    if not found:
        return body
    boundary = b"--" + (found[1] or found[2]).encode()
    pieces = [piece for piece in (b"\r\n" + body).split(b"\r\n" + boundary)[1:] if not piece.startswith(b"--")]
    return tuple(_part(piece.removeprefix(b"\r\n"), normalise) for piece in pieces)


def _part(piece: bytes, normalise: Normalise) -> Hashable:
    head, _, content = piece.partition(b"\r\n\r\n")
    names = tuple(sorted(_DISPOSITION.findall(head)))
    value = _json(content) if b"json" in head.lower() else None
    if value is not None:
        return names, canonical(value[0], normalise)
    try:
        return names, normalise(content.decode())
    except UnicodeDecodeError:
        return names, content
