"""Content codings (RFC 9110, 8.4.1; RFC 8878 for zstd): a body in pieces is opened, and closed again in as many."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

_STEP = 1024
"""Compressed bytes that are opened at a time where a library has no limit of its own."""


class UnreadableBody(Exception):  # noqa: N818 - not an error of the user's; it never leaves this package
    """A body that cannot be opened, and why."""


Feed = Callable[[bytes], bytes]


class Opened(NamedTuple):
    """The opened pieces; `whole` is False when the coded stream was cut off."""

    pieces: list[bytes]
    whole: bool


class Coding(NamedTuple):
    """One content coding. `opener()` gives what decodes the next bytes and what tells whether the end was
    reached; `closer()` what encodes and flushes, and what ends."""

    opener: Callable[[int], tuple[Feed, Callable[[], bool]]]
    closer: Callable[[], tuple[Feed, Callable[[], bytes]]]


def _limited(process: Feed, limit: int, step: int) -> Feed:
    size = 0

    def feed(data: bytes) -> bytes:
        nonlocal size
        out = []
        for start in range(0, len(data), step):
            out.append(process(data[start : start + step]))
            size += len(out[-1])
            if size > limit:
                raise UnreadableBody(f"it grows beyond {limit} bytes when it is decompressed")
        return b"".join(out)

    return feed


def _zlib_opener(bits: int, limit: int) -> tuple[Feed, Callable[[], bool]]:
    machines = [zlib.decompressobj(bits)]

    def process(data: bytes) -> bytes:
        out = []
        while data:
            if machines[-1].eof:
                machines.append(zlib.decompressobj(bits))
            out.append(machines[-1].decompress(data, limit + 1))
            data = machines[-1].unused_data
        return b"".join(out)

    return _limited(process, limit, 1 << 16), lambda: machines[-1].eof


def _deflate_opener(limit: int) -> tuple[Feed, Callable[[], bool]]:
    """Some servers send bare deflate, others wrap it as zlib: the first bytes tell."""
    chosen: list[tuple[Feed, Callable[[], bool]]] = []

    def feed(data: bytes) -> bytes:
        if not chosen:
            wrapped = data[0] & 0x0F == 8 and len(data) > 1 and (data[0] * 256 + data[1]) % 31 == 0
            chosen.append(_zlib_opener(15 if wrapped else -15, limit))
        return chosen[0][0](data)

    return feed, lambda: bool(chosen) and chosen[0][1]()


def _zlib_closer(bits: int) -> tuple[Feed, Callable[[], bytes]]:
    machine = zlib.compressobj(6, zlib.DEFLATED, bits)
    return (lambda data: machine.compress(data) + machine.flush(zlib.Z_SYNC_FLUSH)), machine.flush


def _brotli() -> Coding:
    module: Any = _module("brotli", "brotlicffi")

    def opener(limit: int) -> tuple[Feed, Callable[[], bool]]:
        machine = module.Decompressor()
        process = _bounded(machine, limit) if hasattr(machine, "can_accept_more_data") else machine.process
        return _limited(process, limit, _STEP), machine.is_finished

    def closer() -> tuple[Feed, Callable[[], bytes]]:
        machine = module.Compressor(quality=5)
        return (lambda data: machine.process(data) + machine.flush()), machine.finish

    return Coding(opener, closer)


def _bounded(machine: Any, limit: int) -> Feed:
    """Brotli makes gigabytes of one step: since 1.2 it can be told to stop."""

    def process(data: bytes) -> bytes:
        out = [machine.process(data, output_buffer_limit=limit + 1)]
        while not machine.can_accept_more_data() and sum(map(len, out)) <= limit:
            out.append(machine.process(b"", output_buffer_limit=limit + 1))
        return b"".join(out)

    return process


def _zstd() -> Coding:
    module: Any = _module("compression.zstd", "backports.zstd", "zstandard")
    foreign = not hasattr(module.ZstdDecompressor, "eof")

    def opener(limit: int) -> tuple[Feed, Callable[[], bool]]:
        machine = module.ZstdDecompressor().decompressobj() if foreign else module.ZstdDecompressor()
        return _limited(machine.decompress, limit, _STEP), lambda: bool(machine.eof)

    def closer() -> tuple[Feed, Callable[[], bytes]]:
        if foreign:
            other = module.ZstdCompressor().compressobj()
            return (lambda d: other.compress(d) + other.flush(module.COMPRESSOBJ_FLUSH_BLOCK)), other.flush
        machine = module.ZstdCompressor()
        return (lambda data: machine.compress(data, mode=machine.FLUSH_BLOCK)), machine.flush

    return Coding(opener, closer)


def _module(*names: str) -> Any:
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise UnreadableBody(f"it is compressed, and none of {', '.join(names)} is installed to open it")


def _coding(name: str) -> Coding | None:
    if name in ("gzip", "x-gzip"):
        return Coding(lambda limit: _zlib_opener(31, limit), lambda: _zlib_closer(31))
    if name == "deflate":
        return Coding(_deflate_opener, lambda: _zlib_closer(15))
    if name in ("br", "zstd"):
        return _brotli() if name == "br" else _zstd()
    if name in ("", "identity"):
        return None
    raise UnreadableBody(f"its content coding {name[:20]!r} is not known")


def codings(header: str | None) -> list[Coding]:
    """The codings of a Content-Encoding, first applied first; UnreadableBody for one that cannot be opened."""
    found = [_coding(name.strip().lower()) for name in (header or "").split(",")]
    return [coding for coding in found if coding is not None]


def opened(pieces: Sequence[bytes], found: Sequence[Coding], limit: int) -> Opened:
    """The pieces without their codings; UnreadableBody when they do not open."""
    result, whole = list(pieces), True
    for coding in reversed(found):
        feed, ended = coding.opener(limit)
        try:
            result = [feed(piece) if piece else b"" for piece in result]
        except UnreadableBody:
            raise
        except Exception as error:  # noqa: BLE001 - every library has its own, and all mean the same here
            raise UnreadableBody(f"it does not decompress ({type(error).__name__})") from None
        whole = whole and ended()
    return Opened(result, whole)


def closed(pieces: Sequence[bytes], found: Sequence[Coding], *, whole: bool) -> list[bytes]:
    """The pieces coded again, each flushed where it ends, so that a stream stays one."""
    result = list(pieces)
    for coding in found:
        feed, end = coding.closer()
        result = [feed(piece) for piece in result]
        if whole and result:
            result[-1] += end()
    return result
