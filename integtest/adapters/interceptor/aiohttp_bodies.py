"""Bodies of aiohttp: what is sent, and readers that fetch the next piece when somebody waits for it.

aiohttp decodes contents below the reader of a response. To see what came over the wire, the seam switches that off
and decodes here, with aiohttp's own decoder.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import http_parser
from aiohttp.http_exceptions import ContentEncodingError

from integtest.adapters.interceptor.aiohttp_failures import broken_off, failure_of
from integtest.adapters.interceptor.fields import from_wire
from integtest.adapters.interceptor.playing import Reel
from integtest.adapters.interceptor.taking import Take

Source = Callable[[], Awaitable[tuple[bytes, bool] | None]]
"""Gives the next piece and whether it ends a chunk of the transfer coding; None at the end of the body."""

_CODINGS = ("gzip", "deflate", "br", *(["zstd"] if hasattr(http_parser, "HAS_ZSTD") else []))
_LIMIT = 1 << 16
"""Bytes that aiohttp's readers buffer by default."""


class PulledReader(aiohttp.StreamReader):
    """A stream reader that nobody feeds: it pulls from `source`, decoded where `coding` says how. `let_go` is
    called when nobody wants the rest."""

    __slots__ = ("_into", "_let_go", "_more", "_source")

    def __init__(
        self,
        source: Source,
        timer: Any,
        *,
        chunked: bool,
        coding: str | None = None,
        let_go: Callable[[], None] | None = None,
    ) -> None:
        protocol: Any = StandInProtocol()
        super().__init__(protocol, _LIMIT, timer=timer, loop=asyncio.get_running_loop())
        self._source = source
        self._let_go = let_go
        self._into: Any = http_parser.DeflateBuffer(self, coding) if coding else self
        self._more = False
        if chunked:
            self.begin_http_chunk_receiving()

    async def _wait(self, func_name: str) -> None:  # noqa: ARG002 - the name that StreamReader gives it
        try:
            await self._pull()
        except ContentEncodingError as error:
            self.set_exception(aiohttp.ClientPayloadError(str(error)), error)
            raise self.exception() or error from error
        except Exception as error:
            self.set_exception(error)
            raise

    async def _pull(self) -> None:
        if self._more:  # The decoder gives a large piece in parts.
            self._feed(b"")
            return
        piece = await self._source()
        if piece is None:
            self._into.feed_eof()
            return
        data, ends = piece
        self._feed(data)
        if ends:
            self.end_http_chunk_receiving()

    def _feed(self, data: bytes) -> None:
        self._more = bool(self._into.feed_data(data, len(data)))

    async def wait_eof(self) -> None:
        while not self.is_eof():
            await self._wait("wait_eof")

    def set_exception(self, exc: Any, *cause: Any) -> None:
        super().set_exception(exc, *cause)
        if self._let_go:
            self._let_go()


class StandInProtocol:
    """As much of a connection's protocol as a reader and a response ask for."""

    connected = True
    upgraded = False
    _reading_paused = False
    transport = None

    def __init__(self, *message: Any) -> None:
        self._message = message

    async def read(self) -> tuple[Any, ...]:
        """The parsed head and the reader of the body."""
        return self._message

    def pause_reading(self, *_args: Any, **_options: Any) -> None:
        """Nothing comes that was not asked for."""

    resume_reading = pause_reading


SILENT: Any = StandInProtocol()
"""One that holds nothing, for all readers that are fed already."""


def coding_of(headers: Any) -> str | None:
    """The content coding that aiohttp undoes."""
    coding: str = headers.get("Content-Encoding", "").lower()
    return coding if coding in _CODINGS else None


def is_chunked(headers: Any) -> bool:
    """Whether the body came in chunks."""
    return "chunked" in headers.get("Transfer-Encoding", "").lower()


def decoded(response: Any) -> None:
    """Let a response that came undecoded be read decoded."""
    if (coding := coding_of(response.headers)) and response.content is not aiohttp.EMPTY_PAYLOAD:
        source, chunked = _chunks_of(response.content), is_chunked(response.headers)
        response.content = PulledReader(source, response._timer, chunked=chunked, coding=coding)


def taken(response: Any, take: Take, decode: bool) -> None:
    """Take a response down, its body while it is read. ContentEncodingError where it cannot be decoded."""
    body = response.content
    if body is not aiohttp.EMPTY_PAYLOAD:
        chunked = is_chunked(response.headers)
        source = _taking(_chunks_of(body), take, chunked)
        coding = coding_of(response.headers) if decode else None
        body = PulledReader(source, response._timer, chunked=chunked, coding=coding, let_go=take.let_go)
    version = "HTTP/{}.{}".format(*(response.version or (1, 1)))
    take.answered(response.status, response.reason or "", from_wire(response.raw_headers), version)
    if body is response.content:
        take.ended()
    response.content = body


def _chunks_of(reader: Any) -> Source:
    async def source() -> tuple[bytes, bool] | None:
        data, ends = await reader.readchunk()
        return (data, ends) if data or ends else None

    return source


def _taking(source: Source, take: Take, chunked: bool) -> Source:
    chunk: list[bytes] = []

    def flush() -> None:
        take.piece(b"".join(chunk))
        chunk.clear()

    async def taking() -> tuple[bytes, bool] | None:
        try:
            piece = await source()
        except Exception as error:
            flush()
            take.broke(failure_of(error))
            raise
        chunk.append(piece[0] if piece else b"")
        if piece is None or piece[1] or not chunked:
            flush()
        if piece is None:
            take.ended()
        return piece

    return taking


def played(reel: Reel, headers: Any, timer: Any, limit: float | None, decode: bool) -> aiohttp.StreamReader:
    """The reader of a recorded body. `limit` is how long the client waits for the next bytes, in seconds."""
    if not reel.pieces and not reel.failure:
        return aiohttp.EMPTY_PAYLOAD
    chunked, coding = is_chunked(headers), coding_of(headers) if decode else None
    if not chunked and not coding and reel.whole:
        return fed(reel.pieces[0].data, timer)
    pieces = iter(reel.pieces)

    async def source() -> tuple[bytes, bool] | None:
        if piece := next(pieces, None):
            with timer:
                await wait(reel.due(piece), limit)
            return piece.data, chunked
        if reel.failure:
            raise broken_off(reel.failure)
        return None

    return PulledReader(source, timer, chunked=chunked, coding=coding)


def fed(body: bytes, timer: Any) -> aiohttp.StreamReader:
    """The reader of a body that came at once."""
    reader = aiohttp.StreamReader(SILENT, _LIMIT, timer=timer, loop=asyncio.get_running_loop())
    reader.feed_data(body)
    reader.feed_eof()
    return reader


async def wait(seconds: float, limit: float | None) -> None:
    """Let recorded time pass, and other tasks run even without any; the client's own time-out where it is longer
    than the client waits."""
    await asyncio.sleep(seconds if limit is None else min(seconds, limit))
    if limit is not None and seconds > limit:
        raise aiohttp.SocketTimeoutError("Timeout on reading data from socket")
