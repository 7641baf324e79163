"""An exchange as the bytes that http.client reads from a socket."""

from __future__ import annotations

import io
import time
from collections.abc import Generator
from typing import Any

from integtest.adapters.interceptor.chunks import LAST, chunk
from integtest.adapters.interceptor.fields import to_wire
from integtest.adapters.interceptor.http_client_failures import exception_for
from integtest.adapters.interceptor.playing import Reel, bodiless
from integtest.model.http import Headers, Response, TransportFailure, header_values

_LATE = TransportFailure(kind="timeout", phase="read")


def played(reel: Reel, method: str, limit: float | None) -> io.BufferedReader:
    """The file that a response is read from. `limit` is how long the client waits for the next bytes, in seconds;
    TimeoutError beyond it, and what the exchange failed with where it has no response."""
    _wait(reel.wait, limit)
    if reel.response is None:
        raise exception_for(reel.failure or TransportFailure(kind="other"))
    return io.BufferedReader(Wire(_parts(reel, reel.response, method, limit)))


class Wire(io.RawIOBase):
    """Pieces of bytes, read one after the other."""

    def __init__(self, parts: Generator[bytes]) -> None:
        super().__init__()
        self._parts = parts
        self._left = b""

    def close(self) -> None:
        self._parts.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            self._left = next(self._parts, b"")
            if not self._left:
                return 0
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


def _parts(reel: Reel, came: Response, method: str, limit: float | None) -> Generator[bytes]:
    chunked = is_chunked(came.headers)
    fields = came.headers if bodiless(method, came) or reel.failure else _sized(came, chunked)
    yield head(came.model_copy(update={"headers": fields}))
    reel.answer()
    for piece in reel.pieces:
        _wait(reel.due(piece), limit)
        yield chunk(piece.data) if chunked else piece.data
    if reel.failure is not None and reel.failure.kind != "closed":
        raise exception_for(reel.failure)
    if chunked and reel.failure is None and not bodiless(method, came):
        yield LAST


def head(came: Response) -> bytes:
    """The status line and the fields."""
    lines = b"".join(b"%b: %b\r\n" % pair for pair in to_wire(came.headers))
    version = b"HTTP/1.0" if came.http_version == "HTTP/1.0" else b"HTTP/1.1"
    return b"%b %d %b\r\n%b\r\n" % (version, came.status, came.reason.encode(), lines)


def is_chunked(headers: Headers) -> bool:
    """Whether a body is in the chunked coding."""
    return "chunked" in ",".join(header_values(headers, "transfer-encoding")).lower()


def _sized(came: Response, chunked: bool) -> Headers:
    """The fields with the length that the body has: one stored decoded has another than it came with."""
    said = header_values(came.headers, "content-length")
    if not said or (not chunked and said == [str(len(came.body))]):
        return came.headers
    kept = tuple(field for field in came.headers if field[0].lower() != "content-length")
    return kept if chunked else (*kept, ("Content-Length", str(len(came.body))))


def _wait(seconds: float, limit: float | None) -> None:
    if not seconds:
        return
    time.sleep(seconds if limit is None else min(seconds, limit))
    if limit is not None and seconds > limit:
        raise exception_for(_LATE)
