"""Threads, jobs, and waits between them."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress

import pytest
from clock_peer import near

from integtest.adapters.clock import DeadlinePassed, VirtualClock

real_sleep, real_monotonic = time.sleep, time.monotonic


def in_thread(function, **options):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(function()), **options)
    thread.start()
    thread.join()
    return seen[0]


def slept(seconds):
    before = time.monotonic()
    time.sleep(seconds)
    return time.monotonic() - before


def test_a_thread_started_here_is_virtual():
    with VirtualClock().installed():
        assert near(in_thread(lambda: slept(60)), 60)


def test_a_thread_of_such_a_thread_is_virtual():
    with VirtualClock().installed():
        assert near(in_thread(lambda: in_thread(lambda: slept(60))), 60)


def test_our_own_threads_see_real_time():
    clock = VirtualClock()
    with clock.installed():
        time.sleep(1000)
        seen = in_thread(lambda: (time.monotonic(), slept(0.01)), name="integtest-wire-1")
    assert abs(seen[0] - real_monotonic()) < 500
    assert clock.now() < 1500


def test_a_thread_from_before_sees_real_time():
    go, done, seen = threading.Event(), threading.Event(), []

    def other():
        go.wait()
        seen.append(time.monotonic())
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with VirtualClock().installed():
        time.sleep(1000)
        go.set()
        done.wait()
    thread.join()
    assert seen[0] - real_monotonic() < 500


def test_sleepers_wake_in_the_order_of_their_sleeps():
    clock, woken = VirtualClock(), []

    def note(seconds):
        time.sleep(seconds)
        woken.append((seconds, clock.now()))

    with clock.installed():
        threads = [threading.Thread(target=note, args=(n,)) for n in (30, 10, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [seconds for seconds, _ in woken] == [10, 20, 30]
    assert all(near(at, seconds) for seconds, at in woken)


def test_a_background_loop_does_not_run_ahead_of_a_busy_main_thread():
    clock, stop, beats = VirtualClock(), threading.Event(), []

    def beat():
        while not stop.is_set():
            time.sleep(1)
            beats.append(clock.now())

    with clock.installed():
        thread = threading.Thread(target=beat)
        thread.start()
        sum(range(3_000_000))
        early = len(beats)
        time.sleep(50.5)
        during = len(beats) - early
        stop.set()
        thread.join()
    assert early <= 5
    assert 40 <= during <= 60


@pytest.mark.parametrize(
    "blocked",
    [
        lambda: threading.Event().wait(30),
        lambda: threading.Semaphore(0).acquire(timeout=30),
        lambda: queue.Queue().get(timeout=30),
        lambda: threading.Barrier(2).wait(30),
    ],
    ids=["event", "semaphore", "queue", "barrier"],
)
def test_a_time_out_of_a_wait_for_another_thread_is_virtual(blocked):
    clock = VirtualClock()
    with clock.installed(), suppress(queue.Empty, threading.BrokenBarrierError):
        blocked()
    assert near(clock.now(), 30)


def test_what_another_thread_sends_ends_a_wait():
    clock, box = VirtualClock(), queue.Queue()

    def later():
        time.sleep(10)
        box.put("sent")

    with clock.installed():
        threading.Thread(target=later).start()
        assert box.get(timeout=60) == "sent"
    assert near(clock.now(), 10)


def test_a_condition_loses_no_notice():
    clock, ready, lock = VirtualClock(), [], threading.Condition()

    def producer():
        for number in range(50):
            with lock:
                ready.append(number)
                lock.notify()
            time.sleep(0.5)

    with clock.installed():
        thread = threading.Thread(target=producer)
        thread.start()
        with lock:
            assert lock.wait_for(lambda: len(ready) == 50, timeout=100)
        thread.join()


def test_a_pools_jobs_are_virtual_and_so_is_the_wait_for_them():
    clock = VirtualClock()
    with clock.installed(), ThreadPoolExecutor(2) as pool:
        long, short = pool.map(slept, (30, 10))
        assert near(long, 30)
        assert near(short, 10)
        slow = pool.submit(slept, 100)
        with pytest.raises(FutureTimeoutError):
            slow.result(timeout=5)
        done, late = wait([slow], timeout=5)
        assert (done, late) == (set(), {slow})
    assert near(clock.now(), 130)


def test_jobs_that_wait_for_a_worker_do_not_stop_time():
    clock = VirtualClock()
    with clock.installed(), ThreadPoolExecutor(1) as pool:
        list(pool.map(slept, (30, 30, 30)))
    assert near(clock.now(), 90)


def test_a_worker_from_before_is_virtual_for_its_jobs_alone():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: None).result()
        with VirtualClock().installed():
            assert near(pool.submit(slept, 60).result(), 60)
        before = real_monotonic()
        pool.submit(time.sleep, 0.01).result()
        assert real_monotonic() - before < 30


def test_the_deadline_reaches_who_waits_for_a_job_that_waits():
    clock = VirtualClock(10)
    with pytest.raises(DeadlinePassed), clock.installed():
        ThreadPoolExecutor(1).submit(time.sleep, 600).result()
    assert near(clock.now(), 10)


def test_the_deadline_reaches_who_waits_for_a_loop_in_another_thread():
    import asyncio

    clock = VirtualClock(10)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    try:
        with pytest.raises(DeadlinePassed), clock.installed():
            thread.start()
            asyncio.run_coroutine_threadsafe(asyncio.sleep(5), loop).result()
            assert near(clock.now(), 5)
            asyncio.run_coroutine_threadsafe(asyncio.sleep(600), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_the_deadline_does_not_kill_a_daemon_thread():
    clock, alive = VirtualClock(10), threading.Event()

    def serve():
        time.sleep(3)
        while not alive.is_set():
            time.sleep(2)

    thread = threading.Thread(target=serve, daemon=True)
    with pytest.raises(DeadlinePassed), clock.installed():
        thread.start()
        time.sleep(60)
    assert thread.is_alive()
    alive.set()
    thread.join()


def test_a_thread_left_behind_sleeps_on_in_real_time():
    began, ended = threading.Event(), threading.Event()

    def leftover():
        began.set()
        time.sleep(0.05)
        ended.set()

    with VirtualClock().installed():
        thread = threading.Thread(target=leftover)
        thread.start()
        began.wait()
    assert ended.wait(10)
    thread.join()


def test_methods_of_threads_are_put_back():
    before = threading.Condition.wait, threading.Thread.join, threading.Thread.start, ThreadPoolExecutor.submit
    with VirtualClock().installed():
        assert threading.Condition.wait is not before[0]
    assert before == (
        threading.Condition.wait,
        threading.Thread.join,
        threading.Thread.start,
        ThreadPoolExecutor.submit,
    )


def test_two_clocks_one_after_the_other_in_two_threads():
    readings = []

    def run():
        clock = VirtualClock()
        with clock.installed():
            time.sleep(100)
        readings.append(clock.now())

    for _ in range(2):
        in_thread(run)
    assert [near(one, 100) for one in readings] == [True, True]


def test_no_notification_is_lost_that_comes_between_two_looks():
    heard = 0
    condition = threading.Condition()

    def notify(after, done):
        until = real_monotonic() + after
        while real_monotonic() < until:
            pass
        while not done.is_set():
            with condition:
                told.append(condition.notify())
            done.wait(0.2)

    with VirtualClock().installed():
        for number in range(60):
            told, done = [], threading.Event()
            other = threading.Thread(
                target=notify, args=(0.0018 + number % 30 * 1e-5, done), name="integtest-other"
            )
            with condition:
                other.start()
                condition.wait()
                heard += len(told) == 1
                done.set()
            other.join()
    assert heard == 60


def test_time_waits_for_those_who_are_about_to_go_on(busy):
    for _ in range(100):
        woken = []

        def note(seconds, woken=woken):
            time.sleep(seconds)
            woken.append(seconds)

        with VirtualClock().installed():
            threads = [threading.Thread(target=note, args=(n,)) for n in (30, 10, 20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert woken == [10, 20, 30]
