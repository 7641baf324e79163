"""Lets services start side by side as long as there is memory for all that are starting."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from examples.services.errors import ServiceError, WrongUse

_SETTING = "INTEGTEST_SERVICES_MEMORY"
_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


class Admission:
    """A turn for each service that starts; one alone always gets it, however little memory there is."""

    def __init__(self) -> None:
        self._starting: list[float] = []
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, megabytes: float, stop: threading.Event) -> Iterator[None]:
        """Wait until `megabytes` more are there, and hold them until it is ready: then they are in use."""
        with self._changed:
            while self._starting and sum(self._starting) + megabytes > available():
                if stop.is_set():
                    raise ServiceError("stopped before it was started")
                self._changed.wait(0.5)
            self._starting.append(megabytes)
        try:
            yield
        finally:
            with self._changed:
                self._starting.remove(megabytes)
                self._changed.notify_all()


def available() -> float:
    """Megabytes that may still be taken: by INTEGTEST_SERVICES_MEMORY, else on the machine or in its container."""
    if text := os.environ.get(_SETTING):
        if not text.isascii() or not text.isdigit():
            raise WrongUse(f"{_SETTING} must be a whole number of megabytes, not {text!r}")
        return float(text)
    return min(_machine(), _container())


def _machine() -> float:
    try:
        lines = dict(line.split(":") for line in _MEMINFO.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) / 1000
    except (OSError, ValueError, KeyError, IndexError):
        return float("inf")


def _container() -> float:
    # Version 2 of control groups; "max" where there is no limit.
    try:
        limit, used = (int((_GROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        return (limit - used) / 1_000_000
    except (OSError, ValueError):
        return float("inf")
