"""One HTTP/1.1 connection of a client, on httptools: a request goes out, whatever comes back is kept."""

from __future__ import annotations

import asyncio
from time import perf_counter

import httptools

from integtest.model.http import Headers

_MAX_HEAD = 1024 * 1024


class AnswerError(Exception):
    """What came is not HTTP, or more than anyone wants."""


class Connection(asyncio.Protocol):
    """Carries one exchange at a time. What was received of an answer stays readable after a failure.

    `status` is 0 until the answer's head is there; `headers_at` is its `perf_counter` time. `max_body` in bytes.
    """

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._lost: BaseException | None = None
        self._idle_since = perf_counter()
        self.reused = False

    async def exchange(self, head: bytes, body: bytes, *, bodiless: bool) -> None:
        """Send, and wait for the whole answer; `bodiless` says that it has no body whatever its head says.
        AnswerError, or an OSError (EOFError when the provider just closed), when that does not come."""
        self.status = 0
        self.reason = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.headers_at: float | None = None
        self._bodiless = bodiless
        self._sized = self._keep = False
        self._received = 0
        self._parser = httptools.HttpResponseParser(self)
        if self._transport is None or self._lost is not None:
            raise self._lost or EOFError
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(head + body)
        await self._waiter

    @property
    def answered(self) -> bool:
        """Whether anything at all was received."""
        return self._received > 0

    def headers(self) -> Headers:
        """The fields in the order received."""
        return tuple((_text(name), _text(value)) for name, value in self.fields)

    def fresh(self, seconds: float) -> bool:
        """Whether it can carry another exchange, and was not left idle for longer."""
        open_ = self._transport is not None and not self._transport.is_closing()
        return open_ and self._keep and self._lost is None and self.idle() < seconds

    def idle(self) -> float:
        """Seconds since the last exchange ended."""
        return perf_counter() - self._idle_since

    def close(self) -> None:
        """Drop it at once."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if self._waiter is None or self._waiter.done():
            self._keep = False
            self.close()  # Nobody asked: the connection is of no use any more.
            return
        self._received += len(data)
        if not self.status and self._received > _MAX_HEAD:
            self._fail(AnswerError(f"its head is longer than {_MAX_HEAD} bytes"))
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._finish(keep=False)
        except (httptools.HttpParserError, httptools.HttpParserCallbackError) as error:
            self._fail(AnswerError(f"{error}: {data[:40]!r}"))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        until_close = self.status and not self._sized if self._waiter is not None else False
        self._lost = error or EOFError()
        if error is None and until_close:
            self._finish(keep=False)
        else:
            self._fail(self._lost)

    # What httptools calls.

    def on_status(self, status: bytes) -> None:
        self.reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if 100 <= status < 200 and status != 101:
            self.fields, self.reason = [], b""  # An interim answer (RFC 9110, 15.2): the real one follows.
            return
        self.status = status
        self.headers_at = perf_counter()
        names = {name.lower() for name, _ in self.fields}
        self._sized = bool(names & {b"content-length", b"transfer-encoding"})
        if self._bodiless:
            self._finish(keep=False)

    def on_body(self, data: bytes) -> None:
        self.body += data
        if len(self.body) > self._max_body:
            del self.body[self._max_body :]
            self._fail(AnswerError(f"its body is longer than {self._max_body} bytes"))

    def on_message_complete(self) -> None:
        if self.status:
            self._finish(keep=self._parser.should_keep_alive())

    def _finish(self, *, keep: bool) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._keep = keep
            self._idle_since = perf_counter()
            self._waiter.set_result(None)

    def _fail(self, error: BaseException) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._keep = False
            self._waiter.set_exception(error)
        self.close()


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
