"""The virtual clock: what the code under test waits for takes no time, and is measured as if it did."""

from __future__ import annotations

import asyncio
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.utils import formatdate
from math import ceil, inf
from typing import Literal

from integtest.adapters.clock.blocking import Blocking
from integtest.adapters.clock.dates import Dates
from integtest.adapters.clock.deadline import DeadlinePassed
from integtest.adapters.clock.face import Face
from integtest.adapters.clock.loops import Loops
from integtest.adapters.clock.members import Members
from integtest.adapters.clock.times import Times
from integtest.adapters.clock.turnstile import Timer, Turnstile
from integtest.errors import UsageError

_only = allocate_lock()


class VirtualClock:
    """A clock for one run of the code under test.

    While it is installed, `time.sleep`, the clocks of `time` and `datetime`, asyncio's timers and the time-outs of
    conditions, events, queues, futures and joins are virtual in the thread that installed it, in threads and jobs
    started from there, and nowhere else. Its reading is the time that the process had, to work or to wait in, and
    whatever was jumped over: it jumps to the first moment that somebody waits for when everybody waits and no
    request is in flight. How long a busy machine kept the process from working is not counted.

    `deadline` in seconds of the clock: who wants to wait longer gets `DeadlinePassed`. `skew`: seconds by which the
    wall clock that the code sees is ahead of everybody else's.
    """

    kind: Literal["virtual", "real"] = "virtual"

    def __init__(self, deadline: float | None = None, *, skew: float = 0.0) -> None:
        self._members = Members()
        self._stile = Turnstile(self._members, inf if deadline is None else deadline)
        self._face = Face(self._members, self._stile, skew)
        self._loops = Loops(self._face)
        self._used = False

    def now(self) -> float:
        """Seconds since it was installed, in any thread; 0 before, and the last reading afterwards."""
        return self._stile.now()

    def wall(self) -> float:
        """The wall clock of everybody else, as seconds since 1970: when it was installed, and its reading."""
        return self._stile.wall()

    def http_date(self, seconds: float = 0.0) -> str:
        """The HTTP date (RFC 9110, 5.6.7) so many seconds from now, never earlier: dates have whole seconds."""
        return formatdate(ceil(self.wall() + seconds), usegmt=True)

    def pace(self) -> float:
        """Seconds that the run has had so far, without any jump."""
        return self._stile.pace.seconds()

    @property
    def passed(self) -> bool:
        """Whether the deadline has passed."""
        return self._stile.passed

    @property
    def flying(self) -> int:
        """Requests in flight."""
        return self._stile.flying

    @property
    def remarks(self) -> tuple[str, ...]:
        """What stayed in real time although the code waited for it."""
        stuck = ("time moved on although a request was in flight",) if self._stile.overruled else ()
        return (*self._face.remarks, *stuck)

    def begin(self) -> None:
        """A request leaves: time does not jump until it ends."""
        self._stile.fly(1)

    def end(self) -> None:
        """A request has its answer, or nobody will ever answer it."""
        self._stile.fly(-1)

    @contextmanager
    def request(self) -> Iterator[None]:
        """While a request is in flight."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop of a server that answers the code under test and counts its requests: before time jumps, it gets
        the turns that it needs to count what was sent."""
        self._stile.peers.add(loop)

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once, for a wait that cannot be virtual: a socket's time-out. DeadlinePassed
        where the code under test asks for more than it has."""
        self._stile.advance(seconds)
        if self._members.here():
            self._face.check()

    def call_at(self, due: float, action: Callable[[], None]) -> Timer:
        """Do something at that moment of the clock, for a peer that answers later: `action` must return at once
        (`loop.call_soon_threadsafe`). Until it begins a request of its own, time may go on."""
        return self._stile.timer(due, action)

    @contextmanager
    def installed(self) -> Iterator[VirtualClock]:
        """Make time virtual here. UsageError while another clock is installed, or for one that was used.

        In a coroutine, the running loop is adopted, and the task that installs it is the one under test: at the
        deadline it is cancelled, and leaves this block with DeadlinePassed.
        """
        if self._used:
            raise UsageError("this virtual clock has run already", hint="make a new one for each run")
        if not _only.acquire(blocking=False):
            raise UsageError(
                "another virtual clock is installed in this process",
                hint="run one consumer after the other, or in processes of their own (pytest -n)",
            )
        self._used = True
        try:
            with self._running():
                yield self
        except asyncio.CancelledError as error:
            if not self.passed:
                raise
            _uncancel()
            raise DeadlinePassed(f"the deadline of {self._stile.deadline:g} s has passed") from error
        finally:
            _only.release()

    @contextmanager
    def _running(self) -> Iterator[None]:
        parts = (Times(self._face), Dates(self._face), Blocking(self._face), self._loops)
        with ExitStack() as stack:
            stack.callback(self._members.leave)
            self._members.join()
            self._stile.start()
            for part in parts:
                stack.callback(part.uninstall)
                part.install()
            try:
                yield
            finally:
                self._stile.stop()


def _uncancel() -> None:
    task = asyncio.current_task() if asyncio._get_running_loop() else None
    while task is not None and task.cancelling():
        task.uncancel()
