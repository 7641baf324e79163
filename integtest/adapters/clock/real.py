"""The functions of time as they are, taken before anything is put in their place."""

from __future__ import annotations

import time
from threading import Condition, Thread

try:
    import resource
except ImportError:  # not a Unix
    resource = None  # type: ignore[assignment]

sleep = time.sleep
monotonic = time.monotonic
wall = time.time
worked = time.process_time
"""Seconds that processors worked for this process, in all its threads."""

ORIGINALS = {
    name: getattr(time, name)
    for name in (
        "sleep",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "time",
        "time_ns",
    )
}
"""What is replaced in the module `time`, and wherever it was imported by name."""

condition_wait = Condition.wait
thread_join = Thread.join
thread_start = Thread.start


def held_up() -> int:
    """How often a processor was taken from a thread of this process that went on working; 0 where it is not
    told."""
    return 0 if resource is None else resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
