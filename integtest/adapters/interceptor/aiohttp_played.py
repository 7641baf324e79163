"""Recorded responses for aiohttp: its own response object, as its parser would have filled it."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from types import SimpleNamespace
from typing import Any, NamedTuple

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDict, CIMultiDictProxy, istr

from integtest.adapters.interceptor.aiohttp_bodies import SILENT, StandInProtocol, coding_of, fed
from integtest.adapters.interceptor.fields import to_wire
from integtest.adapters.interceptor.playing import Reel
from integtest.model.http import Response

_NAMES = {
    spelled: name for name in vars(hdrs).values() if isinstance(name, istr) for spelled in (name.lower(), str(name))
}
"""Fields that aiohttp's parser knows, in its own spelling."""
_VERSIONS = {"HTTP/1.0": aiohttp.HttpVersion10, "HTTP/2": aiohttp.HttpVersion(2, 0)}
_VERSION_11 = aiohttp.HttpVersion11
_SET_COOKIE, _TRANSFER_CODING = hdrs.SET_COOKIE, hdrs.TRANSFER_ENCODING
_START, _END = aiohttp.ClientResponse.start, aiohttp.ClientResponse._response_eof
_TAKES_WRITER = "stream_writer" in signature(aiohttp.ClientResponse.__init__).parameters
_WRITER = SimpleNamespace(output_size=0)
"""What a response knows of how its request was written, since aiohttp 3.13."""


def answered(request: Any, reel: Reel, decode: bool) -> Any:
    """The response to which all came at once, as `start` and the end of its body leave one; None where it takes
    these themselves: a body to be decoded or in chunks, cookies, a response class that does otherwise."""
    kind, came = request.response_class, reel.response
    if came is None or came.status < 200 or kind.start is not _START or kind._response_eof is not _END:
        return None
    fields = _fields(came)
    if _SET_COOKIE in fields or _TRANSFER_CODING in fields or (decode and coding_of(fields)):
        return None
    response = response_to(request)
    response._protocol, response._session = SILENT, None
    response.version = _VERSIONS.get(came.http_version, _VERSION_11)
    response.status, response.reason = came.status, came.reason
    response._headers, response._raw_headers = CIMultiDictProxy(fields), tuple(to_wire(came.headers))
    response.content = fed(reel.pieces[0].data, request._timer) if reel.pieces else aiohttp.EMPTY_PAYLOAD
    return response


class Head(NamedTuple):
    """What aiohttp's parser gives of a response's head."""

    version: aiohttp.HttpVersion
    code: int
    reason: str
    headers: CIMultiDictProxy[str]
    raw_headers: tuple[tuple[bytes, bytes], ...]


def head_of_response(came: Response) -> Head:
    version = _VERSIONS.get(came.http_version, _VERSION_11)
    return Head(version, came.status, came.reason, CIMultiDictProxy(_fields(came)), tuple(to_wire(came.headers)))


def _fields(came: Response) -> CIMultiDict[str]:
    return CIMultiDict([(_NAMES.get(name) or _known(name), value) for name, value in came.headers])


def _known(name: str) -> str:
    return _NAMES.get(name.lower(), name)


def response_to(request: Any) -> Any:
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


class Connection:
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
