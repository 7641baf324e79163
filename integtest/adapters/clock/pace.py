"""The time that a run was given: how long it worked, and how long it waited for what is not the clock's.

Seconds in which a busy machine did not let the process run are none of the consumer's. Counted as real time, they
would add up to its deadline, and the verdict would depend on what else the machine does.
"""

from __future__ import annotations

from _thread import LockType, allocate_lock
from threading import Thread

from integtest.adapters.clock import real

_EVERY = 0.02
"""Real seconds between two looks whether the process works or waits."""
_IDLE = 0.25
"""The share of a processor below which a process that nobody held up waits; our own looking takes less."""


class Pace:
    """Seconds since the start: those in which the process worked on a processor, and those in which it waited."""

    def __init__(self) -> None:
        self._mark = (0.0, 0.0, 0.0)
        self._held = 0
        self._over: LockType | None = None

    def start(self) -> None:
        """From here on it counts, by a thread that looks on until `stop`."""
        self._mark = (0.0, real.monotonic(), real.worked())
        self._held = real.held_up()
        self._over = allocate_lock()
        self._over.acquire()
        real.thread_start(Thread(target=self._look_on, args=(self._over,), name="integtest-pace", daemon=True))

    def stop(self) -> None:
        """Nobody looks on any more."""
        if self._over is not None:
            self._over.release()
            self._over = None

    def seconds(self) -> float:
        """How long so far, never less than it said before; safe in any thread."""
        passed, since, worked = self._mark
        return passed + max(0.0, min(real.monotonic() - since, real.worked() - worked))

    def _look_on(self, over: LockType) -> None:
        while not over.acquire(timeout=_EVERY):
            self._count()

    def _count(self) -> None:
        passed, since, worked = self._mark
        now, work, held = real.monotonic(), real.worked(), real.held_up()
        took, done = now - since, min(now - since, work - worked)
        if done < _IDLE * took and held == self._held:
            # It was not kept from working and hardly did: it waits. A look that comes late was held up itself.
            done = max(done, min(took, _EVERY))
        self._mark, self._held = (passed + done, now, work), held
