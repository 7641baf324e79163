"""Body streams of httpx and httpx2: what is sent, what comes and is taken down, what is played."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from integtest.adapters.interceptor.fields import to_wire
from integtest.adapters.interceptor.httpx_failures import exception_for, failure_of
from integtest.adapters.interceptor.httpx_whole import response_class
from integtest.adapters.interceptor.playing import Piece, Reel
from integtest.adapters.interceptor.taking import Take
from integtest.model.http import TransportFailure


class Bodies:
    """Makes the streams of one client, `httpx` or `httpx2`, of its own classes: it demands them."""

    def __init__(self, client: Any) -> None:
        self.client = client
        both = (client.SyncByteStream, client.AsyncByteStream)
        self._sent = type("SentBody", (_Sent, *both), {})
        self._taken = type("TakenBody", (_Taken, *both), {})
        self._played = type("PlayedBody", (_Played, *both), {})
        self._whole = type("WholeBody", (_Whole, *both), {})
        self._response = response_class(client, self._whole)

    def onward(self, request: Any, chunks: list[bytes], take: Take) -> Any:
        """The request for the network, with the chunks that were read from its body."""
        return self.client.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=self._sent(chunks, take),
            extensions=request.extensions,
        )

    def taken(self, response: Any, take: Take) -> Any:
        """The network's response, taken down while it is read."""
        response.stream = self._taken(response.stream, take)
        return response

    def played(self, request: Any, reel: Reel) -> Any:
        """The recorded response; the client's own exception where there is none."""
        came = reel.response
        if came is None:
            raise exception_for(reel.failure or TransportFailure(kind="other"), self.client)
        extensions = {"http_version": came.http_version.encode()}
        if came.reason:
            extensions["reason_phrase"] = came.reason.encode("latin-1", "ignore")
        make = self.client.Response
        if reel.whole and reel.pieces:
            body, make = self._whole(reel.pieces[0].data), self._response
        else:
            body = self._played(self.client, reel, read_timeout(request))
        reel.answer()
        return make(came.status, headers=to_wire(came.headers), stream=body, extensions=extensions)


class _Sent:
    def __init__(self, chunks: list[bytes], take: Take) -> None:
        self._chunks = chunks
        self._take = take

    def __iter__(self) -> Iterator[bytes]:
        self._take.begin()
        yield from self._chunks
        self._take.sent()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


class _Taken:
    def __init__(self, stream: Any, take: Take) -> None:
        self._stream = stream
        self._take = take

    def __iter__(self) -> Iterator[bytes]:
        try:
            for data in self._stream:
                self._take.piece(data)
                yield data
        except Exception as error:
            self._take.broke(failure_of(error))
            raise
        self._take.ended()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._stream:
                self._take.piece(data)
                yield data
        except Exception as error:
            self._take.broke(failure_of(error))
            raise
        self._take.ended()

    def close(self) -> None:
        self._stream.close()
        self._take.let_go()

    async def aclose(self) -> None:
        await self._stream.aclose()
        self._take.let_go()


class _Whole:
    """A body that came at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __iter__(self) -> Iterator[bytes]:
        return iter((self.data,))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Once(self.data)


class _Once:
    """Gives one piece. A loop of asyncio keeps account of each generator; of this it need not."""

    __slots__ = ("_left",)

    def __init__(self, data: bytes) -> None:
        self._left: bytes | None = data

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        data, self._left = self._left, None
        if data is None:
            raise StopAsyncIteration
        return data


class _Played:
    def __init__(self, client: Any, reel: Reel, limit: float | None) -> None:
        self._client = client
        self._reel = reel
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._reel.pieces:
            wait(self._client, self._reel.due(piece), self._limit)
            yield piece.data
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._reel.pieces:
            if not isinstance(piece, Piece):  # A whole body comes with the headers, for which was waited already.
                await wait_async(self._client, self._reel.due(piece), self._limit)
            yield piece.data
        self._end()

    def _end(self) -> None:
        if failure := self._reel.failure:
            raise exception_for(failure, self._client, answered=True)


def read_timeout(request: Any) -> float | None:
    """How long the client waits for the next bytes, in seconds."""
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


def wait(client: Any, seconds: float, limit: float | None) -> None:
    """Let recorded time pass; the client's own time-out where that is longer than it waits."""
    if seconds:
        time.sleep(seconds if limit is None else min(seconds, limit))
    _check(client, seconds, limit)


async def wait_async(client: Any, seconds: float, limit: float | None) -> None:
    """As `wait`. Gives way to other tasks even without time to pass: a client that polls must not block them."""
    await _sleep(seconds if limit is None else min(seconds, limit))
    _check(client, seconds, limit)


async def _sleep(seconds: float) -> None:
    """asyncio's own where a task of it runs: asking anyio which library that is takes longer than the rest."""
    try:
        in_asyncio = asyncio.current_task() is not None
    except RuntimeError:
        in_asyncio = False
    if in_asyncio:
        await asyncio.sleep(seconds)
        return
    import anyio

    await anyio.sleep(seconds)


def _check(client: Any, seconds: float, limit: float | None) -> None:
    if limit is not None and seconds > limit:
        raise client.ReadTimeout("timed out")
