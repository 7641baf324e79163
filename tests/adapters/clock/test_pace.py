"""What the machine is busy with is none of the consumer's time."""

import os
import signal
import subprocess
import sys
import time

import pytest
from clock_peer import near

from integtest.adapters.clock import VirtualClock
from integtest.adapters.clock.pace import Pace

real_sleep, real_monotonic = time.sleep, time.monotonic

STOPPED = """
import sys, time
from integtest.adapters.clock import VirtualClock

clock = VirtualClock()
with clock.installed():
    began, before = time.monotonic(), clock.now()
    print("ready", flush=True)
    sys.stdin.readline()
    print(f"{clock.now() - before:.3f} {time.monotonic() - began:.3f}")
"""


def stopped_for(seconds):
    """What a process that was kept from running so long says of the time that passed in it."""
    child = subprocess.Popen(
        [sys.executable, "-c", STOPPED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGSTOP)
        real_sleep(seconds)
        os.kill(child.pid, signal.SIGCONT)
        said, _ = child.communicate("go on\n", timeout=60)
    finally:
        child.kill()
    return [float(one) for one in said.split()]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot stop a process")
def test_seconds_in_which_the_process_was_kept_from_running_do_not_count():
    passed, seen_by_the_code = stopped_for(3.0)
    assert passed < 1.5
    assert near(seen_by_the_code, passed, more=0.5)


def test_work_counts():
    with VirtualClock().installed():
        before, worked = time.monotonic(), time.process_time()
        while time.process_time() - worked < 0.3:
            pass
        assert 0.25 < time.monotonic() - before < 3


def test_a_wait_for_what_is_not_the_clocks_counts():
    pace, began = Pace(), real_monotonic()
    pace.start()
    try:
        while pace.seconds() < 0.4 and real_monotonic() - began < 30:
            real_sleep(0.2)
        assert pace.seconds() <= real_monotonic() - began
        assert pace.seconds() >= 0.4
    finally:
        pace.stop()


def test_it_never_goes_back():
    pace = Pace()
    pace.start()
    try:
        seen = [pace.seconds() for _ in range(20_000)]
    finally:
        pace.stop()
    assert seen == sorted(seen)
