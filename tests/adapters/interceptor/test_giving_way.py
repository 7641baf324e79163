"""Other tasks run while one asks again and again, as they do while a client waits for a socket."""

import asyncio
import importlib

import aiohttp
import httpx
import httpx2
import pytest
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response, TransportFailure

BASE = "http://api.test"
ENOUGH = 1000


@pytest.fixture(params=["httpx", "httpx2", "aiohttp"])
def session(request):
    """Makes a client whose `get` is awaited."""
    lib = importlib.import_module(request.param)
    return aiohttp.ClientSession if lib is aiohttp else lib.AsyncClient


def tape(**options):
    known = Exchange(request=Request(method="GET", url=BASE + "/"), response=Response(status=200, body=b"ok"))
    return MemoryTape([known], repeats=True, **options)


async def poll(session, stop):
    """How many answers came until it was told to stop."""
    async with session() as client:
        for asked in range(ENOUGH):
            if stop.is_set():
                return asked
            await client.get(BASE + "/")
    return ENOUGH


def test_a_task_that_is_ready_runs_before_the_next_answer(session, offline):
    """A program may start a task and rely on it that the next request lets it begin."""
    offline()

    async def main():
        stop = asyncio.Event()
        counts = []
        for _ in range(5):
            asyncio.get_running_loop().call_soon(stop.set)
            counts.append(await poll(session, stop))
            stop.clear()
        return counts

    with use(tape()):
        assert asyncio.run(main()) == [1] * 5


def test_tasks_that_ask_take_turns(session, offline):
    offline()
    order = []

    async def ask(client, name):
        for _ in range(20):
            await client.get(BASE + "/")
            order.append(name)

    async def main():
        async with session() as client:
            await asyncio.gather(ask(client, "a"), ask(client, "b"))

    with use(tape()):
        asyncio.run(main())
    assert "aa" not in "".join(order)
    assert "bbb" not in "".join(order)


def test_timers_go_off_while_a_client_polls(session, offline):
    offline()

    async def main():
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0, stop.set)
        return await poll(session, stop)

    with use(tape()):
        assert asyncio.run(main()) < 20


def test_sockets_are_heard_while_a_client_polls(session):
    async def main():
        stop = asyncio.Event()
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"x")
        task = asyncio.create_task(listen(reader, stop))
        asked = await poll(session, stop)
        writer.close()
        return asked, await task

    async def listen(reader, stop):
        said = await reader.read(1)
        stop.set()
        return said

    async def answer(reader, writer):
        writer.write(await reader.read(1))
        await writer.drain()
        writer.close()

    async def serving():
        nonlocal server
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            return await main()

    server = None
    with use(tape(loopback=False)):
        asked, said = asyncio.run(serving())
    assert said == b"x"
    assert asked < ENOUGH


def test_a_polling_client_can_be_timed_out(session, offline):
    offline()

    async def forever():
        async with session() as client:
            for _ in range(ENOUGH * 100):
                await client.get(BASE + "/")

    async def main():
        async with asyncio.timeout(0):
            await forever()

    with use(tape()), pytest.raises(TimeoutError):
        asyncio.run(main())


def test_failures_let_others_run_too(session, offline):
    offline()
    refused = Exchange(
        request=Request(method="GET", url=BASE + "/"), error=TransportFailure(kind="refused", phase="connect")
    )

    async def main():
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0, stop.set)
        async with session() as client:
            for asked in range(ENOUGH):
                if stop.is_set():
                    return asked
                with pytest.raises((httpx.ConnectError, httpx2.ConnectError, aiohttp.ClientConnectorError)):
                    await client.get(BASE + "/")
        return ENOUGH

    with use(MemoryTape([refused], repeats=True)):
        assert asyncio.run(main()) < 20


def test_a_client_that_is_refused_again_and_again_lets_others_run(session, offline):
    offline()

    async def main():
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0, stop.set)
        async with session() as client:
            for asked in range(ENOUGH):
                if stop.is_set():
                    return asked
                with pytest.raises(ClosedNetworkError):
                    await client.get(BASE + "/unknown")
        return ENOUGH

    with use(tape()):
        assert asyncio.run(main()) < 20
