"""Waits for other threads: `Condition.wait`, and with it events, queues, semaphores and futures, and
`Thread.join`; which threads are the clock's, and which jobs.

A wait stays a real one for the event it waits for, looked at in slices; its time-out is the clock's.
"""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from math import inf
from threading import Condition, Thread
from typing import Any

from integtest.adapters.clock.face import Face
from integtest.adapters.clock.turnstile import HANDED, SETTLING

_SLICE = 0.002
"""Real seconds of one look; what is waited for ends it at once."""


class Blocking:
    """Puts the methods in place for one clock, and takes them away."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._put: list[tuple[type, str, Any, Any]] = []

    def install(self) -> None:
        """Replace the methods of `threading` and `concurrent.futures`."""
        self._replace(Condition, "wait", self._condition)
        self._replace(Thread, "join", self._join)
        self._replace(Thread, "start", self._start)
        self._replace(ThreadPoolExecutor, "submit", self._submit)

    def uninstall(self) -> None:
        """Put them back, unless somebody has wrapped ours meanwhile: it does nothing once the clock is gone."""
        for owner, name, original, made in reversed(self._put):
            if owner.__dict__.get(name) is made:
                setattr(owner, name, original)
        self._put.clear()

    def _replace(self, owner: type, name: str, make: Callable[[Any], Any]) -> None:
        original = owner.__dict__[name]
        made = make(original)
        made.__name__, made.__doc__, made.__wrapped__ = name, original.__doc__, original
        self._put.append((owner, name, original, made))
        setattr(owner, name, made)

    def _condition(self, original: Callable[..., bool]) -> Callable[..., bool]:
        face = self._face

        def wait(condition: Condition, timeout: float | None = None) -> bool:
            if not face.here() or (timeout is not None and timeout <= 0):
                return original(condition, timeout)
            return _notified(face, condition, timeout)

        return wait

    def _join(self, original: Callable[..., None]) -> Callable[..., None]:
        face = self._face

        def join(thread: Thread, timeout: float | None = None) -> None:
            def look(pause: float | None) -> bool:
                original(thread, pause)
                return not thread.is_alive()

            if not face.here() or (timeout is not None and timeout <= 0):
                return original(thread, timeout)
            _sliced(face, timeout, look, lambda: not thread.is_alive())
            return None

        return join

    def _start(self, original: Callable[..., None]) -> Callable[..., None]:
        face = self._face

        def start(thread: Thread) -> None:
            if face.here():
                face.members.adopt(thread)
            return original(thread)

        return start

    def _submit(self, original: Callable[..., Any]) -> Callable[..., Any]:
        face = self._face

        def submit(executor: Any, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if not face.here():
                return original(executor, function, *args, **kwargs)
            return original(executor, _Job(face, function), *args, **kwargs)

        return submit


class _Job:
    """A function that a pool's worker runs for the code under test: until it returns, or waits, time stays."""

    __slots__ = ("_face", "_function")

    def __init__(self, face: Face, function: Callable[..., Any]) -> None:
        self._face = face
        self._function = function
        face.stile.hold(self, HANDED)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        stile = self._face.stile
        if not stile.running:
            return self._function(*args, **kwargs)
        with self._face.members.job():
            stile.release(self)
            try:
                return self._function(*args, **kwargs)
            finally:
                stile.hold(self, SETTLING)


def _notified(face: Face, condition: Any, timeout: float | None) -> bool:
    """As `Condition.wait`, with one waiter for all its looks.

    A call of the original for each look would lose what comes between two of them: a waiter that has just given up
    is notified, and nobody hears of it.
    """
    if not condition._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    waiter, heard = allocate_lock(), False
    waiter.acquire()
    condition._waiters.append(waiter)
    state = condition._release_save()
    try:
        heard = _sliced(
            face,
            timeout,
            lambda pause: waiter.acquire(True, -1 if pause is None else pause),
            lambda: not waiter.locked(),
        )
        return heard
    finally:
        condition._acquire_restore(state)
        if not heard:
            with suppress(ValueError):  # it was notified meanwhile
                condition._waiters.remove(waiter)


def _sliced(
    face: Face, timeout: float | None, look: Callable[[float | None], bool], ready: Callable[[], bool]
) -> bool:
    """Look until it is there (True), or the clock says that the time is up (False)."""
    stile = face.stile
    due = inf if timeout is None else stile.now() + timeout
    with stile.waiting(due, ready):
        while stile.running:
            left = due - stile.now()
            if left <= 0:
                return look(0)
            if look(min(_SLICE, left)):
                return True
            stile.attempt()
            face.check()
    return look(None if timeout is None else max(0.0, due - stile.now()))
