"""What the replaced functions ask of a clock."""

from __future__ import annotations

from integtest.adapters.clock import real
from integtest.adapters.clock.deadline import DeadlinePassed
from integtest.adapters.clock.members import Members
from integtest.adapters.clock.turnstile import Turnstile

_TICK = 0.001
"""Real seconds between two looks whether time may move."""
_LATER = 0.02
"""Real seconds before each refusal to wait after the deadline: who swallows it must not spin."""


class Face:
    """A clock as waiting code sees it."""

    def __init__(self, members: Members, stile: Turnstile, skew: float) -> None:
        self.members = members
        self.stile = stile
        self.skew = skew
        self.here = members.here
        self.remarks: dict[str, None] = {}

    def wall(self) -> float:
        """The wall clock that the code sees, as seconds since 1970."""
        return self.stile.wall() + self.skew

    def remark(self, text: str) -> None:
        """Note once what a reader should know."""
        self.remarks.setdefault(text)

    def sleep(self, seconds: float) -> None:
        """Wait so long; DeadlinePassed where the deadline comes first."""
        due = self.stile.now() + seconds
        self.check()
        with self.stile.waiting(due, asleep=True):
            while self.stile.running:
                self.stile.attempt()
                self.check()
                left = due - self.stile.now()
                if left <= 0:
                    return
                real.sleep(min(_TICK, left))
        real.sleep(max(0.0, due - self.stile.now()))

    def check(self) -> None:
        """DeadlinePassed where the calling thread may not wait any more."""
        if self.stile.over() and self.members.stops():
            real.sleep(_LATER)
            raise DeadlinePassed(f"the deadline of {self.stile.deadline:g} s has passed")
