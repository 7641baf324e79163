"""The functions of time as they are, taken before anything is put in their place."""

from __future__ import annotations

import time
from threading import Condition, Thread

sleep = time.sleep
monotonic = time.monotonic
wall = time.time

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
