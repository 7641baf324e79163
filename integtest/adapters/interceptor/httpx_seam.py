"""The seam of httpx and httpx2: what their own network transports are asked for.

Hooks, auth flows, redirects, cookies and an app's own transports lie above it and see single exchanges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.fields import bare, from_wire, text, upgrades
from integtest.adapters.interceptor.httpx_bodies import Bodies, read_timeout, wait, wait_async
from integtest.adapters.interceptor.httpx_failures import failure_of
from integtest.adapters.interceptor.playing import Reel, ask, give_way, with_body
from integtest.adapters.interceptor.taking import Take
from integtest.adapters.interceptor.wrapping import wrap
from integtest.model.http import Request


def install(client: Any) -> None:
    """Put the seam into `client`, the module httpx or httpx2."""
    bodies = Bodies(client)
    wrap(client.HTTPTransport, "handle_request", lambda original: _sync_seam(original, bodies))
    wrap(client.AsyncHTTPTransport, "handle_async_request", lambda original: _async_seam(original, bodies))


def _sync_seam(original: Callable[..., Any], bodies: Bodies) -> Callable[..., Any]:
    def handle_request(transport: Any, request: Any) -> Any:
        if not state.any_open() or (tape := state.chosen(head := _head(request))) is None:
            return original(transport, request)
        chunks = list(request.stream)
        sent = with_body(head, b"".join(chunks))
        if exchange := ask(tape, sent):
            return _play(bodies, request, Reel(exchange, request.method, tape.latency))
        if upgrades(sent.headers):
            return original(transport, request)
        return _take(original, transport, bodies, request, chunks, Take(tape, sent))

    return handle_request


def _async_seam(original: Callable[..., Any], bodies: Bodies) -> Callable[..., Any]:
    whole = bodies.client.ByteStream

    async def handle_async_request(transport: Any, request: Any) -> Any:
        if not state.any_open() or (tape := state.chosen(head := _head(request))) is None:
            return await original(transport, request)
        stream = request.stream
        chunks = list(stream) if type(stream) is whole else [chunk async for chunk in stream]
        sent = with_body(head, b"".join(chunks))
        await give_way()
        if exchange := ask(tape, sent):
            return await _play_async(bodies, request, Reel(exchange, request.method, tape.latency))
        if upgrades(sent.headers):
            return await original(transport, request)
        return await _take_async(original, transport, bodies, request, chunks, Take(tape, sent))

    return handle_async_request


def _head(request: Any) -> Request:
    """The request without its body. Credentials and a fragment of the URL do not go over the wire."""
    url = str(request.url)
    if "@" in url or "#" in url:
        url = str(request.url.copy_with(userinfo=b"", fragment=None))
    return bare(request.method, url, from_wire(request.headers.raw))


def _take(
    original: Callable[..., Any], transport: Any, bodies: Bodies, request: Any, chunks: list[bytes], take: Take
) -> Any:
    try:
        with state.beneath():
            response = original(transport, bodies.onward(request, chunks, take))
    except BaseException as error:
        _failed(take, error, bodies.client)
        raise
    return _answered(response, take, bodies)


async def _take_async(
    original: Callable[..., Any], transport: Any, bodies: Bodies, request: Any, chunks: list[bytes], take: Take
) -> Any:
    try:
        with state.beneath():
            response = await original(transport, bodies.onward(request, chunks, take))
    except BaseException as error:
        _failed(take, error, bodies.client)
        raise
    return _answered(response, take, bodies)


def _failed(take: Take, error: BaseException, client: Any) -> None:
    failure = failure_of(error) if isinstance(error, client.TransportError) else None
    if failure is None:
        take.drop()
    else:
        take.broke(failure)


def _answered(response: Any, take: Take, bodies: Bodies) -> Any:
    extensions = response.extensions
    take.answered(
        response.status_code,
        text(extensions.get("reason_phrase", b"")),
        from_wire(response.headers.raw),
        text(extensions.get("http_version", b"HTTP/1.1")),
    )
    return bodies.taken(response, take)


def _play(bodies: Bodies, request: Any, reel: Reel) -> Any:
    if reel.wait:
        wait(bodies.client, reel.wait, read_timeout(request))
    return bodies.played(request, reel)


async def _play_async(bodies: Bodies, request: Any, reel: Reel) -> Any:
    if reel.wait:
        await wait_async(bodies.client, reel.wait, read_timeout(request))
    return bodies.played(request, reel)
