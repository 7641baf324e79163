"""Playing one exchange: what comes when, and how it ends."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import NamedTuple
from weakref import WeakKeyDictionary

from integtest.adapters.interceptor.codings import truly_coded
from integtest.adapters.interceptor.fields import upgrades
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure
from integtest.ports import Tape

_BODILESS = (204, 304)
_EVERY = 8
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, int] = WeakKeyDictionary()
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
    long as all else that a replay does. Counted by loop, so that a test which has its own runs alike whatever ran
    before."""
    try:
        loop = asyncio.get_running_loop()
        ours = asyncio.current_task(loop) is not None
    except RuntimeError:
        ours = False
    if not ours:
        import anyio

        await anyio.lowlevel.checkpoint()
        return
    turn = _turns.get(loop, 0) + 1
    # asyncio's own loops tell what is ready; another, as uvloop's, gets its turn every time.
    if turn >= _EVERY or getattr(loop, "_ready", True):
        turn = 0
    _turns[loop] = turn
    if not turn:
        await asyncio.sleep(0)


class Piece(NamedTuple):
    """A whole body, as a frame of its own."""

    at: float
    data: bytes


class Reel:
    """The parts of an exchange in the order they come, as the answer to a request of this method.

    `wait` is the time before the headers, in seconds.
    """

    def __init__(self, exchange: Exchange, method: str, factor: float) -> None:
        self.response = truly_coded(exchange.response) if exchange.response else None
        self.failure = exchange.error or (_CLOSED if not (self.response and self.response.complete) else None)
        """What came instead of a response, or after what came of its body."""
        self.wait = (exchange.latency or 0.0) * factor if factor else 0.0
        self.pieces = _pieces(self.response, method) if self.response else ()
        """The body as it came: frames, else in one piece, none where there is no body."""
        self._factor = factor
        self._began = 0.0

    def answer(self) -> None:
        """The headers go out now: frames are timed from here."""
        self._began = perf_counter()

    def due(self, piece: Piece | Frame) -> float:
        """Seconds until a piece comes, 0 when it is due."""
        if not self._factor or not piece.at:
            return 0.0
        return max(self._began + piece.at * self._factor - perf_counter(), 0.0)


def _pieces(came: Response, method: str) -> tuple[Piece | Frame, ...]:
    if not came.body or bodiless(method, came):
        return ()
    if came.frames and sum(len(frame.data) for frame in came.frames) == len(came.body):
        return came.frames
    return (Piece(0.0, came.body),)


def bodiless(method: str, response: Response) -> bool:
    """Whether HTTP gives this response no body, whatever its headers say (RFC 9112, 6.3)."""
    return method.upper() == "HEAD" or response.status in _BODILESS or response.status < 200
