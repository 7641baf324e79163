"""An answer that is whole and at once takes a shorter way through the seams; what a client sees is the same."""

import asyncio

import aiohttp
import httpx
import httpx2
import pytest
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.model.http import Exchange, Frame, Request, Response

BASE = "http://api.test"
FIELDS = (("content-type", "text/plain; charset=latin-1"), ("X-Twice", "a"), ("x-twice", "b"))
ANSWERS = {
    "plain": Response(status=200, reason="OK", headers=FIELDS, body=b"caf\xe9"),
    "no reason": Response(status=404, headers=FIELDS, body=b"not there"),
    "empty": Response(status=200, reason="OK", headers=FIELDS),
    "without a body": Response(status=204, reason="No Content", body=b"left out"),
    "old": Response(status=200, body=b"old", http_version="HTTP/1.0"),
    "cookies": Response(status=200, headers=(("Set-Cookie", "a=1"), ("set-cookie", "b=2")), body=b"x"),
    "chunked": Response(status=200, headers=(("Transfer-Encoding", "chunked"),), body=b"in chunks"),
    "frames": Response(
        status=200, body=b"in frames", frames=(Frame(at=0.0, data=b"in "), Frame(at=0.0, data=b"frames"))
    ),
}


class Started(aiohttp.ClientResponse):
    """A response class with a say in how a response starts."""

    async def start(self, connection):
        return await super().start(connection)


def tape(came, method="GET"):
    return MemoryTape([Exchange(request=Request(method=method, url=BASE + "/"), response=came)], repeats=True)


async def facts(session, method):
    async with session.request(method, BASE + "/") as response:
        head = {
            "said": (response.status, response.reason, response.version, response.method, response.ok),
            "headers": [(type(name), name, value) for name, value in response.headers.items()],
            "raw": response.raw_headers,
            "cookies": {name: morsel.value for name, morsel in response.cookies.items()},
            "where": (response.url, response.real_url, response.request_info, response.history),
            "state": (type(response.connection), response.content.is_eof(), response.content.at_eof()),
            "session": type(vars(response)["_session"]),
        }
        body = await response.read()
        return head | {"body": body, "after": (response.closed, response.connection, response.content.at_eof())}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("came", ANSWERS.values(), ids=ANSWERS)
def test_aiohttps_response_is_the_one_that_its_start_would_make(offline, came, method):
    offline()
    found = []

    async def main():
        for kind in (aiohttp.ClientResponse, Started):
            async with aiohttp.ClientSession(response_class=kind) as session:
                found.append(await facts(session, method))

    with use(tape(came, method)):
        asyncio.run(main())
    assert found[0] == found[1]


def test_aiohttps_responses_of_one_recording_share_nothing_that_changes(offline):
    offline()

    async def main():
        async with aiohttp.ClientSession() as session:
            one, other = await session.get(BASE + "/"), await session.get(BASE + "/")
            assert await one.content.read(2) == b"ca"
            assert await other.content.read() == b"caf\xe9"
            assert await one.content.read() == b"f\xe9"

    with use(tape(ANSWERS["plain"])):
        asyncio.run(main())


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def lib(request):
    return request.param


@pytest.mark.parametrize("name", ["plain", "empty", "without a body", "chunked", "frames"])
def test_httpxs_body_is_streamed_once(lib, offline, name):
    offline()
    body = b"" if name == "without a body" else ANSWERS[name].body
    with use(tape(ANSWERS[name])), lib.Client() as client:
        for read in (lambda response: response.iter_raw(), lambda response: response.iter_bytes(3)):
            with client.stream("GET", BASE + "/") as response:
                assert not response.is_stream_consumed
                assert b"".join(read(response)) == body
                assert response.is_closed
                with pytest.raises(lib.StreamConsumed):
                    next(response.iter_raw())
        with client.stream("GET", BASE + "/") as response:
            assert response.read() == response.content == body
        assert response.elapsed.total_seconds() >= 0


@pytest.mark.parametrize("name", ["plain", "empty", "without a body", "chunked", "frames"])
def test_httpxs_body_is_streamed_once_to_a_task(lib, offline, name):
    offline()
    body = b"" if name == "without a body" else ANSWERS[name].body

    async def main():
        async with lib.AsyncClient() as client:
            async with client.stream("GET", BASE + "/") as response:
                assert not response.is_stream_consumed
                assert b"".join([piece async for piece in response.aiter_raw()]) == body
                with pytest.raises(lib.StreamConsumed):
                    await anext(response.aiter_raw())
            async with client.stream("GET", BASE + "/") as response:
                async for _ in response.aiter_bytes(1):
                    break
            async with client.stream("GET", BASE + "/") as response:
                assert [line async for line in response.aiter_lines()] == ([body.decode("latin-1")] if body else [])

    with use(tape(ANSWERS[name])):
        asyncio.run(main())


def test_httpxs_request_is_asked_for_without_credentials_and_fragment_and_with_every_other_sign(lib, offline):
    offline()
    seen = tape(ANSWERS["plain"])
    with use(seen), lib.Client() as client:
        for spelled in ("u:p@api.test/#part", "api.test/#", "@api.test/"):
            assert client.get(f"http://{spelled}").status_code == 200
    assert [one.url for one in seen.asked] == [BASE + "/"] * 3
