"""The seam of aiohttp: a client middleware, innermost of all, on every request of a session.

Redirects, cookies, traces, raise_for_status and an app's own middlewares lie above it and see single exchanges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.aiohttp_bodies import StandInProtocol, decoded, played, taken, wait
from integtest.adapters.interceptor.aiohttp_failures import exception_for, failure_of
from integtest.adapters.interceptor.aiohttp_played import Connection, answered, head_of_response, response_to
from integtest.adapters.interceptor.aiohttp_sent import body_of, head_of
from integtest.adapters.interceptor.fields import upgrades
from integtest.adapters.interceptor.playing import Reel, ask, give_way, with_body
from integtest.adapters.interceptor.taking import Take
from integtest.adapters.interceptor.wrapping import wrap
from integtest.model.http import TransportFailure


def install(client: Any) -> None:
    """Put the seam into `client`, the module aiohttp; before 3.12 it has no middlewares and stays without."""
    if "middlewares" in signature(client.ClientSession._request).parameters:
        wrap(client.ClientSession, "_request", _seam)


def _seam(original: Callable[..., Any]) -> Callable[..., Any]:
    async def _request(session: Any, method: str, url: Any, **options: Any) -> Any:
        own = options.get("middlewares")
        if not state.any_open():
            return await original(session, method, url, **options)
        own = tuple(session._middlewares if own is None else own)
        if own and any(isinstance(one, _Meeting) for one in own):
            return await original(session, method, url, **options)
        meeting = _Meeting(session, options)
        options |= {"middlewares": (*own, meeting), "auto_decompress": False}
        try:
            return await original(session, method, url, **options)
        except BaseException as error:
            meeting.failed(error)
            raise

    return _request


class _Meeting:
    """The middleware of one request, and of the redirects and retries that follow from it."""

    __slots__ = ("_decode", "_session", "_take", "_timeout")

    def __init__(self, session: Any, options: dict[str, Any]) -> None:
        decode = options.get("auto_decompress")
        self._decode: bool = session.auto_decompress if decode is None else decode
        self._session, self._timeout = session, options.get("timeout")
        self._take: Take | None = None

    async def __call__(self, request: Any, handler: Any) -> Any:
        if (tape := state.chosen(head := head_of(request))) is None:
            return await self._pass(request, handler)
        sent = with_body(head, await body_of(request)) if request.body else head
        await give_way()
        if exchange := ask(tape, sent):
            reel = Reel(exchange, head.method, tape.latency)
            if reel.whole and not reel.wait and (response := answered(request, reel, self._decode)) is not None:
                return response
            return await self._play(request, reel)
        if upgrades(sent.headers):
            return await self._pass(request, handler)
        return await self._record(request, handler, Take(tape, sent))

    async def _pass(self, request: Any, handler: Any) -> Any:
        response = await handler(request)
        if self._decode:
            with _refusing_codings(request, response):
                decoded(response)
        return response

    async def _record(self, request: Any, handler: Any, take: Take) -> Any:
        self._take = take
        _note_sent(request, take)
        try:
            with state.beneath():
                response = await handler(request)
            with _refusing_codings(request, response):
                taken(response, take, self._decode)
        except Exception as error:
            self.failed(error)
            raise
        self._take = None
        return response

    def failed(self, error: BaseException) -> None:
        """Told of what the handler raised, and of what a time limit made of a cancellation further out."""
        take, self._take = self._take, None
        if take is None:
            return
        failure = failure_of(error)
        if failure is None:
            take.drop()
        else:
            take.broke(failure)

    async def _play(self, request: Any, reel: Reel) -> Any:
        limit = _sock_read(self._session, self._timeout)
        if reel.wait:
            timed_out = reel.failure is not None and reel.failure.kind == "timeout"
            await wait(reel.wait, limit if reel.response or timed_out else None)
        if reel.response is None:
            raise exception_for(reel.failure or TransportFailure(kind="other"), request)
        reel.answer()
        head = head_of_response(reel.response)
        try:
            body = played(reel, head.headers, request._timer, limit, self._decode)
        except ContentEncodingError as error:
            raise _refused(request, error) from error
        return await response_to(request).start(Connection(StandInProtocol(head, body)))


def _sock_read(session: Any, timeout: Any) -> float | None:
    """How long the client waits for the next bytes, in seconds."""
    if isinstance(timeout, int | float):
        return None
    limit: float | None = (timeout if isinstance(timeout, aiohttp.ClientTimeout) else session.timeout).sock_read
    return limit


@contextmanager
def _refusing_codings(request: Any, response: Any = None) -> Iterator[None]:
    """Refuse a content coding whose package is not installed as aiohttp's parser does."""
    try:
        yield
    except ContentEncodingError as error:
        if response is not None:
            response.close()
        raise _refused(request, error) from error


def _refused(request: Any, error: ContentEncodingError) -> aiohttp.ClientResponseError:
    return aiohttp.ClientResponseError(
        request.request_info, (), status=error.code, message=error.message, headers=error.headers
    )


def _note_sent(request: Any, take: Take) -> None:
    """When `send` returns, the request is written, or on its way where its body is long."""
    send = request.send

    async def noting(connection: Any) -> Any:
        take.begin()
        response = await send(connection)
        take.sent()
        return response

    request.send = noting
