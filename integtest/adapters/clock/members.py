"""Whose time is virtual: the thread that installed the clock, the threads and jobs started from there, and what
runs in a copy of its context. Every other thread sees real time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import thread as pool
from contextlib import contextmanager
from contextvars import ContextVar, Token
from pathlib import Path
from threading import Thread, get_ident
from typing import Any

EXEMPT_THREADS = "integtest-"
"""Our own threads' names start so: the servers that answer the code under test live in real time."""

_THREADS: dict[int, Thread] = threading._active  # type: ignore[attr-defined]  # the threads that run, by ident
_STARTING: dict[Thread, Thread] = threading._limbo  # type: ignore[attr-defined]  # those that do not run yet
_MARK = "_integtest_clock"


class Members:
    """Who belongs to one clock."""

    def __init__(self) -> None:
        self.driver = 0
        self._jobs: dict[int, int] = {}
        self._here: ContextVar[bool] = ContextVar("integtest_virtual", default=False)
        self._token: Token[bool] | None = None

    def join(self) -> None:
        """Make the calling thread the driver: nothing moves unless it waits."""
        self.driver = get_ident()
        self._token = self._here.set(True)

    def leave(self) -> None:
        """Nobody belongs to the clock any more."""
        self.driver = 0
        self._jobs.clear()
        if self._token is not None:
            try:
                self._here.reset(self._token)
            except ValueError:  # another context than the one it was set in
                self._here.set(False)
        self._token = None

    def here(self) -> bool:
        """Whether the calling thread's time is virtual."""
        ident = get_ident()
        if ident == self.driver or ident in self._jobs:
            return True
        thread = _THREADS.get(ident)
        if thread is None or thread.name.startswith(EXEMPT_THREADS):
            return False
        return thread.__dict__.get(_MARK) is self or self._here.get()

    def adopt(self, thread: Thread) -> None:
        """A thread that is about to be started from here. A pool's worker is none: its jobs are."""
        target = getattr(thread, "_target", None)
        if self.driver and target is not pool._worker and not thread.name.startswith(EXEMPT_THREADS):
            thread.__dict__[_MARK] = self

    @contextmanager
    def job(self) -> Iterator[None]:
        """While a pool's worker runs a job that was given to it from here."""
        ident = get_ident()
        self._jobs[ident] = self._jobs.get(ident, 0) + 1
        try:
            yield
        finally:
            left = self._jobs.get(ident, 1) - 1
            if left:
                self._jobs[ident] = left
            else:
                self._jobs.pop(ident, None)

    def strict(self) -> frozenset[int]:
        """The threads that must wait before time may move: the driver, and those with a job."""
        return frozenset((self.driver, *self._jobs))

    def others(self) -> tuple[int, ...]:
        """Further threads of the clock, by ident; workers of anyio too, which take jobs in ways of their own."""
        strict = self.strict()
        return tuple(
            ident
            for ident, thread in list(_THREADS.items())
            if ident not in strict and (thread.__dict__.get(_MARK) is self or _anyio(thread))
        )

    def starting(self) -> bool:
        """Whether a thread of the clock was started and does not run yet."""
        return any(thread.__dict__.get(_MARK) is self for thread in list(_STARTING))

    def stops(self) -> bool:
        """Whether the calling thread is ended by the deadline. Not a daemon: it may serve the whole process."""
        ident = get_ident()
        if ident == self.driver or ident in self._jobs:
            return True
        thread = _THREADS.get(ident)
        return thread is not None and not thread.daemon


def positions(idents: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    """Where threads stand: one that has not moved between two looks is waiting for something."""
    frames: dict[int, Any] = sys._current_frames()
    return tuple((i, id(frames[i]), frames[i].f_lasti) for i in idents if i in frames)


def turns(idents: tuple[int, ...]) -> tuple[str, ...]:
    """How often threads were on a processor, and how long. One that waits for the interpreter's lock stands still
    too, but wakes up again and again. Only Linux tells."""
    return tuple(_told(ident, "schedstat") for ident in idents)


def working(idents: tuple[int, ...]) -> bool:
    """Whether one of these threads is on a processor, or would be if one were free. Only Linux tells."""
    # "12 (a name) S 1 ...", proc(5); the name may hold anything.
    return any(_told(ident, "stat").rpartition(")")[2].lstrip().startswith("R") for ident in idents)


def _told(ident: int, file: str) -> str:
    """What the system tells of a thread; "" where it does not."""
    thread = _THREADS.get(ident)
    try:
        return Path(f"/proc/self/task/{thread.native_id}/{file}").read_text("ascii", "replace") if thread else ""
    except OSError:
        return ""


def _anyio(thread: Thread) -> bool:
    return type(thread).__module__.startswith("anyio.")
