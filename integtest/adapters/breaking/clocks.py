"""The real clock, for consumers whose time cannot be virtual."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal


class RealClock:
    """Fulfils `ports.Clock` with the time of the machine."""

    kind: Literal["virtual", "real"] = "real"

    remarks: tuple[str, ...] = ()

    def __init__(self, deadline: float = 0.0, skew: float = 0.0) -> None:  # noqa: ARG002 - as the virtual clock
        self._start = time.monotonic()

    def now(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._start

    def pace(self) -> float:
        """As `now`: all of it is the machine's time."""
        return self.now()

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def begin(self) -> None:
        """Nothing is skipped anyway."""

    def end(self) -> None:
        """Nothing is skipped anyway."""

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Nothing to install."""
        yield
