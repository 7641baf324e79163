"""Playing one exchange: what comes when, and how it ends."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any, NamedTuple

from integtest.adapters.interceptor.codings import truly_coded
from integtest.adapters.interceptor.fields import upgrades
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure
from integtest.ports import Tape

_BODILESS = (204, 304)
_EVERY = 8
_TURN = "_integtest_turn"
_CLOSED = TransportFailure(kind="closed", phase="read")


def ask(tape: Tape, request: Request) -> Exchange | None:
    """What the tape plays. ClosedNetworkError as the tape says, or that no recording can be made."""
    try:
        return tape.play(request)
    except ClosedNetworkError as refusal:
        if not upgrades(request.headers):
            raise
        raise ClosedNetworkError(
            f"{refusal.message}\n  it leaves HTTP for another protocol, as WebSockets do: no cassette holds that",
            place=refusal.place,
            hint="let it reach a server on this machine, or stand something in for it",
        ) from None


def with_body(head: Request, body: bytes) -> Request:
    """The request with what its body says."""
    return head.model_copy(update={"body": body}) if body else head


async def give_way() -> None:
    """Let other tasks run before a tape is asked, as waiting for a socket would: at once where any is ready to,
    else at every eighth request of the event loop, for its timers and sockets; an idle turn of the loop takes as
    long as all else that a replay does."""
    try:
        loop = asyncio.get_running_loop()
        ours = asyncio.current_task(loop) is not None
    except RuntimeError:
        ours = False
    if not ours:
        import anyio

        await anyio.lowlevel.checkpoint()
    elif _is_turn(loop):
        await asyncio.sleep(0)


def _is_turn(loop: Any) -> bool:
    """Whether others run now. asyncio's own loops tell what is ready; another, as uvloop's, gets its turn every
    time. Counted at the loop, so that a test which has its own runs alike whatever ran before."""
    try:
        known = loop.__dict__
        turn = known.get(_TURN, 0) + 1
        if turn >= _EVERY or loop._ready:
            turn = 0
        known[_TURN] = turn
    except AttributeError:
        return True
    return not turn


class Piece(NamedTuple):
    """A whole body, as a frame of its own."""

    at: float
    data: bytes


class Reel:
    """The parts of an exchange in the order they come, as the answer to a request of this method.

    `wait` is the time before the headers, in seconds.
    """

    __slots__ = ("_began", "_factor", "failure", "pieces", "response", "wait", "whole")

    def __init__(self, exchange: Exchange, method: str, factor: float) -> None:
        came = exchange.response
        self.response = came = truly_coded(came) if came is not None else None
        self.failure = exchange.error or (None if came is not None and came.complete else _CLOSED)
        """What came instead of a response, or after what came of its body."""
        self.wait = (exchange.latency or 0.0) * factor if factor else 0.0
        self.pieces = _pieces(came, method) if came is not None else ()
        """The body as it came: frames, else in one piece, none where there is no body."""
        self.whole = self.failure is None and (not self.pieces or type(self.pieces[0]) is Piece)
        """Whether all of the body comes with the headers, and nothing after it."""
        self._factor = factor
        self._began = 0.0

    def answer(self) -> None:
        """The headers go out now: frames are timed from here."""
        if self._factor:
            self._began = perf_counter()

    def due(self, piece: Piece | Frame) -> float:
        """Seconds until a piece comes, 0 when it is due."""
        if not self._factor or not piece.at:
            return 0.0
        return max(self._began + piece.at * self._factor - perf_counter(), 0.0)


def _pieces(came: Response, method: str) -> tuple[Piece | Frame, ...]:
    body, frames = came.body, came.frames
    if not body or bodiless(method, came):
        return ()
    if frames and sum(len(frame.data) for frame in frames) == len(body):
        return frames
    return (Piece(0.0, body),)


def bodiless(method: str, response: Response) -> bool:
    """Whether HTTP gives this response no body, whatever its headers say (RFC 9112, 6.3)."""
    status = response.status
    return status in _BODILESS or status < 200 or method.upper() == "HEAD"
