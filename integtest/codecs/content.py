"""Bodies without their Content-Encoding (RFC 9110, 8.4)."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import Any

from integtest.errors import UnreadableFileError
from integtest.model.http import Request, Response, header_values

MAX_DECODED = 100 * 1024 * 1024
"""Bytes that a body may decode to; beyond, it is a bomb."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def decoded_body(message: Request | Response, limit: int = MAX_DECODED, *, cut: bool = False) -> bytes:
    """The body with all its content codings undone; UnreadableFileError where one cannot be. With `cut` a body may
    end anywhere, and what came of it is decoded (gzip and deflate).

    Recorders often store a body decoded and leave the header: a body that does not begin as its coding does is
    returned as it is. Brotli needs the `brotli` package, zstd Python 3.14 or the `zstandard` package.
    """
    body = message.body
    codings = [
        one.strip().lower()
        for line in header_values(message.headers, "content-encoding")
        for one in line.split(",")
    ]
    for coding in reversed(codings):
        if body and coding not in ("", "identity"):
            body = _decoded(body, coding, limit, cut)
    return body


def _decoded(body: bytes, coding: str, limit: int, cut: bool) -> bytes:
    match coding:
        case "gzip" | "x-gzip":
            return _gunzip(body, limit, cut) if body.startswith(_GZIP_MAGIC) else body
        case "deflate":
            return _inflate(body, limit, cut)
        case "br":
            return _unbrotli(body, limit)
        case "zstd":
            return _unzstd(body, limit) if body.startswith(_ZSTD_MAGIC) else body
    raise UnreadableFileError(f"the body has the content coding {coding!r}, which is not known")


def _gunzip(body: bytes, limit: int, cut: bool) -> bytes:
    pieces: list[bytes] = []
    left = body
    while left.startswith(_GZIP_MAGIC):
        decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        pieces.append(_run(decoder, left, limit - sum(map(len, pieces)), "gzip", cut))
        left = decoder.unused_data
    return b"".join(pieces)


def _inflate(body: bytes, limit: int, cut: bool) -> bytes:
    """zlib's format as RFC 9110 says, the raw one that some servers send, or a body that was decoded already."""
    if body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0:  # zlib's header (RFC 1950, 2.2)
        return _run(zlib.decompressobj(), body, limit, "deflate", cut)
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        decoded = _run(decoder, body, limit, "deflate", cut)
    except _NotSoCodedError:
        return body
    return body if decoder.unused_data else decoded


class _NotSoCodedError(UnreadableFileError):
    """The body is cut off, damaged or in another coding."""


def _run(decoder: Any, body: bytes, limit: int, coding: str, cut: bool) -> bytes:
    try:
        decoded: bytes = decoder.decompress(body, limit + 1)
    except zlib.error as error:
        raise _NotSoCodedError(f"the body is not {coding}, as its header says: {error}") from None
    if len(decoded) > limit:
        raise UnreadableFileError(f"the body decodes to more than {limit} bytes")
    if not decoder.eof and not cut:
        raise _NotSoCodedError(f"the body's {coding} is cut off")
    return decoded


def _unbrotli(body: bytes, limit: int) -> bytes:
    brotli = _package("br", "brotli", "brotlicffi")
    try:
        decoder = brotli.Decompressor()
        decoded: bytes = decoder.process(body, output_buffer_limit=limit + 1)
    except brotli.error:
        return body
    if len(decoded) > limit:
        raise UnreadableFileError(f"the body decodes to more than {limit} bytes")
    return decoded if decoder.is_finished() else body


def _unzstd(body: bytes, limit: int) -> bytes:
    zstd = _package("zstd", "compression.zstd", "backports.zstd", "zstandard")
    try:
        if hasattr(zstd, "ZstdDecompressor") and not hasattr(zstd.ZstdDecompressor, "stream_reader"):
            decoded: bytes = zstd.ZstdDecompressor().decompress(body, limit + 1)
        else:
            decoded = zstd.ZstdDecompressor().stream_reader(body).read(limit + 1)
    except zstd.ZstdError as error:
        raise UnreadableFileError(f"the body is not zstd, as its header says: {error}") from None
    if len(decoded) > limit:
        raise UnreadableFileError(f"the body decodes to more than {limit} bytes")
    return decoded


def _package(coding: str, *names: str) -> Any:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise UnreadableFileError(
        f"the body has the content coding {coding!r}, and no package here decodes it",
        hint=f"pip install {names[0] if coding == 'br' else names[-1]}",
    )
