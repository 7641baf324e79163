"""When time may move on, and how far: to the first moment that somebody waits for, once everybody waits."""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf
from threading import get_ident

from integtest.adapters.clock import real
from integtest.adapters.clock.members import Members, positions, turns, working
from integtest.adapters.clock.pace import Pace
from integtest.adapters.clock.peers import Peers

GRACE = 0.003
"""Real seconds without any movement before time jumps: a request that left may not have been counted yet."""
LOCKED_OUT = 0.012
"""Real seconds without a turn of other threads: one that waits for the interpreter's lock has one every 5 ms."""
RESTLESS = 0.2
"""Real seconds after which one that stands still counts as waiting all the same: it looks for something."""
PATIENCE = 2.0
"""Seconds of pace that a thread's sleep waits for requests in flight: one that nobody ends must not stop time."""
HANDED = 1.0
"""Seconds of pace that time waits for a worker to take a job: one that is busy for longer must not stop time."""
SETTLING = 0.02
"""Seconds of pace after the end of a job in which its result reaches who waits for it."""


@dataclass(eq=False)
class Wait:
    """Somebody waits until `due`, in seconds of the clock; for ever, where only an event ends it."""

    due: float
    ident: int = field(default_factory=get_ident)
    asleep: bool = False
    """Whether nothing but time can end it."""
    ready: Callable[[], bool] = lambda: False
    """Whether what it waits for is there: the thread goes on as soon as it is given a processor."""
    since: float = 0.0
    """When it began, in seconds of the run's pace."""


@dataclass(order=True)
class Timer:
    """Something that is done when the clock reaches `due`, by whoever moves it there."""

    due: float
    order: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Do not do it; nothing happens where it was done."""
        self.cancelled = True


class Turnstile:
    """The clock's reading: the time that the run was given since its start, and all that was jumped over."""

    def __init__(self, members: Members, deadline: float) -> None:
        self.members = members
        self.deadline = deadline
        self.jumped = 0.0
        self.passed = False
        self.flying = 0
        self.overruled = False
        """Whether time once moved on although a request was in flight."""
        self.pace = Pace()
        self._wall = 0.0
        self._holds: dict[int, float] = {}
        self._ended: float | None = 0.0
        self._lock = allocate_lock()
        self._waits: set[Wait] = set()
        self._timers: list[Timer] = []
        self._orders = count()
        self._stirs = 0
        self._seen: tuple[object, float] = (None, 0.0)
        self._turned: tuple[object, float] = (None, 0.0)
        self.peers = Peers()

    def start(self) -> None:
        """From here on it is zero and counts."""
        self.jumped, self.passed, self.overruled = 0.0, False, False
        self._timers.clear()
        self._wall = real.wall()
        self.pace.start()
        self._ended = None

    def stop(self) -> None:
        """It stands still."""
        self._ended = self.now()
        self.pace.stop()
        self._timers.clear()

    def now(self) -> float:
        """Seconds since the start."""
        if self._ended is not None:
            return self._ended
        return self.pace.seconds() + self.jumped

    def wall(self) -> float:
        """The wall clock, as seconds since 1970: what it was at the start, moved on with the reading."""
        return self._wall + self.now() if self.running else real.wall() + self.jumped

    @property
    def running(self) -> bool:
        """Whether it counts."""
        return self._ended is None

    def over(self) -> bool:
        """Whether the deadline has passed, be it without any jump."""
        if not self.passed and self.running and self.now() >= self.deadline:
            self.passed = True
        return self.passed and self.running

    def fly(self, change: int) -> None:
        """A request has begun, or ended."""
        with self._lock:
            self.flying = max(0, self.flying + change)
            self._stirs += 1

    def hold(self, reason: object, seconds: float) -> None:
        """Time does not jump for so many seconds of the run's pace at most, until `release`."""
        with self._lock:
            self._holds[id(reason)] = self.pace.seconds() + seconds

    def release(self, reason: object) -> None:
        """Time may move on as far as this goes."""
        with self._lock:
            self._holds.pop(id(reason), None)

    def _held(self) -> bool:
        if not self._holds:
            return False
        now = self.pace.seconds()
        self._holds = {reason: until for reason, until in self._holds.items() if until > now}
        return bool(self._holds)

    def timer(self, due: float, action: Callable[[], None]) -> Timer:
        """Do it at that moment of the clock."""
        timer = Timer(due, next(self._orders), action)
        with self._lock:
            heappush(self._timers, timer)
            self._stirs += 1
        return timer

    @contextmanager
    def waiting(
        self, due: float, ready: Callable[[], bool] = lambda: False, *, asleep: bool = False
    ) -> Iterator[Wait]:
        """The calling thread waits; it calls `attempt` again and again meanwhile. `ready` is asked by others."""
        wait = Wait(due, asleep=asleep, ready=ready, since=self.pace.seconds())
        with self._lock:
            self._waits.add(wait)
        try:
            yield wait
        finally:
            with self._lock:
                self._waits.discard(wait)
                self._stirs += 1

    def advance(self, seconds: float) -> None:
        """Move on by so much, though no further than the deadline."""
        with self._lock:
            self._move(self.now() + seconds)
        self._due()

    def attempt(self) -> None:
        """Move to the first moment somebody waits for, if everybody waits; do what is due."""
        with self._lock:
            if self._still():
                first = min((wait.due for wait in self._waits), default=inf)
                timers = (timer.due for timer in self._timers if not timer.cancelled)
                first = min(first, min(timers, default=inf))
                if first < inf:
                    self._move(first)
        self._due()

    def _move(self, target: float) -> None:
        now = self.now()
        if target >= self.deadline:
            self.passed = True
        self.jumped += max(0.0, min(target, self.deadline) - now)
        self._seen = (None, 0.0)

    def _due(self) -> None:
        while True:
            with self._lock:
                if not self._timers or self._timers[0].due > self.now():
                    break
                timer = heappop(self._timers)
            if not timer.cancelled:
                timer.action()

    def _still(self) -> bool:
        if self.passed or self._ended is not None:
            return False
        waiting = {wait.ident: wait for wait in self._waits}
        moving = not self.members.strict() <= waiting.keys() or self.members.starting() or self._held()
        if moving or (self.flying and not self._overruled(waiting)):
            self._seen = (None, 0.0)
            return False
        others = tuple(ident for ident in self.members.others() if ident not in waiting)
        if not others and len(waiting) == 1 and next(iter(waiting.values())).asleep:
            return True
        state = (self._stirs, frozenset(map(id, self._waits)), positions(others))
        if state != self._seen[0]:
            self._seen = (state, real.monotonic())
            return False
        rested = self._rested(others) and self.peers.caught_up(self._seen)
        return rested and not working(others) and not self._waking()

    def _waking(self) -> bool:
        """Whether one of those who wait is about to go on: a busy machine may not have let it do so yet."""
        now = self.now()
        return any(wait.due <= now or wait.ready() for wait in self._waits)

    def _rested(self, others: tuple[int, ...]) -> bool:
        """Whether nothing moved for long enough."""
        now = real.monotonic()
        still = now - self._seen[1]
        if not others:
            return still >= GRACE
        if (seen := (self._seen[0], turns(others))) != self._turned[0]:
            self._turned = (seen, now)
        return now - self._turned[1] >= LOCKED_OUT or still >= RESTLESS

    def _overruled(self, waiting: dict[int, Wait]) -> bool:
        """Whether the driver's sleep has waited long enough for a request that nobody ends."""
        wait = waiting[self.members.driver]
        if not wait.asleep or self.pace.seconds() - wait.since < PATIENCE:
            return False
        self.overruled = True
        return True
