"""Event loops of asyncio: their timers are the clock's, their waits for sockets stay real."""

from __future__ import annotations

import asyncio
from asyncio.base_events import BaseEventLoop
from collections.abc import Callable
from math import inf
from typing import Any

from integtest.adapters.clock import real
from integtest.adapters.clock.deadline import DeadlinePassed
from integtest.adapters.clock.face import Face

_TURN = "_run_once"
"""One turn of a loop: what every loop does again and again, however it was started."""
_TICK = 0.001
_CLEANING = 0.25
"""Real seconds without any event that code has for its cleaning up, after the deadline ended it."""
_CHANCES = 8
"""How often a task is cancelled that waits on after the deadline."""


class Loops:
    """Makes loops wait by one clock: the one that runs here now, and each that is run from here on."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._adopted: list[tuple[Any, Any]] = []
        self._original: Any = getattr(BaseEventLoop, _TURN)
        self._made = self._turning(self._original)

    def install(self) -> None:
        """Adopt the running loop, and each other one at its next turn."""
        setattr(BaseEventLoop, _TURN, self._made)
        running = asyncio._get_running_loop()
        if running is not None:
            self.adopt(running, asyncio.current_task(running))

    def uninstall(self) -> None:
        """Give every loop its selector back."""
        if getattr(BaseEventLoop, _TURN) is self._made:
            setattr(BaseEventLoop, _TURN, self._original)
        for loop, selector in reversed(self._adopted):
            if isinstance(loop._selector, Patient):
                loop._selector = selector
        self._adopted.clear()

    def _turning(self, original: Callable[[Any], None]) -> Callable[[Any], None]:
        face = self._face

        def turn(loop: Any) -> None:
            if type(getattr(loop, "_selector", None)) is not Patient and face.stile.running and face.here():
                self.adopt(loop)
            original(loop)

        return turn

    def adopt(self, loop: Any, task: asyncio.Task[Any] | None = None) -> None:
        """Make a loop wait by the clock; `task` is cancelled at the deadline."""
        selector = getattr(loop, "_selector", None)
        if selector is None:
            self._face.remark(f"the event loop {type(loop).__module__}.{type(loop).__name__} waits in real time")
        elif not isinstance(selector, Patient):
            self._adopted.append((loop, selector))
            loop._selector = Patient(selector, self._face, task)


class Patient:
    """A selector that lets time move on while nothing comes."""

    def __init__(self, selector: Any, face: Face, task: asyncio.Task[Any] | None) -> None:
        self._selector = selector
        self._face = face
        self._task = task
        self._chances = _CHANCES

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)

    def select(self, timeout: float | None = None) -> Any:
        """As the selector's own; [] too when the clock has reached the loop's next timer."""
        face, stile = self._face, self._face.stile
        if (timeout is not None and timeout <= 0) or not face.here():
            return self._selector.select(timeout)
        due = inf if timeout is None else stile.now() + timeout
        if not stile.over():
            events = self._wait(due)
            if events is not None:
                return events
        elif stile.running and face.members.stops():
            return self._cleaning(due)
        return self._selector.select(None if timeout is None else max(0.0, due - stile.now()))

    def _wait(self, due: float) -> Any:
        """Events, or [] when it is time; None where the clock has stopped, or the deadline is not this loop's."""
        stile, pause = self._face.stile, 0.0
        with stile.waiting(due, lambda: bool(self._selector.select(0))):
            while stile.running:
                events = self._selector.select(pause)
                if events or stile.now() >= due:
                    return events
                stile.attempt()
                if stile.over():
                    return self._end() if self._face.members.stops() else None
                pause = min(_TICK, max(0.0, due - stile.now()))
        return None

    def _cleaning(self, due: float) -> Any:
        """After the deadline: real time for what is closed now, and an end where it waits on."""
        left = min(_CLEANING, due - self._face.stile.now())
        began = real.monotonic()
        events = self._selector.select(max(0.0, left))
        if not events and real.monotonic() - began >= _CLEANING:
            return self._end()
        return events

    def _end(self) -> Any:
        """Cancel the task under test, or leave the loop where it is not known or does not listen."""
        self._chances -= 1
        if self._task is not None and not self._task.done() and self._chances >= 0:
            self._task.cancel()
            return []
        raise DeadlinePassed(f"the deadline of {self._face.stile.deadline:g} s has passed")
