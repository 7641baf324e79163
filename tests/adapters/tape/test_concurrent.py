"""Ten thousand replays over eight threads and two hundred tasks, each on a cassette of its own: none is wrong, and
nobody connects to the server that they were recorded from."""

from __future__ import annotations

import asyncio
import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import httpx
import pytest
import urllib3

from integtest.adapters.files import atomic_write
from integtest.adapters.interceptor import use
from integtest.adapters.tape import CassetteTape
from integtest.codecs.cassette_yaml import dumps
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Request, Response
from integtest.rules.replay import Matching

THREADS, TASKS, EACH_THREAD, EACH_TASK = 8, 200, 1000, 10


@pytest.fixture
def server():
    """A socket that listens; a connection to it stands in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening
        with pytest.raises(BlockingIOError):
            listening.accept()


def tape(folder: Path, name: str, url: str) -> CassetteTape:
    """A cassette whose only recording answers with its own name, as often as it is asked."""
    path = folder / f"{name}.yaml"
    held = Exchange(request=Request(method="GET", url=url), response=Response(status=200, body=name.encode()))
    atomic_write(path, dumps(Cassette(exchanges=(held,))))
    return CassetteTape(path, matching=Matching(repeats=True))


def url_of(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_no_answer_is_anothers_and_none_comes_from_the_network(tmp_path, server):
    url, port = url_of(server), server.getsockname()[1]

    def by_http_client():
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/")
        return connection.getresponse().read().decode()

    def thread(number: int) -> list[str]:
        name = f"thread-{number}"
        with use(tape(tmp_path, name, url)), httpx.Client() as client, urllib3.PoolManager() as pools:
            ways = (
                lambda: client.get(url).text,
                lambda: pools.request("GET", url).data.decode(),
                by_http_client,
                lambda: pools.request("GET", url).data.decode(),
            )
            answers = [ways[turn % 4]() for turn in range(EACH_THREAD)]
        return [answer for answer in answers if answer != name]

    async def task(number: int, session: aiohttp.ClientSession, client: httpx.AsyncClient) -> list[str]:
        name, answers = f"task-{number}", []
        with use(tape(tmp_path, name, url)):
            for _ in range(EACH_TASK // 2):
                answers.append((await client.get(url)).text)
                await asyncio.sleep(0)
                async with session.get(url) as response:
                    answers.append(await response.text())
        return [answer for answer in answers if answer != name]

    async def tasks() -> list[list[str]]:
        async with aiohttp.ClientSession() as session, httpx.AsyncClient() as client:
            return await asyncio.gather(*(task(number, session, client) for number in range(TASKS)))

    with ThreadPoolExecutor(THREADS) as executor:
        running = [executor.submit(thread, number) for number in range(THREADS)]
        assert asyncio.run(tasks()) == [[]] * TASKS
        assert [job.result() for job in running] == [[]] * THREADS
