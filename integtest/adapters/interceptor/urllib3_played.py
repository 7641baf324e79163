"""A recorded response for urllib3: its own response object, reading a file that gives the recorded frames.

The frames are put back into the transfer coding they came in, so that everything above, to the way a cut body
fails, is urllib3's and http.client's own.
"""

from __future__ import annotations

import http.client
import io
import time
from collections.abc import Iterator
from inspect import signature
from typing import Any

import urllib3
from urllib3._collections import HTTPHeaderDict

from integtest.adapters.interceptor.chunks import LAST, chunk
from integtest.adapters.interceptor.playing import Reel, bodiless
from integtest.adapters.interceptor.urllib3_failures import broken_off
from integtest.model.http import Response, TransportFailure, header_values

VERSIONED = "version_string" in signature(urllib3.HTTPResponse).parameters
"""Since urllib3 2.3 a response also has its version in words."""


def played(reel: Reel, came: Response, method: str, limit: float | None, **options: Any) -> urllib3.HTTPResponse:
    """urllib3's response to a request of this method. `limit` is how long the client waits for the next bytes, in
    seconds; `options` go to the response as they are."""
    chunked = "chunked" in _coding(came)
    fields = [(name, value if value.isascii() else _latin(value)) for name, value in came.headers]
    below = _PlayedResponse(_file(reel, limit, chunked), came, method, fields, chunked)
    if came.complete:
        # A recording's body is whole even where somebody edited it and left the length as it was.
        options["enforce_content_length"] = False
    reel.answer()
    return urllib3.HTTPResponse(
        body=below,
        headers=_header_dict(fields),
        status=came.status,
        version=below.version,
        reason=below.reason,
        original_response=below,
        request_method=method,
        **options,
    )


def _file(reel: Reel, limit: float | None, chunked: bool) -> io.BufferedIOBase:
    """What comes over the wire after the headers; at once where nothing of it has to be waited for."""
    if not chunked and reel.whole:
        return io.BytesIO(reel.pieces[0].data if reel.pieces else b"")
    return io.BufferedReader(_PlayedFile(reel, limit, chunked))


def _coding(came: Response) -> str:
    return ",".join(header_values(came.headers, "transfer-encoding")).lower()


def _latin(value: str) -> str:
    """Text as http.client reads it."""
    return value.encode().decode("latin-1")


def _header_dict(fields: list[tuple[str, str]]) -> HTTPHeaderDict:
    together = HTTPHeaderDict()
    for name, value in fields:
        together.add(name, value)
    return together


class _PlayedResponse(http.client.HTTPResponse):
    """http.client's response after its headers were read."""

    def __init__(
        self,
        body: io.BufferedIOBase,
        came: Response,
        method: str,
        fields: list[tuple[str, str]],
        chunked: bool,
    ) -> None:
        super().__init__(_Socket(body), method=method)  # type: ignore[arg-type]
        self.version = 10 if came.http_version == "HTTP/1.0" else 11
        self.status = self.code = came.status
        self.reason = came.reason or http.client.responses.get(came.status, "")
        self.headers = self.msg = http.client.HTTPMessage()
        for name, value in fields:
            self.headers.set_raw(name, value)
        self.chunked = chunked and not bodiless(method, came)
        self.chunk_left = None
        self.length = None if self.chunked else _length(came, method)
        self.will_close = False


def _length(came: Response, method: str) -> int | None:
    """What http.client would count down from; a whole body is as long as it is, a cut one as long as was said."""
    if bodiless(method, came):
        return 0
    if came.complete:
        return len(came.body)
    said = header_values(came.headers, "content-length")
    return int(said[0]) if said and said[0].isdecimal() else None


class _Socket:
    """As much of a socket as a response asks for."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file = file

    def makefile(self, *_args: Any, **_options: Any) -> io.BufferedIOBase:
        return self._file


class _PlayedFile(io.RawIOBase):
    """The bytes that came over the wire after the headers, frame by frame, each when it is due."""

    def __init__(self, reel: Reel, limit: float | None, chunked: bool) -> None:
        self._reel = reel
        self._limit = limit
        self._chunked = chunked
        self._parts = self._wire()
        self._part = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._part:
            self._part = memoryview(next(self._parts, b""))
        count = min(len(buffer), len(self._part))
        buffer[:count] = self._part[:count]
        self._part = self._part[count:]
        return count

    def _wire(self) -> Iterator[bytes]:
        for piece in self._reel.pieces:
            self._wait(self._reel.due(piece))
            yield chunk(piece.data) if self._chunked else piece.data
        if self._reel.failure:
            yield from self._break_off(self._reel.failure)
        elif self._chunked:
            yield LAST

    def _wait(self, seconds: float) -> None:
        if seconds:
            time.sleep(seconds if self._limit is None else min(seconds, self._limit))
        if self._limit is not None and seconds > self._limit:
            raise TimeoutError("timed out")

    def _break_off(self, failure: TransportFailure) -> Iterator[bytes]:
        """A body that just ends is noticed by its coding or length; without either, it must be said."""
        if failure.kind == "protocol" and self._chunked:
            yield b"not a size\r\n"
        framed = self._chunked or _length_said(self._reel)
        if failure.kind != "closed":
            raise broken_off(failure)
        if not framed:
            raise http.client.IncompleteRead(b"")


def _length_said(reel: Reel) -> bool:
    came = reel.response
    return came is not None and bool(header_values(came.headers, "content-length"))
