"""Recordings whose body was stored decoded while its Content-Encoding was left, as many recorders do."""

from __future__ import annotations

import zlib
from importlib import import_module

from integtest.model.http import Response

_FIELD = "content-encoding"
_LENGTH = len(_FIELD)
_STARTS = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def truly_coded(came: Response) -> Response:
    """The response, without a Content-Encoding that its body does not have: a client would fail to undo it."""
    said = [value for name, value in came.headers if len(name) == _LENGTH and name.lower() == _FIELD]
    if not said or not came.body:
        return came
    last = said[-1].split(",")[-1].strip().lower()
    if _has(came.body, last):
        return came
    kept = tuple(field for field in came.headers if field[0].lower() != _FIELD)
    return came.model_copy(update={"headers": kept})


def _has(body: bytes, coding: str) -> bool:
    """Whether the body may be in this coding; True where that cannot be told."""
    if coding in _STARTS:
        return body.startswith(_STARTS[coding])
    if coding == "deflate":
        return _inflates(body, zlib.MAX_WBITS) or _inflates(body, -zlib.MAX_WBITS)
    return _is_brotli(body) if coding == "br" else True


def _inflates(body: bytes, bits: int) -> bool:
    try:
        zlib.decompressobj(bits).decompress(body, 1 << 16)
    except zlib.error:
        return False
    return True


def _is_brotli(body: bytes) -> bool:
    try:
        brotli = import_module("brotli")
    except ImportError:
        return True
    try:
        brotli.Decompressor().process(body[: 1 << 16])
    except brotli.error:
        return False
    return True
