"""Bodies without their content coding (RFC 9110, 8.4), as contracts speak of them."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import TypeVar

from integtest.errors import UnreadableFileError
from integtest.model.http import Request, Response

MAX_BODY = 64 * 1024 * 1024
"""Bytes of a decoded body: a small one may unfold to any size."""
_STEP = 1024 * 1024
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
Message = TypeVar("Message", Request, Response)


def decoded(message: Message, *, recorded: bool = False) -> Message:
    """The message with its body decoded; its headers stay. UnreadableFileError when the body is not what
    Content-Encoding says. A `recorded` body may have been decoded by its recorder."""
    named = message.header("content-encoding")
    if not named or not message.body:
        return message
    codings = [name.strip().lower() for name in named.split(",")]
    body = message.body
    for coding in reversed(codings):
        try:
            body = _decode(body, coding)
        except UnreadableFileError:
            if recorded:
                return message
            raise
    return message.model_copy(update={"body": body})


def _decode(body: bytes, coding: str) -> bytes:
    if coding in ("identity", ""):
        return body
    try:
        if coding in _WINDOWS:
            return _inflate(body, _WINDOWS[coding])
        if coding == "br":
            return _unfold_brotli(body)
    except (zlib.error, ValueError) as error:
        raise UnreadableFileError(f"the body is not {coding}, as Content-Encoding says: {error}") from error
    raise UnreadableFileError(f'the body is coded as "{coding}", which cannot be decoded here')


def _inflate(body: bytes, window: int) -> bytes:
    """All members of a gzip body; deflate with or without its zlib header, as both are sent."""
    if window == 15 and (len(body) < 2 or (body[0] << 8 | body[1]) % 31 or body[0] & 15 != 8):
        window = -15
    made = bytearray()
    while body:
        member = zlib.decompressobj(window)
        made += member.decompress(body, MAX_BODY + 1 - len(made))
        _bound(len(made))
        if not member.eof:
            raise ValueError("it ends too early")
        body = member.unused_data if window == 31 else b""
    return bytes(made)


def _unfold_brotli(body: bytes) -> bytes:
    try:
        brotli = import_module("brotli")
    except ModuleNotFoundError:
        raise UnreadableFileError(
            'the body is coded as "br", which needs the package "brotli"', hint='pip install "brotli>=1.2"'
        ) from None
    unfolder = brotli.Decompressor()
    made = bytearray()
    try:
        while body or not unfolder.can_accept_more_data():
            made += unfolder.process(body, output_buffer_limit=_STEP)
            body = b""
            _bound(len(made))
    except brotli.error as error:
        raise ValueError("it is broken") from error
    if not unfolder.is_finished():
        raise ValueError("it ends too early")
    return bytes(made)


def _bound(size: int) -> None:
    if size > MAX_BODY:
        raise UnreadableFileError(f"the body unfolds to more than {MAX_BODY} bytes")
