"""What waits in this thread: sleeps, clocks, and when time moves on."""

import subprocess
import sys
import threading
import time
import types
from time import monotonic as copied_monotonic
from time import sleep as copied_sleep

import pytest
from clock_peer import near

from integtest.adapters.clock import DeadlinePassed, VirtualClock
from integtest.errors import UsageError

REAL = (
    time.sleep,
    time.monotonic,
    time.monotonic_ns,
    time.perf_counter,
    time.perf_counter_ns,
    time.time,
    time.time_ns,
)


def test_a_sleep_takes_no_time_and_every_clock_shows_it():
    clock = VirtualClock()
    names = ("monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns")
    began = time.monotonic()
    with clock.installed():
        before = [getattr(time, name)() for name in names]
        time.sleep(3600)
        after = [getattr(time, name)() for name in names]
    units = (1, 1, 1, 1e9, 1e9, 1e9)
    assert all(near((b - a) / unit, 3600) for a, b, unit in zip(before, after, units, strict=True))
    assert near(clock.now(), 3600)
    assert time.monotonic() - began < 3000


def test_copies_imported_by_name_are_virtual_too():
    clock = VirtualClock()
    with clock.installed():
        before = copied_monotonic()
        copied_sleep(60)
        assert near(copied_monotonic() - before, 60)


def test_everything_is_put_back_also_after_an_error():
    with pytest.raises(LookupError), VirtualClock().installed():
        assert time.sleep is not REAL[0]
        raise LookupError
    assert (
        time.sleep,
        time.monotonic,
        time.monotonic_ns,
        time.perf_counter,
        time.perf_counter_ns,
        time.time,
        time.time_ns,
    ) == REAL
    assert (copied_sleep, copied_monotonic) == (REAL[0], REAL[1])


def test_a_module_imported_meanwhile_gets_the_originals_back():
    module = types.ModuleType("imported_meanwhile")
    with VirtualClock().installed():
        exec("from time import sleep, monotonic", vars(module))
        sys.modules[module.__name__] = module
    del sys.modules[module.__name__], module
    late = types.ModuleType("imported_meanwhile_too")
    sys.modules[late.__name__] = late
    try:
        with VirtualClock().installed():
            exec("from time import sleep, monotonic", vars(late))
        assert (late.sleep, late.monotonic) == (REAL[0], REAL[1])
    finally:
        del sys.modules[late.__name__]


def test_a_class_made_meanwhile_keeps_its_function_of_time_callable():
    with VirtualClock().installed():

        class Timer:
            read = time.monotonic

        before = Timer().read()
        time.sleep(5)
        assert near(Timer().read() - before, 5)


@pytest.mark.parametrize("wrong", [-1, float("nan")])
def test_a_wrong_sleep_fails_as_ever(wrong):
    with VirtualClock().installed(), pytest.raises(ValueError):
        time.sleep(wrong)


def test_a_sleep_of_no_number_fails_as_ever():
    with VirtualClock().installed(), pytest.raises(TypeError):
        time.sleep("1")


def test_time_stands_while_a_request_is_in_flight():
    clock = VirtualClock()
    landed = []

    def peer():
        REAL[0](0.05)
        landed.append(clock.now())
        clock.end()

    thread = threading.Thread(target=peer, name="integtest-peer")
    with clock.installed():
        clock.begin()
        thread.start()
        time.sleep(1000)
        assert clock.flying == 0
    thread.join()
    assert landed[0] < 999


def test_a_request_that_nobody_ends_does_not_stop_a_sleep_for_ever(monkeypatch):
    monkeypatch.setattr("integtest.adapters.clock.turnstile.PATIENCE", 0.05)
    clock = VirtualClock()
    with clock.installed():
        clock.begin()
        time.sleep(1000)
    assert near(clock.now(), 1000)
    assert clock.remarks == ("time moved on although a request was in flight",)


def test_the_deadline_ends_a_sleep_and_no_except_exception_keeps_it():
    clock = VirtualClock(10)

    def stubborn():
        while True:
            try:
                time.sleep(3)
            except Exception:
                continue

    with pytest.raises(DeadlinePassed, match="10 s"), clock.installed():
        stubborn()
    assert clock.passed
    assert near(clock.now(), 10)
    assert time.sleep is REAL[0]


def test_a_wait_after_the_deadline_is_refused_again():
    clock = VirtualClock(10)
    with pytest.raises(DeadlinePassed), clock.installed():
        try:
            time.sleep(60)
        finally:
            time.sleep(60)
    assert near(clock.now(), 10)


def test_a_sleep_within_the_deadline_is_none_of_its_business():
    clock = VirtualClock(10)
    with clock.installed():
        time.sleep(9)
    assert not clock.passed


def test_advancing_moves_time_and_keeps_the_deadline():
    clock = VirtualClock(10)
    with pytest.raises(DeadlinePassed), clock.installed():
        clock.advance(4)
        assert near(clock.now(), 4)
        clock.advance(400)
    assert near(clock.now(), 10)


def test_a_peers_timer_fires_on_the_way():
    clock = VirtualClock()
    fired = []
    with clock.installed():
        clock.call_at(20, lambda: fired.append(clock.now()))
        clock.call_at(25, lambda: fired.append("never")).cancel()
        time.sleep(30)
    assert len(fired) == 1
    assert near(fired[0], 20)


def test_a_second_clock_is_refused_while_one_is_installed():
    one, other = VirtualClock(), VirtualClock()
    with one.installed(), pytest.raises(UsageError, match="another virtual clock"), other.installed():
        pass
    with VirtualClock().installed():
        time.sleep(1)


def test_a_clock_runs_once():
    clock = VirtualClock()
    with clock.installed():
        pass
    with pytest.raises(UsageError, match="has run already"), clock.installed():
        pass


def test_a_clock_is_zero_before_and_stands_still_afterwards():
    clock = VirtualClock()
    assert clock.now() == 0
    with clock.installed():
        time.sleep(5)
    assert clock.now() == clock.now() >= 5


def test_pytests_own_durations_are_real(pytester):
    pytester.makepyfile(
        """
        import time
        import pytest
        from integtest.adapters.clock import VirtualClock

        @pytest.fixture
        def clock():
            with VirtualClock().installed():
                yield

        def test_sleeps(clock):
            time.sleep(36000)
        """
    )
    result = pytester.runpytest_subprocess("--durations=0", "-vv", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert "3600" not in result.stdout.str()


def test_importing_the_clock_changes_nothing():
    program = (
        "import time; before = time.sleep; import integtest.adapters.clock; "
        "assert time.sleep is before; assert type(time.sleep).__name__ == 'builtin_function_or_method'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
