"""Who answers requests in process, for benchmarks/replay.py: ours, its peers, and floors that answer at once.

Each contender is made of its size, the number of recordings, and gives a function that asks for one of them.
Imports stand inside, so that a contender's process holds nothing of the others.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BASE = "http://api.test"
FILLER = {"name": "Ada", "tags": ["a", "b", "c"], "notes": "x" * 1900}
Ask = Callable[[int], Any]
Make = Callable[[int], Any]


def url(number: int) -> str:
    """The address of one recording."""
    return f"{BASE}/items/{number}"


def body(number: int) -> bytes:
    """The 2 KB document recorded there; it says which one it is."""
    return json.dumps({"id": number, **FILLER}).encode()


def is_right(data: bytes, number: int) -> bool:
    """Whether this is the document of that number."""
    return data.startswith(b'{"id": %d,' % number)


@contextmanager
def cassette(size: int) -> Iterator[Path]:
    """A cassette in vcrpy's format."""
    from integtest.codecs.cassette_yaml import dumps
    from integtest.model.cassette import Cassette
    from integtest.model.http import Exchange, Request, Response

    fields = (("Content-Type", "application/json"),)
    exchanges = tuple(
        Exchange(
            request=Request(method="GET", url=url(number)),
            response=Response(
                status=200,
                reason="OK",
                headers=(*fields, ("Content-Length", str(len(body(number))))),
                body=body(number),
            ),
        )
        for number in range(size)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.yaml"
        path.write_bytes(dumps(Cassette(exchanges=exchanges)))
        yield path


@contextmanager
def _ours(size: int) -> Iterator[None]:
    """A cassette of ours, with all that it does by default: matching by meaning, secrets masked in the key."""
    from integtest.adapters.interceptor import use
    from integtest.adapters.tape import CassetteTape
    from integtest.rules.replay import Matching

    with cassette(size) as path, use(CassetteTape(path, matching=Matching(repeats=True))):
        yield


@contextmanager
def _vcrpy(size: int) -> Iterator[None]:
    import vcr

    with cassette(size) as path, vcr.use_cassette(path, record_mode="none", allow_playback_repeats=True):
        yield


@contextmanager
def _cassetter(size: int) -> Iterator[None]:
    import cassetter

    with cassette(size) as path, cassetter.use_cassette(path, record_mode="none"):
        yield


@contextmanager
def httpx_floor(_size: int) -> Iterator[Ask]:
    """httpx.MockTransport with a handler that answers at once."""
    import httpx

    def handler(request: httpx.Request) -> httpx.Response:
        number = int(request.url.path.rpartition("/")[2])
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=body(number))

    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        yield lambda number: client.get(url(number)).content


@contextmanager
def httpx_with(size: int, tool: Make) -> Iterator[Ask]:
    """An httpx client over a tool."""
    import httpx

    with tool(size), httpx.Client() as client:
        yield lambda number: client.get(url(number)).content


@contextmanager
def _respx(size: int) -> Iterator[None]:
    import respx

    with respx.mock(assert_all_called=False) as router:
        for number in range(size):
            router.get(url(number)).respond(200, content=body(number))
        yield


@contextmanager
def requests_floor(_size: int) -> Iterator[Ask]:
    """requests with an adapter that answers at once."""
    import io

    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPResponse

    class Adapter(HTTPAdapter):
        def send(self, request: Any, **_options: Any) -> Any:
            number = int(request.url.rpartition("/")[2])
            raw = HTTPResponse(
                io.BytesIO(body(number)), {"Content-Type": "application/json"}, 200, preload_content=False
            )
            return self.build_response(request, raw)

    with requests.Session() as session:
        session.mount("http://", Adapter())
        yield lambda number: session.get(url(number)).content


@contextmanager
def requests_over_urllib3(_size: int) -> Iterator[Ask]:
    """requests over urllib3 whose pool answers at once: the floor of whoever leaves both as they are."""
    import io

    import requests
    import urllib3

    def answer(_pool: Any, _connection: Any, method: str, url: str, **_options: Any) -> Any:
        number = int(url.rpartition("/")[2])
        fields = {"Content-Type": "application/json"}
        return urllib3.HTTPResponse(
            io.BytesIO(body(number)), fields, 200, preload_content=False, request_method=method
        )

    pool: Any = urllib3.HTTPConnectionPool
    pool._make_request = answer
    with requests.Session() as session:
        yield lambda number: session.get(url(number)).content


@contextmanager
def requests_with(size: int, tool: Make) -> Iterator[Ask]:
    """A session of requests over a tool."""
    import requests

    with tool(size), requests.Session() as session:
        yield lambda number: session.get(url(number)).content


@contextmanager
def _responses(size: int) -> Iterator[None]:
    import responses

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for number in range(size):
            mock.add("GET", url(number), body=body(number), content_type="application/json")
        yield


@contextmanager
def async_httpx_floor(_size: int) -> Iterator[Callable[[int], Awaitable[bytes]]]:
    """An async httpx client over httpx.MockTransport."""
    import httpx

    async def handler(request: httpx.Request) -> httpx.Response:
        number = int(request.url.path.rpartition("/")[2])
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=body(number))

    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))

    async def ask(number: int) -> bytes:
        return (await client.get(url(number))).content

    yield ask


@contextmanager
def async_httpx_with(size: int, tool: Make) -> Iterator[Callable[[int], Awaitable[bytes]]]:
    """An async httpx client over a tool."""
    import httpx

    client = httpx.AsyncClient()

    async def ask(number: int) -> bytes:
        return (await client.get(url(number))).content

    with tool(size):
        yield ask


@contextmanager
def aiohttp_floor(_size: int) -> Iterator[Callable[[int], Awaitable[bytes]]]:
    """A session of aiohttp whose middleware answers after one turn of the loop, from a reader: no answer that comes
    from a socket comes sooner."""
    import asyncio
    from types import SimpleNamespace

    import aiohttp
    from multidict import CIMultiDict, CIMultiDictProxy

    fields = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/json"}))
    protocol: Any = SimpleNamespace(resume_reading=lambda **_: None, _reading_paused=False)

    async def middleware(request: Any, _handler: Any) -> aiohttp.ClientResponse:
        number = int(request.url.path.rpartition("/")[2])
        loop = asyncio.get_running_loop()
        bare: dict[str, Any] = {"writer": None, "continue100": None, "timer": None, "traces": [], "loop": loop}
        bare |= {
            "request_info": request.request_info,
            "session": None,
            "stream_writer": SimpleNamespace(output_size=0),
        }
        response = aiohttp.ClientResponse(request.method, request.url, **bare)
        response.status, response._headers = 200, fields
        response.content = aiohttp.StreamReader(protocol, 65536, loop=bare["loop"])
        response.content.feed_data(body(number))
        response.content.feed_eof()
        await asyncio.sleep(0)
        return response

    yield _asked_of_aiohttp((middleware,))


def _asked_of_aiohttp(middlewares: tuple[Any, ...] = ()) -> Callable[[int], Awaitable[bytes]]:
    import aiohttp

    sessions: list[aiohttp.ClientSession] = []

    async def ask(number: int) -> bytes:
        if not sessions:
            sessions.append(aiohttp.ClientSession(middlewares=middlewares))
        async with sessions[0].get(url(number)) as response:
            return await response.read()

    return ask


@contextmanager
def aiohttp_with(size: int, tool: Make) -> Iterator[Callable[[int], Awaitable[bytes]]]:
    """A session of aiohttp over a tool."""
    with tool(size):
        yield _asked_of_aiohttp()


CONTENDERS: dict[str, dict[str, Make]] = {
    "httpx": {
        "floor (MockTransport)": httpx_floor,
        "integtest": lambda size: httpx_with(size, _ours),
        "vcrpy": lambda size: httpx_with(size, _vcrpy),
        "cassetter": lambda size: httpx_with(size, _cassetter),
        "respx": lambda size: httpx_with(size, _respx),
    },
    "httpx, async": {
        "floor (MockTransport)": async_httpx_floor,
        "integtest": lambda size: async_httpx_with(size, _ours),
        "vcrpy": lambda size: async_httpx_with(size, _vcrpy),
        "cassetter": lambda size: async_httpx_with(size, _cassetter),
        "respx": lambda size: async_httpx_with(size, _respx),
    },
    "requests": {
        "floor (an adapter)": requests_floor,
        "floor (a pool of urllib3)": requests_over_urllib3,
        "integtest": lambda size: requests_with(size, _ours),
        "vcrpy": lambda size: requests_with(size, _vcrpy),
        "cassetter": lambda size: requests_with(size, _cassetter),
        "responses": lambda size: requests_with(size, _responses),
    },
    "aiohttp": {
        "floor (a middleware)": aiohttp_floor,
        "integtest": lambda size: aiohttp_with(size, _ours),
        "vcrpy": lambda size: aiohttp_with(size, _vcrpy),
        "cassetter": lambda size: aiohttp_with(size, _cassetter),
    },
}
"""By client, the floor first."""
