"""An answer that is whole and at once takes a shorter way through the seams; what a client sees is the same."""

import asyncio
import gzip
import pickle

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


CODED = Response(status=200, headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b"packed", mtime=0))


def left(response):
    """What reading leaves in a response of httpx; the time that it took is its own."""
    facts = {
        name: value for name, value in vars(response).items() if name not in ("stream", "_elapsed", "_request")
    }
    decoder = facts.pop("_decoder", None)  # made only by whoever looks for a coding
    assert decoder is None or "Decoder" in type(decoder).__name__
    return facts | {"took": response.elapsed.total_seconds() >= 0, "class": type(response)}


def read(lib, how):
    """A response that was read whole, or in parts and then whole."""
    with lib.Client() as client, client.stream("GET", BASE + "/") as response:
        if how == "in parts":
            response._content = b"".join(response.iter_bytes())
        assert response.read() is response.content
        return response


async def read_async(lib, how):
    async with lib.AsyncClient() as client, client.stream("GET", BASE + "/") as response:
        if how == "in parts":
            response._content = b"".join([part async for part in response.aiter_bytes()])
        assert await response.aread() is response.content
        return response


@pytest.mark.parametrize("lib", [httpx, httpx2])
@pytest.mark.parametrize("name", [*ANSWERS, "coded"])
def test_httpxs_response_that_is_read_at_once_is_as_one_that_is_read_in_parts(offline, lib, name):
    offline()
    with use(tape(CODED if name == "coded" else ANSWERS[name])):
        for reading in (read, lambda *how: asyncio.run(read_async(*how))):
            once, parts = reading(lib, "at once"), reading(lib, "in parts")
            assert {**left(once), "headers": None} == {**left(parts), "headers": None}
            assert once.headers == parts.headers
            assert type(once) is lib.Response
            assert list(once.iter_bytes(2)) == list(parts.iter_bytes(2))
            with pytest.raises(lib.StreamConsumed):
                list(once.iter_raw())
            assert pickle.loads(pickle.dumps(once)).content == parts.content


@pytest.mark.parametrize("lib", [httpx, httpx2])
def test_httpxs_response_may_still_be_read_in_parts_closed_or_copied_first(offline, lib):
    offline()
    with use(tape(ANSWERS["plain"])), lib.Client() as client:
        with client.stream("GET", BASE + "/") as response:
            assert list(response.iter_raw(2)) == [b"ca", b"f\xe9"]
            with pytest.raises(lib.StreamConsumed):
                response.read()
        with client.stream("GET", BASE + "/") as response:
            response.close()
            with pytest.raises(lib.StreamClosed):
                response.read()
        with client.stream("GET", BASE + "/") as response:
            assert pickle.loads(pickle.dumps(response)).status_code == 200
            assert response.read() == b"caf\xe9"


@pytest.mark.parametrize("lib", [httpx, httpx2])
def test_a_stream_that_an_app_puts_around_the_body_is_not_passed_over(offline, lib):
    offline()

    class Upper(lib.SyncByteStream):
        def __init__(self, stream):
            self._stream = stream

        def __iter__(self):
            for part in self._stream:
                yield part.upper()

    class Shouting(lib.BaseTransport):
        inner = lib.HTTPTransport()

        def handle_request(self, request):
            response = self.inner.handle_request(request)
            response.stream = Upper(response.stream)
            return response

    with use(tape(ANSWERS["old"])), lib.Client(transport=Shouting()) as client:
        assert client.get(BASE + "/").content == b"OLD"
