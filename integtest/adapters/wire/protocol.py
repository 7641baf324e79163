"""One HTTP/1.1 connection: requests in, answers out in their order, an orderly or a violent end."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import orjson

from integtest.adapters.wire.answer import FOREVER, Answer, BrokenOff, Handler
from integtest.adapters.wire.flush import sent
from integtest.adapters.wire.reader import Limits, Reader
from integtest.adapters.wire.writer import Turn, deliver, fit, whole
from integtest.model.http import Request

_HTTP_1_1_REQUIRED = b"integtest speaks HTTP/1.1: HTTP/2 and gRPC are not recorded"
_GO_AWAY = b"".join(
    (
        *(b"\0\0\0\x04\0\0\0\0\0", (8 + len(_HTTP_1_1_REQUIRED)).to_bytes(3, "big")),
        *(b"\x07\0\0\0\0\0", b"\0\0\0\0\0\0\0\x0d", _HTTP_1_1_REQUIRED),
    )
)
"""SETTINGS, then GOAWAY with HTTP_1_1_REQUIRED and words that clients show (RFC 9113, 6.5, 6.8, 7)."""
_LINGER_SECONDS = 2.0
_QUEUE_LIMIT = 64
_ERRORS_KEPT = 100
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Link(Protocol):
    """A client's socket, whatever state it is in."""

    @property
    def sock(self) -> Any: ...

    def abort(self) -> None: ...


class Site:
    """What the connections of one server share."""

    def __init__(self, handler: Handler, limits: Limits) -> None:
        self.handler = handler
        self.limits = limits
        self.connections: set[Link] = set()
        self.accepted = 0
        self.errors: deque[BaseException] = deque(maxlen=_ERRORS_KEPT)
        self.greet: Callable[[int], Answer | None] | None = getattr(handler, "connected", None)
        self.told_unspoken: Callable[[str], None] | None = getattr(handler, "unspoken", None)
        self.judge_head: Callable[[Request], Answer | None] | None = getattr(handler, "accepted", None)

    def ask(self, answerer: Callable[[Any], Any], question: Any) -> Any:
        """What the handler says; what it raises becomes an answer, for the server lives on."""
        try:
            return answerer(question)
        except Exception as error:  # noqa: BLE001 - a handler may raise anything
            return self.failed(error)

    def failed(self, error: BaseException) -> Answer:
        """Keeps what a handler raised, and tells the client."""
        self.errors.append(error)
        return refusal(500, f"the server's handler raised {type(error).__name__}: {error}")


def refusal(status: int, why: str) -> Answer:
    """An answer of the server itself, the connection's last."""
    return Answer(status, (("Content-Type", "application/json"),), orjson.dumps({"error": why}), finish="close")


class Connection(asyncio.Protocol):
    """Keeps answers in order, and stops reading while the client does not take them."""

    wants_heads: bool

    def __init__(self, site: Site, bottom: asyncio.Transport | None = None) -> None:
        """`bottom`: the transport under TLS, which has a buffer of its own."""
        self._site = site
        self._bottom = bottom
        self._loop = asyncio.get_running_loop()
        self._reader = Reader(self, site.limits)
        self.wants_heads = site.judge_head is not None
        self._queue: deque[tuple[Turn, Request | Answer]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._left: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._eof = self._stuck = self._paused = self._expected = self._closing = False

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio's own type says less
        self._transport = transport
        site = self._site
        site.connections.add(self)
        site.accepted += 1
        if site.greet and (answer := site.ask(site.greet, site.accepted)):
            self._say_last(Turn("GET", keep=False), answer)
            self._advance()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        self._advance()

    def eof_received(self) -> bool:
        """A half-closed client still gets its answers, where the transport can do that (TLS cannot)."""
        self._eof = True
        if self._left and not self._left.done():
            self._left.set_result(None)
        return bool(self._task or self._queue) and not self._closing and not self._bottom

    def pause_writing(self) -> None:
        self._stuck = True

    def resume_writing(self) -> None:
        self._stuck = False
        if self._drained and not self._drained.done():
            self._drained.set_result(None)
        self._advance()

    def connection_lost(self, _: Exception | None) -> None:
        self._reader.stop()
        self._closing = True
        self._queue.clear()
        self._site.connections.discard(self)
        for pending in (self._task, self._timer):
            if pending:
                pending.cancel()

    def abort(self) -> None:
        """Ends it now; nothing more is sent."""
        self._transport.abort()

    @property
    def sock(self) -> Any:
        """The connection's socket."""
        return self._transport.get_extra_info("socket")

    # What the reader calls.

    def on_head(self, turn: Turn, request: Request) -> None:
        if self._site.judge_head and (answer := self._site.ask(self._site.judge_head, request)):
            self._say_last(turn, answer)

    def on_expect(self) -> None:
        self._expected = True

    def on_request(self, turn: Turn, request: Request) -> None:
        self._expected = False
        self._queue.append((turn, request))

    def on_http2(self) -> None:
        if self._site.told_unspoken:
            self._site.told_unspoken("HTTP/2 or gRPC")
        self._say_last(Turn("PRI", keep=False), Answer(head=_GO_AWAY, finish="close"))

    def on_refusal(self, turn: Turn, status: int, why: str) -> None:
        self._say_last(turn, refusal(status, why))

    def _say_last(self, turn: Turn, answer: Answer) -> None:
        self._reader.stop()
        self._queue.append((turn, answer))

    # Answers, in order.

    def _advance(self) -> None:
        """Answers what waits, until an answer takes time or the client is slow to read."""
        while self._queue and not (self._task or self._stuck or self._closing):
            turn, item = self._queue.popleft()
            answer = item if isinstance(item, Answer) else self._site.ask(self._site.handler, item)
            if isinstance(answer, Answer) and answer.is_whole:
                self._write_whole(answer, turn)
            else:
                self._task = self._loop.create_task(self._serve(answer, turn))
                self._task.add_done_callback(self._served)
        if not (self._queue or self._task or self._closing):
            self._rest()
        self._regulate()

    def _write_whole(self, answer: Answer, turn: Turn) -> None:
        try:
            plan = fit(answer, turn)
        except ValueError as error:
            answer = self._site.failed(error)
            plan = fit(answer, turn)
        self._transport.write(whole(answer, plan))
        if not plan.keep:
            self._end()

    async def _serve(self, answer: Answer | Awaitable[Answer], turn: Turn) -> None:
        try:
            answer = answer if isinstance(answer, Answer) else await answer
            plan = fit(answer, turn)
        except Exception as error:  # noqa: BLE001 - a handler may raise anything
            answer = self._site.failed(error)
            plan = fit(answer, turn)
        keep, reset = plan.keep, answer.finish == "reset"
        try:
            await deliver(answer, plan, self)
        except BrokenOff as broken:
            keep, reset = False, broken.reset
        if reset:
            await self._reset()
        elif not keep:
            self._end()

    def _served(self, task: asyncio.Task[None]) -> None:
        self._task = None
        error = None if task.cancelled() else task.exception()
        if error:  # a body that fails midway ends its connection, and no other
            self._site.errors.append(error)
        if error or task.cancelled():
            self.abort()
        else:
            self._advance()

    def _rest(self) -> None:
        if self._eof:
            self._end()
        elif self._expected:
            self._expected = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _regulate(self) -> None:
        """A client that sends and never reads must not fill the memory."""
        full = len(self._queue) >= _QUEUE_LIMIT
        if full != self._paused and not self._closing:
            self._paused = full
            (self._transport.pause_reading if full else self._transport.resume_reading)()

    # What the writer calls.

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    async def drain(self) -> None:
        if self._stuck:
            self._drained = self._loop.create_future()
            await self._drained

    async def hold(self, seconds: float) -> None:
        if not self._eof:
            self._left = self._loop.create_future()
            await asyncio.wait([self._left], timeout=None if seconds == FOREVER else seconds)

    # The end.

    def _end(self) -> None:
        """Closes so that the client gets every byte: a close over unread input would reset it (RFC 9112, 9.6)."""
        self._reader.stop()
        self._closing = True
        self._queue.clear()
        if self._paused:
            self._transport.resume_reading()
        if self._bottom or self._eof:
            self._transport.close()
        else:
            self._transport.write_eof()
            self._linger()

    def _linger(self) -> None:
        if self._timer and not self._transport.get_write_buffer_size():
            self.abort()
        else:
            self._timer = self._loop.call_later(_LINGER_SECONDS, self._linger)

    async def _reset(self) -> None:
        self._reader.stop()
        self._closing = True
        await sent(self._transport, self._bottom or self._transport)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.abort()
