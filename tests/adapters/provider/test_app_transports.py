"""Transports straight into ASGI and WSGI apps: found out by use, called without sockets, never raising."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from integtest.adapters.provider.apps import app_transport, find_app
from integtest.errors import ConfigError
from integtest.model.http import Exchange, Request, TransportFailure


def send(app, *requests: Request, timeout: float = 10.0) -> list[Exchange]:
    """The exchanges of these requests, the app's lifespan around them."""

    async def main():
        transport = app_transport(app, "tests:app")
        assert await transport.open(timeout=timeout) is None
        try:
            return [await transport.send(request, timeout=timeout) for request in requests]
        finally:
            await transport.close()

    return asyncio.run(main())


def opened(app, timeout: float = 10.0) -> TransportFailure | None:
    async def main():
        transport = app_transport(app, "tests:app")
        try:
            return await transport.open(timeout=timeout)
        finally:
            await transport.close()

    return asyncio.run(main())


def get(url: str, **more) -> Request:
    return Request(method="GET", url=url, **more)


async def _echo(request):
    return JSONResponse(
        {
            "method": request.method,
            "path": request.url.path,
            "query": request.url.query,
            "headers": request.headers.items(),
            "body": (await request.body()).decode(),
        }
    )


ECHO = Starlette(routes=[Route("/{rest:path}", _echo, methods=["GET", "POST", "HEAD"])])


def wsgi_echo(environ, start_response):
    start_response("201 Made", [("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2")])
    keys = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_TWO")
    return [";".join(environ.get(key, "-") for key in keys).encode("latin-1"), environ["wsgi.input"].read()]


POST = Request(
    method="POST",
    url="/caf%C3%A9?a=b%20c",
    headers=(("Content-Type", "text/plain"), ("X-Two", "1"), ("X-Two", "2")),
    body=b"hello",
)


def test_an_asgi_app_gets_the_request_as_a_server_would_give_it():
    [seen] = send(ECHO, POST)
    got = __import__("json").loads(seen.response.body)
    assert (got["method"], got["path"], got["query"], got["body"]) == ("POST", "/café", "a=b%20c", "hello")
    assert ["host", "localhost"] in got["headers"]
    assert ["content-length", "5"] in got["headers"]
    assert [v for n, v in got["headers"] if n == "x-two"] == ["1", "2"]
    assert seen.request.url == "http://localhost/caf%C3%A9?a=b%20c"


def test_a_wsgi_app_gets_the_request_as_a_server_would_give_it():
    [seen] = send(wsgi_echo, POST)
    assert (seen.response.status, seen.response.reason) == (201, "Made")
    assert seen.response.headers == (("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2"))
    assert seen.response.body.decode() == "POST;/café;a=b%20c;text/plain;5;1, 2hello"


def test_the_answer_to_head_has_no_body():
    for app in (ECHO, wsgi_echo):
        [seen] = send(app, Request(method="HEAD", url="/"))
        assert (seen.response.body, seen.error) == (b"", None)


def test_no_socket_is_opened(monkeypatch):
    def refuse(*_):
        raise AssertionError("a socket was connected")

    for app in (ECHO, wsgi_echo):
        monkeypatch.setattr(socket.socket, "connect", refuse)
        assert send(app, get("/"))[0].error is None


def test_a_streaming_answer_is_read_to_its_end():
    async def pieces():
        for number in range(3):
            yield f"data: {number}\n\n"
            await asyncio.sleep(0)

    async def stream(_):
        return StreamingResponse(pieces(), media_type="text/event-stream")

    [seen] = send(Starlette(routes=[Route("/", stream)]), get("/"))
    assert seen.response.body == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
    closed = []

    class Chunks:
        def __iter__(self):
            return iter([b"a", b"b"])

        def close(self):
            closed.append(True)

    def wsgi(_, start_response):
        start_response("200 OK", [])
        return Chunks()

    [seen] = send(wsgi, get("/"))
    assert (seen.response.body, closed) == (b"ab", [True])


def test_lifespan_surrounds_the_requests_and_shares_its_state():
    told = []

    @contextlib.asynccontextmanager
    async def lifespan(_):
        told.append("up")
        yield {"pool": "ready"}
        told.append("down")

    async def read(request):
        return PlainTextResponse(request.state.pool)

    [seen] = send(Starlette(routes=[Route("/", read)], lifespan=lifespan), get("/"))
    assert (seen.response.body, told) == (b"ready", ["up", "down"])


def test_an_app_that_fails_to_start_says_why():
    @contextlib.asynccontextmanager
    async def lifespan(_):
        raise RuntimeError("no database")
        yield

    failure = opened(Starlette(lifespan=lifespan))
    assert failure.message == "the app failed to start: RuntimeError: no database"
    assert any("no database" in line for line in failure.trace)


def test_an_app_that_hangs_at_its_start_is_left():
    @contextlib.asynccontextmanager
    async def lifespan(_):
        await asyncio.sleep(3600)
        yield

    assert opened(Starlette(lifespan=lifespan), timeout=0.2).kind == "timeout"


def test_an_app_that_knows_no_lifespan_is_fine():
    async def app(scope, receive, send_):
        assert scope["type"] == "http"
        await send_({"type": "http.response.start", "status": 204})
        await send_({"type": "http.response.body"})

    [seen] = send(app, get("/"))
    assert (seen.response.status, seen.error) == (204, None)


def _raise():
    raise KeyError("missing row")


async def _raising(scope, receive, send_):
    if scope["type"] == "lifespan":
        raise NotImplementedError
    _raise()


def _raising_wsgi(environ, start_response):
    _raise()


@pytest.mark.parametrize("app", [_raising, _raising_wsgi])
def test_what_an_app_raises_comes_with_the_lines_of_its_own_code(app):
    [seen] = send(app, get("/"))
    assert seen.response is None
    assert seen.error.message == "the app raised KeyError: 'missing row'"
    assert any('raise KeyError("missing row")' in line for line in seen.error.trace)
    assert not any("integtest/adapters" in line for line in seen.error.trace)


async def _leaves(scope, receive, send_):
    raise SystemExit(3)


def _leaves_wsgi(environ, start_response):
    raise SystemExit(3)


@pytest.mark.parametrize("app", [_leaves, _leaves_wsgi])
def test_an_app_cannot_end_the_process(app):
    [seen] = send(app, get("/"))
    assert "SystemExit" in seen.error.message


def test_an_error_after_the_answer_keeps_both():
    async def broken(_):
        return PlainTextResponse("fine", background=BackgroundTask(_raise))

    [seen] = send(Starlette(routes=[Route("/", broken)]), get("/"))
    assert (seen.response.status, seen.response.complete) == (200, True)
    assert "missing row" in seen.error.message


async def _hangs(scope, receive, send_):
    await asyncio.sleep(3600)


async def _stalls(scope, receive, send_):
    await send_({"type": "http.response.start", "status": 200})
    await asyncio.sleep(3600)


async def _gives_nothing(scope, receive, send_):
    pass


async def _gives_half(scope, receive, send_):
    await send_({"type": "http.response.start", "status": 200})
    await send_({"type": "http.response.body", "body": b"x", "more_body": True})


async def _starts_wrong(scope, receive, send_):
    await send_({"type": "http.response.body", "body": b"x"})


async def _status_of_text(scope, receive, send_):
    await send_({"type": "http.response.start", "status": "200"})


async def _headers_of_text(scope, receive, send_):
    await send_({"type": "http.response.start", "status": 200, "headers": [("a", "b")]})


def _never_starts(environ, start_response):
    return [b""]


def _gives_text(environ, start_response):
    start_response("200 OK", [])
    return ["text"]


def _bad_status(environ, start_response):
    start_response("fine", [])
    return []


def _sleeps(environ, start_response):
    time.sleep(2)


@pytest.mark.parametrize(
    ("app", "kind"),
    [
        (_hangs, "timeout"),
        (_stalls, "timeout"),
        (_gives_nothing, "closed"),
        (_gives_half, "closed"),
        (_starts_wrong, "protocol"),
        (_status_of_text, "other"),
        (_headers_of_text, "other"),
        (_never_starts, "protocol"),
        (_gives_text, "protocol"),
        (_bad_status, "protocol"),
        (_sleeps, "timeout"),
    ],
)
def test_a_misbehaving_app_is_a_failure_and_never_an_exception(app, kind):
    async def main():
        transport = app_transport(app, "tests:app")
        return await transport.send(get("/"), timeout=0.3)

    seen = asyncio.run(main())
    assert seen.error.kind == kind
    assert seen.response is None or not seen.response.complete


def test_an_app_that_stays_busy_after_its_answer_has_answered():
    async def main():
        async def busy(scope, receive, send_):
            await send_({"type": "http.response.start", "status": 200})
            await send_({"type": "http.response.body", "body": b"x"})
            await asyncio.sleep(3600)

        return await app_transport(busy, "tests:app").send(get("/"), timeout=0.2)

    seen = asyncio.run(main())
    assert (seen.error, seen.response.body, seen.response.complete) == (None, b"x", True)


def test_slow_wsgi_requests_do_not_wait_for_each_other():
    meeting = __import__("threading").Barrier(3, timeout=10)

    def app(environ, start_response):
        meeting.wait()
        start_response("200 OK", [])
        return []

    async def main():
        transport = app_transport(app, "tests:app")
        return await asyncio.gather(*(transport.send(get("/"), timeout=10) for _ in range(3)))

    assert [seen.error for seen in asyncio.run(main())] == [None] * 3


class Asgi2:
    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send_):
        await _headers_first(send_)


async def _headers_first(send_):
    await send_({"type": "http.response.start", "status": 202})
    await send_({"type": "http.response.body"})


class AsgiObject:
    async def __call__(self, scope, receive, send_):
        await _headers_first(send_)


class WsgiObject:
    def __call__(self, environ, start_response):
        start_response("202 Accepted", [])
        return []


@pytest.mark.parametrize(
    "app",
    [
        AsgiObject(),
        WsgiObject(),
        Asgi2,
        lambda: AsgiObject(),
        lambda config=None, debug=False: WsgiObject(),
        AsgiObject,
        AsgiObject().__call__,
    ],
    ids=["asgi", "wsgi", "asgi2", "factory", "factory with defaults", "class", "bound method"],
)
def test_every_shape_of_app_is_found_out(app):
    assert send(app, get("/"))[0].response.status == 202


@pytest.mark.parametrize("thing", ["text", 5, None, {}, [], object()], ids=lambda thing: type(thing).__name__)
def test_what_is_no_app_is_refused_by_name(thing):
    assert find_app(thing, "pkg:thing") is None
    with pytest.raises(ConfigError, match="pkg:thing"):
        app_transport(thing, "pkg:thing")


def test_a_factory_that_raises_is_told_with_its_lines():
    with pytest.raises(ConfigError, match="pkg:make raised KeyError") as told:
        app_transport(lambda: _raise(), "pkg:make")
    assert any("missing row" in line for line in told.value.trace)
