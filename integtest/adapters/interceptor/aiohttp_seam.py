"""The seam of aiohttp: a client middleware, innermost of all, on every request of a session.

Redirects, cookies, traces, raise_for_status and an app's own middlewares lie above it and see single exchanges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from types import SimpleNamespace
from typing import Any, NamedTuple

import aiohttp
from aiohttp import hdrs
from aiohttp.http_exceptions import ContentEncodingError
from multidict import CIMultiDict, CIMultiDictProxy, istr

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.aiohttp_bodies import StandInProtocol, decoded, played, taken, wait
from integtest.adapters.interceptor.aiohttp_failures import exception_for, failure_of
from integtest.adapters.interceptor.aiohttp_sent import body_of, head_of
from integtest.adapters.interceptor.fields import to_wire, upgrades
from integtest.adapters.interceptor.playing import Reel, ask, give_way, with_body
from integtest.adapters.interceptor.taking import Take
from integtest.adapters.interceptor.wrapping import wrap
from integtest.model.http import Response, TransportFailure

_NAMES = {
    spelled: name for name in vars(hdrs).values() if isinstance(name, istr) for spelled in (name.lower(), str(name))
}
"""Fields that aiohttp's parser knows, in its own spelling."""
_VERSIONS = {"HTTP/1.0": aiohttp.HttpVersion10, "HTTP/2": aiohttp.HttpVersion(2, 0)}
_TAKES_WRITER = "stream_writer" in signature(aiohttp.ClientResponse.__init__).parameters
_WRITER = SimpleNamespace(output_size=0)
"""What a response knows of how its request was written, since aiohttp 3.13."""


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

    def __init__(self, session: Any, options: dict[str, Any]) -> None:
        decode, timeout = options.get("auto_decompress"), options.get("timeout")
        self._decode: bool = session.auto_decompress if decode is None else decode
        self._limit: float | None = _sock_read(session, timeout)
        self._take: Take | None = None

    async def __call__(self, request: Any, handler: Any) -> Any:
        if not state.any_open() or (tape := state.chosen(head := head_of(request))) is None:
            return await self._pass(request, handler)
        sent = with_body(head, await body_of(request))
        await give_way()
        if exchange := ask(tape, sent):
            return await self._play(request, Reel(exchange, request.method, tape.latency))
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
        if reel.wait:
            timed_out = reel.failure is not None and reel.failure.kind == "timeout"
            await wait(reel.wait, self._limit if reel.response or timed_out else None)
        if reel.response is None:
            raise exception_for(reel.failure or TransportFailure(kind="other"), request)
        reel.answer()
        head = _head(reel.response)
        try:
            body = played(reel, head.headers, request._timer, self._limit, self._decode)
        except ContentEncodingError as error:
            raise _refused(request, error) from error
        return await _response(request).start(_Connection(StandInProtocol(head, body)))


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


class _Head(NamedTuple):
    """What aiohttp's parser gives of a response's head."""

    version: aiohttp.HttpVersion
    code: int
    reason: str
    headers: CIMultiDictProxy[str]
    raw_headers: tuple[tuple[bytes, bytes], ...]


def _head(came: Response) -> _Head:
    fields = CIMultiDict([(_NAMES.get(name) or _known(name), value) for name, value in came.headers])
    version = _VERSIONS.get(came.http_version, aiohttp.HttpVersion11)
    return _Head(version, came.status, came.reason, CIMultiDictProxy(fields), tuple(to_wire(came.headers)))


def _known(name: str) -> str:
    return _NAMES.get(name.lower(), name)


def _response(request: Any) -> Any:
    """A response to which nothing was read yet."""
    options = {"stream_writer": _WRITER} if _TAKES_WRITER else {}
    request.response = request.response_class(
        request.method,
        request.original_url,
        writer=None,
        continue100=None,
        timer=request._timer,
        request_info=request.request_info,
        traces=request._traces,
        loop=request.loop,
        session=request.session,
        **options,
    )
    return request.response


class _Connection:
    """A connection that was never opened."""

    transport = None
    closed = False

    def __init__(self, protocol: StandInProtocol) -> None:
        self.protocol = protocol
        self._callbacks: list[Callable[[], None]] = []

    def add_callback(self, callback: Callable[[], None] | None) -> None:
        """Call it when the response is read or let go."""
        if callback is not None:
            self._callbacks.append(callback)

    def close(self) -> None:
        """The response needs it no more."""
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    release = close
