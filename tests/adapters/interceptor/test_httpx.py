"""httpx and httpx2, sync and async: recorded from a real server, replayed without one."""

import asyncio
import gzip
import json

import zlib
from contextlib import asynccontextmanager, contextmanager

import brotli
import httpx
import httpx2
import pytest
import zstandard
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response, TransportFailure

BODY = b'{"name": "caf\xc3\xa9", "n": [1, 2, 3]}' * 20


class Sync:
    def __init__(self, lib):
        self.lib = lib

    def run(self, script, **options):
        """Calls `script(client)` with a client of the library; `script` is written once, for sync and async."""
        with self.lib.Client(**options) as client:
            return _drive(script(_SyncFace(client)))


class Async(Sync):
    def run(self, script, **options):
        async def main():
            async with self.lib.AsyncClient(**options) as client:
                return await script(_AsyncFace(client))

        return asyncio.run(main())


class _SyncFace:
    def __init__(self, client):
        self.client = client

    async def send(self, method, url, **options):
        return self.client.request(method, url, **options)

    @asynccontextmanager
    async def stream(self, method, url, **options):
        with self.client.stream(method, url, **options) as response:
            yield _SyncBody(response)


class _SyncBody:
    def __init__(self, response):
        self.response = response

    async def pieces(self, how="bytes"):
        for piece in getattr(self.response, f"iter_{how}")():
            yield piece


class _AsyncFace(_SyncFace):
    async def send(self, method, url, **options):
        return await self.client.request(method, url, **options)

    @asynccontextmanager
    async def stream(self, method, url, **options):
        async with self.client.stream(method, url, **options) as response:
            yield _AsyncBody(response)


class _AsyncBody(_SyncBody):
    async def pieces(self, how="bytes"):
        async for piece in getattr(self.response, f"aiter_{how}")():
            yield piece


def _drive(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a sync client waited")


@pytest.fixture(params=[Sync(httpx), Async(httpx), Sync(httpx2), Async(httpx2)], ids=lambda p: f"{p.lib.__name__}-{type(p).__name__}")
def flavour(request):
    return request.param


def recorded(flavour, script, **options):
    """What the tape kept of a run, and what the run returned."""
    with use(MemoryTape(recording=True)) as tape:
        return tape, flavour.run(script, **options)


def replayed(tape, flavour, script, latency=0.0, **options):
    with use(tape.rewound(latency=latency)) as again:
        result = flavour.run(script, **options)
    assert not again.library.unplayed
    return result


def test_a_replayed_response_is_the_recorded_one(flavour, serve, offline):
    server = serve({"/users": lambda h: h.answer(201, BODY, [("Content-Type", "application/json"), ("X-Two", "a"), ("X-Two", "b"), ("Set-Cookie", "s=1; Path=/"), ("Set-Cookie", "t=2")], reason="Made")})

    async def script(client):
        response = await client.send("POST", server.url + "/users?a=1&a=2", json={"name": "x"})
        return response.status_code, response.reason_phrase, response.http_version, response.headers.multi_items(), response.content, dict(client.client.cookies), response.elapsed.total_seconds() >= 0

    tape, first = recorded(flavour, script)
    server.shutdown()
    offline()
    assert replayed(tape, flavour, script) == first
    assert first[0] == 201
    assert first[1] == "Made"
    assert first[5] == {"s": "1", "t": "2"}
