"""What is aiohttp's own: its reader's many ways, sessions, middlewares, time limits."""

import asyncio
import gzip
import io
import json
import os

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure

BASE = "http://api.test"
PIECES = [b"first\nsec", b"ond\n", b"third"]
WHOLE = b"".join(PIECES)


def known(
    path="/", status=200, *, method="GET", headers=(), body=b"", frames=(), latency=None, error=None, **options
):
    response = None if error else Response(status=status, headers=headers, body=body, frames=frames, **options)
    return Exchange(
        request=Request(method=method, url=BASE + path), response=response, latency=latency, error=error
    )


def streamed(pieces=PIECES, **options):
    frames = tuple(Frame(at=0.0, data=piece) for piece in pieces)
    fields = (("Transfer-Encoding", "chunked"), *options.pop("headers", ()))
    return known(headers=fields, body=b"".join(pieces), frames=frames, **options)


def run(script, **options):
    """Calls `script(session)` in a loop of its own."""

    async def main():
        async with aiohttp.ClientSession(**options) as session:
            return await script(session)

    return asyncio.run(main())


def test_a_body_is_read_in_every_way_there_is(offline):
    async def script(session):
        async def content():
            return (await session.get(BASE)).content

        one = await content()
        assert [await one.readany() for _ in range(3)] == PIECES
        assert await one.readany() == b""
        assert one.at_eof()
        assert [line async for line in await content()] == [b"first\n", b"second\n", b"third"]
        assert [piece async for piece in (await content()).iter_any()] == PIECES
        assert [piece async for piece in (await content()).iter_chunked(4)] == [
            b"firs",
            b"t\nse",
            b"c",
            b"ond\n",
            b"thir",
            b"d",
        ]
        assert [piece async for piece in (await content()).iter_chunks()] == [(piece, True) for piece in PIECES]
        assert await (await content()).read() == WHOLE
        assert await (await content()).read(3) == b"fir"
        assert await (await content()).readexactly(12) == WHOLE[:12]
        assert await (await content()).readuntil(b"nd") == b"first\nsecond"
        assert await (await content()).readline() == b"first\n"
        with pytest.raises(asyncio.IncompleteReadError):
            await (await content()).readexactly(1000)
        waiting = await content()
        await waiting.wait_eof()
        assert waiting.read_nowait() == WHOLE

    offline()
    with use(MemoryTape([streamed()], repeats=True)):
        run(script)


def test_a_response_is_all_that_aiohttp_makes_of_one(offline):
    fields = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Set-Cookie", "a=1; Path=/"),
        ("Set-Cookie", "b=2; Path=/"),
        ("Link", '</next>; rel="next"'),
        ("ETag", '"1"'),
    )
    tape = MemoryTape(
        [
            known("/old", 302, headers=(("Location", "/new"),)),
            known("/new", 404, headers=fields, body=b'{"a": 1}', reason="Not There"),
        ]
    )

    async def script(session):
        async with session.get(BASE + "/old") as response:
            assert (response.status, response.reason, response.ok) == (404, "Not There", False)
            assert await response.json() == {"a": 1}
            assert await response.text() == '{"a": 1}'
            assert response.headers.getall("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
            assert [(n.lower(), v) for n, v in response.raw_headers if n.lower() == b"etag"] == [(b"etag", b'"1"')]
            assert response.cookies["a"].value == "1"
            assert (response.content_type, response.charset) == ("application/json", "utf-8")
            assert str(response.links["next"]["url"]) == BASE + "/next"
            assert [one.status for one in response.history] == [302]
            assert str(response.url) == str(response.real_url) == BASE + "/new"
            assert response.request_info.method == "GET"
            assert response.version == aiohttp.HttpVersion11
            with pytest.raises(aiohttp.ClientResponseError) as raised:
                response.raise_for_status()
            assert (raised.value.status, raised.value.message) == (404, "Not There")
        assert response.closed
        assert {cookie.key for cookie in session.cookie_jar} == {"a", "b"}

    offline()
    with use(tape):
        run(script)


def test_raise_for_status_of_a_session_works(offline):
    offline()
    with use(MemoryTape([known("/", 500)])), pytest.raises(aiohttp.ClientResponseError):
        run(lambda session: session.get(BASE + "/"), raise_for_status=True)


def test_the_apps_middlewares_and_traces_lie_above(offline):
    seen = []

    async def middleware(request, handler):
        request.headers["X-Signed"] = "yes"
        response = await handler(request)
        seen.append(response.status)
        return await handler(request) if response.status == 401 else response

    async def started(session, context, params):
        seen.append(params.method)

    async def received(session, context, params):
        seen.append(params.chunk)

    traces = aiohttp.TraceConfig()
    traces.on_request_start.append(started)
    traces.on_response_chunk_received.append(received)

    async def script(session):
        async with session.get(BASE + "/") as response:
            assert await response.read() == b"in"

    offline()
    with use(MemoryTape([known("/", 401), known("/", 200, body=b"in")])) as tape:
        run(script, middlewares=(middleware,), trace_configs=[traces])
    assert seen == ["GET", 401, b"in"]
    assert tape.asked[0].header("x-signed") == "yes"


def test_a_middleware_of_one_request_keeps_its_place(offline):
    async def middleware(request, handler):
        response = await handler(request)
        response.marked = True
        return response

    async def script(session):
        async with session.get(BASE + "/", middlewares=(middleware,)) as response:
            return response.marked

    offline()
    with use(MemoryTape([known("/")])):
        assert run(script)


@pytest.mark.parametrize("of", ["session", "request"])
def test_a_client_that_does_not_decode_gets_what_came(serve, offline, of):
    data = gzip.compress(WHOLE)
    url = serve({"/": lambda h: h.answer(200, data, [("Content-Encoding", "gzip")])}).url + "/"

    async def script(session):
        async with session.get(url, **({"auto_decompress": False} if of == "request" else {})) as response:
            return await response.read()

    options = {"auto_decompress": False} if of == "session" else {}
    with use(MemoryTape(recording=True)) as tape:
        assert run(script, **options) == data
    offline()
    with use(tape.rewound()):
        assert run(script, **options) == data


def test_a_large_compressed_body_is_decoded_piece_by_piece(serve, offline):
    text = os.urandom(1 << 16).hex().encode() * 40
    url = serve({"/": lambda h: h.answer(200, gzip.compress(text, 1), [("Content-Encoding", "gzip")])}).url + "/"

    async def script(session):
        async with session.get(url) as response:
            return b"".join([piece async for piece in response.content.iter_chunked(1 << 14)])

    with use(MemoryTape(loopback=False)):
        assert run(script) == text
    with use(MemoryTape(recording=True)) as tape:
        assert run(script) == text
    offline()
    with use(tape.rewound()):
        assert run(script) == text


def test_a_broken_compressed_body_fails_as_it_does(serve, offline):
    fields = [("Content-Encoding", "gzip")]
    url = serve({"/": lambda h: h.answer(200, b"\x1f\x8bnot gzip at all", fields)}).url + "/"

    async def script(session):
        async with session.get(url) as response:
            with pytest.raises(aiohttp.ClientPayloadError) as raised:
                await response.read()
            return str(raised.value)

    natural = run(script)
    with use(MemoryTape(recording=True)) as tape:
        assert run(script) == natural
    offline()
    with use(tape.rewound()):
        assert run(script) == natural


def test_uploads_of_every_kind_are_sent_and_taken_down(serve, offline, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_bytes(WHOLE)
    server = serve({"/": lambda h: h.answer(200, h.body)})

    class Pipe(io.RawIOBase):
        """A file that can be read once."""

        def __init__(self):
            self.rest = io.BytesIO(WHOLE)

        def readable(self):
            return True

        def readinto(self, buffer):
            return self.rest.readinto(buffer)

    def multipart():
        writer = aiohttp.MultipartWriter("form-data", boundary="fixed")
        writer.append(file.open("rb")).set_content_disposition("form-data", name="file", filename="notes.txt")
        return writer

    async def pieces():
        for piece in PIECES:
            yield piece

    makers = [
        lambda: WHOLE,
        lambda: "text",
        lambda: {"a": "b"},
        lambda: file.open("rb"),
        lambda: io.BytesIO(WHOLE),
        pieces,
        Pipe,
        multipart,
    ]

    async def script(session):
        sent = []
        for make in makers:
            async with session.post(server.url, data=make()) as response:
                sent.append(await response.read())
        async with session.post(server.url, json={"a": 1}) as response:
            sent.append(await response.read())
        return sent

    natural = run(script)
    with use(MemoryTape(recording=True)) as tape:
        assert run(script) == natural
    assert [exchange.request.body for exchange in tape.kept] == natural
    assert json.loads(natural[-1]) == {"a": 1}
    offline()
    with use(tape.rewound()):
        assert run(script) == natural


def test_a_compressed_upload_is_kept_as_it_was_meant(serve, offline):
    server = serve({"/": lambda h: h.answer(200, b"ok")})

    async def script(session):
        async with session.post(server.url, data=WHOLE, compress="gzip") as response:
            return await response.read()

    with use(MemoryTape(recording=True)) as tape:
        assert run(script) == b"ok"
    assert gzip.decompress(server.seen[0][2]) == WHOLE
    assert tape.kept[0].request.body == WHOLE
    assert tape.kept[0].request.header("content-encoding") is None


def test_the_apps_own_server_is_left_alone(offline):
    async def hello(request):
        return web.Response(text="from the app")

    async def main():
        app = web.Application()
        app.router.add_get("/", hello)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            return await (await session.get(server.make_url("/"))).text()

    with use(MemoryTape(loopback=False)) as tape:
        assert asyncio.run(main()) == "from the app"
    assert not tape.asked


def test_websockets_pass_while_recording_and_are_refused_while_replaying(offline):
    async def echo(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    async def main():
        app = web.Application()
        app.router.add_get("/", echo)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            with use(MemoryTape(recording=True)) as tape:
                async with session.ws_connect(server.make_url("/")) as socket:
                    await socket.send_str("hello")
                    assert (await socket.receive()).data == "hello"
            assert not tape.kept
            with use(MemoryTape()), pytest.raises(ClosedNetworkError, match="no cassette holds that"):
                await session.ws_connect(server.make_url("/"))

    asyncio.run(main())


def test_a_total_time_out_is_recorded_before_and_within_a_body(serve, offline):
    server = serve(
        {
            "/none": lambda h: h.stall(),
            "/half": lambda h: h.stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        }
    )
    limit = aiohttp.ClientTimeout(total=0.2)

    async def script(session):
        with pytest.raises(TimeoutError):
            await session.get(server.url + "/none", timeout=limit)
        with pytest.raises(TimeoutError):
            async with session.get(server.url + "/half", timeout=limit) as response:
                await response.read()

    with use(MemoryTape(recording=True)) as tape:
        run(script)
    none, half = tape.kept
    assert (none.response, none.error.kind) == (None, "timeout")
    assert (half.response.body, half.response.complete, half.error.kind) == (b"half", False, "timeout")
    offline()
    with use(tape.rewound()):
        run(script)


def test_a_cancelled_request_is_not_recorded(serve):
    server = serve({"/": lambda h: h.stall()})

    async def script(session):
        task = asyncio.ensure_future(session.get(server.url))
        while not server.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with use(MemoryTape(recording=True)) as tape:
        run(script)
    assert not tape.kept


def test_recorded_latency_counts_against_the_clients_time_limits(offline):
    slow = known("/", latency=60.0, body=b"ok")
    late = known("/", body=b"ab", frames=(Frame(at=0.0, data=b"a"), Frame(at=60.0, data=b"b")))

    async def script(session):
        for limit in (aiohttp.ClientTimeout(total=0.05), aiohttp.ClientTimeout(sock_read=0.05)):
            with pytest.raises(TimeoutError):
                await session.get(BASE, timeout=limit)
        for limit in (aiohttp.ClientTimeout(total=0.05), aiohttp.ClientTimeout(sock_read=0.05)):
            response = await session.get(BASE, timeout=limit)
            with pytest.raises(TimeoutError):
                await response.read()

    offline()
    with use(MemoryTape([slow, slow, late, late], latency=1.0)):
        run(script)


def test_a_resent_request_meets_the_next_recording(offline):
    """aiohttp sends a safe request again when its connection was reset."""
    offline()

    async def script(session):
        async with session.get(BASE) as response:
            return await response.read()

    with use(MemoryTape([known(error=TransportFailure(kind="reset")), known(body=b"second")])):
        assert run(script) == b"second"


def test_an_unread_response_may_be_released(serve, offline):
    server = serve({"/": lambda h: h.answer(200, WHOLE)})

    async def leave(session):
        (await session.get(server.url)).release()

    async def read(session):
        async with session.get(server.url) as response:
            return await response.read()

    with use(MemoryTape(recording=True)) as tape:
        run(leave)
    offline()
    with use(tape.rewound()):
        run(leave)
    with use(tape.rewound()), pytest.raises(aiohttp.ClientPayloadError):
        run(read)
