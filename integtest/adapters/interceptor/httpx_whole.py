"""Responses of httpx and httpx2 whose body came at once: read in one step where the client reads all of it.

What reads a body in parts goes the client's own way, through its iterators. They take about a tenth of a whole
request; where a body is one piece and not coded, nothing remains of them but what they leave behind.
"""

from __future__ import annotations

from typing import Any

_CODED = "content-encoding"
_LEFT = ("_content", "_num_bytes_downloaded", "is_stream_consumed", "is_closed")
"""What reading leaves behind in a response."""


def response_class(client: Any, whole: type[Any]) -> Any:
    """The client's response class, but that it reads a body of the class `whole` in one step; afterwards it is of
    the client's own class. That class itself where a client has not the parts that this knows."""
    plain: Any = client.Response
    bound = _bound(client)
    if not bound or not _is_known(client):
        return plain

    def taken(response: Any) -> bytes | None:
        """The body, where it comes at once, nobody began to read it, and nothing is to be undone."""
        stream = response.stream
        body = stream._stream if type(stream) in bound else stream
        begun = response.is_stream_consumed or response.is_closed
        if type(body) is not whole or begun or _CODED in response.headers:
            return None
        response.is_stream_consumed = True
        response._num_bytes_downloaded = len(body.data)
        return body.data  # type: ignore[no-any-return]

    class Response(plain):  # type: ignore[misc]
        def read(self) -> bytes:
            self.__class__ = plain
            if isinstance(self.stream, client.SyncByteStream) and (data := taken(self)) is not None:
                self.close()
                self._content = data
            return self.read()

        async def aread(self) -> bytes:
            self.__class__ = plain
            if isinstance(self.stream, client.AsyncByteStream) and (data := taken(self)) is not None:
                await self.aclose()
                self._content = data
            return await self.aread()

        def __reduce_ex__(self, protocol: Any) -> Any:
            self.__class__ = plain
            return self.__reduce_ex__(protocol)

    Response.__module__, Response.__qualname__ = plain.__module__, plain.__qualname__
    return Response


def _bound(client: Any) -> tuple[type, ...]:
    """The streams in which the client wraps a response's own, to close it and to take the time."""
    inner = getattr(client, "_client", None)
    found = (getattr(inner, name, None) for name in ("BoundSyncStream", "BoundAsyncStream"))
    return tuple(one for one in found if isinstance(one, type))


def _is_known(client: Any) -> bool:
    """Whether a response that was read the client's own way holds what this would leave in one."""
    response = client.Response(200, stream=client.ByteStream(b"ab"))
    response.read()
    return all(hasattr(response, name) for name in _LEFT) and response._content == b"ab"
