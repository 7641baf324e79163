"""Taking down a response's body under urllib3: what is read of the wire after the headers."""

from __future__ import annotations

import re
from typing import Any

from integtest.adapters.interceptor.chunks import Unchunker
from integtest.adapters.interceptor.fields import text
from integtest.adapters.interceptor.taking import Take
from integtest.adapters.interceptor.urllib3_failures import failure_of
from integtest.model.http import Headers, TransportFailure

_FOLD = re.compile(r"\r?\n[ \t]+")


def take_down(response: Any, take: Take) -> None:
    """Take down a response of which only the headers were read."""
    below = response._original_response
    version = "HTTP/1.0" if below.version == 10 else "HTTP/1.1"
    take.answered(below.status, below.reason or "", _headers(below.msg), version)
    if below.fp is None or below.length == 0 or below._method == "HEAD":
        take.ended()
    else:
        below.fp = _TakenFile(below.fp, take, None if below.chunked else below.length, below.chunked)


def _headers(message: Any) -> Headers:
    """http.client reads Latin-1, and leaves folded lines folded."""
    fields = ((name, _FOLD.sub(" ", value)) for name, value in message.items())
    return tuple((name, text(value.encode("latin-1", "replace"))) for name, value in fields)


class _TakenFile:
    """The file that http.client reads a body from. `length` is what is to come, None up to the end of the file."""

    def __init__(self, file: Any, take: Take, length: int | None, chunked: bool) -> None:
        self._file = file
        self._take = take
        self._left = length
        self._unchunker = Unchunker() if chunked else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int | None = -1) -> bytes:
        data: bytes = self._tried(self._file.read, size)
        self._came(data, size is None or size < 0 or len(data) < size)
        return data

    def read1(self, size: int = -1) -> bytes:
        data: bytes = self._tried(self._file.read1, size)
        self._came(data, not data and size != 0)
        return data

    def readline(self, limit: int = -1) -> bytes:
        data: bytes = self._tried(self._file.readline, limit)
        self._came(data, not data.endswith(b"\n") and len(data) != limit)
        return data

    def readinto(self, buffer: Any) -> int:
        count: int = self._tried(self._file.readinto, buffer)
        self._came(bytes(memoryview(buffer)[:count]), count < len(buffer))
        return count

    def close(self) -> None:
        self._file.close()
        self._let_go()

    def _tried(self, read: Any, argument: Any) -> Any:
        try:
            return read(argument)
        except Exception as error:
            self._rest()
            self._take.broke(failure_of(error))
            raise

    def _came(self, data: bytes, at_end: bool) -> None:
        if self._unchunker:
            self._came_chunked(self._unchunker, data, at_end)
            return
        self._take.piece(data)
        if self._left is None:
            if at_end:
                self._take.ended()
            return
        self._left -= len(data)
        if not self._left:
            self._take.ended()
        elif at_end:
            self._take.broke()

    def _came_chunked(self, unchunker: Unchunker, data: bytes, at_end: bool) -> None:
        if at_end:  # The piece of a chunk that the end cut off is not handed on to the client.
            self._rest()
            self._take.broke()
            return
        for piece in unchunker.feed(data):
            self._take.piece(piece)
        if unchunker.ended:
            self._take.ended()
        elif unchunker.broken:
            self._take.broke(TransportFailure(kind="protocol", message="invalid chunk length", phase="read"))

    def _let_go(self) -> None:
        self._rest()
        self._take.let_go()

    def _rest(self) -> None:
        if self._unchunker:
            self._take.piece(self._unchunker.rest())
