"""The real clock, for consumers whose time cannot be virtual."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal


class RealClock:
    """Fulfils `ports.Clock` with the time of the machine."""

    kind: Literal["virtual", "real"] = "real"

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._start

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def begin(self) -> None:
        """Nothing is skipped anyway."""

    def end(self) -> None:
        """Nothing is skipped anyway."""

    @contextmanager
    def installed(self, deadline: float) -> Iterator[None]:  # noqa: ARG002 - the virtual clock's signature
        """Nothing to install."""
        yield

    def loop(self) -> asyncio.AbstractEventLoop:
        """A new event loop on this clock."""
        return asyncio.new_event_loop()

    @contextmanager
    def adopted(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:  # noqa: ARG002
        """A running loop stays as it is."""
        yield
