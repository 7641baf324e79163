"""Event loops that answer the code under test, in threads of their own: what was sent to them has to arrive before
anybody may say that nothing is in flight."""

from __future__ import annotations

from asyncio import AbstractEventLoop

_ROUNDS = 5
"""Turns of a peer's loop in which it accepts a connection, reads from it, and counts the request."""


class Peers:
    """Loops of peers, and the question whether they have seen all that was sent before it was asked."""

    def __init__(self) -> None:
        self._loops: list[AbstractEventLoop] = []
        self._asked: object = None
        self._waiting: list[_Turns] = []

    def add(self, loop: AbstractEventLoop) -> None:
        """Another peer."""
        self._loops.append(loop)

    def caught_up(self, question: object) -> bool:
        """Whether every loop has turned since this question was first asked; asked again until it is so."""
        if self._asked is not question:
            self._asked = question
            self._waiting = [_Turns(loop) for loop in self._loops if not loop.is_closed()]
        return all(turns.done for turns in self._waiting)


class _Turns:
    """A few turns of a loop."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._left = _ROUNDS
        try:
            loop.call_soon_threadsafe(self._turn)
        except RuntimeError:  # it was closed meanwhile
            self._left = 0

    def _turn(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._loop.call_soon(self._turn)

    @property
    def done(self) -> bool:
        return self._left <= 0 or self._loop.is_closed()
