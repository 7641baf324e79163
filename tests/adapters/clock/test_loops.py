"""asyncio, and what runs on it."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import anyio
import httpx
import pytest
from clock_peer import fine, near, unavailable

from integtest.adapters.clock import DeadlinePassed, VirtualClock


def run(clock, work):
    with clock.installed():
        return asyncio.run(work())


def test_timers_of_a_new_loop_take_no_time():
    clock = VirtualClock()

    async def work():
        began = asyncio.get_running_loop().time()
        await asyncio.gather(asyncio.sleep(10), asyncio.sleep(30))
        return asyncio.get_running_loop().time() - began

    assert near(run(clock, work), 30)


def test_timers_fire_in_their_order():
    clock = VirtualClock()
    seen = []

    async def work():
        async def note(seconds):
            await asyncio.sleep(seconds)
            seen.append((seconds, clock.now()))

        await asyncio.gather(*map(note, (30, 10, 20)))

    run(clock, work)
    assert [seconds for seconds, _ in seen] == [10, 20, 30]
    assert all(near(at, seconds) for seconds, at in seen)


def test_a_time_out_fires_before_what_it_bounds():
    clock = VirtualClock()

    async def work():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.sleep(100)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 7)

    run(clock, work)
    assert near(clock.now(), 12)


@pytest.mark.asyncio
async def test_the_running_loop_is_adopted_and_given_back():
    loop = asyncio.get_running_loop()
    selector = loop._selector
    clock = VirtualClock()
    with clock.installed():
        await asyncio.sleep(1000)
        assert near(clock.now(), 1000)
    assert loop._selector is selector
    before = time.monotonic()
    await asyncio.sleep(0.01)
    assert time.monotonic() - before >= 0.009


@pytest.mark.asyncio
async def test_at_the_deadline_the_task_leaves_with_it_and_may_clean_up():
    clock = VirtualClock(10)
    cleaned = []
    with pytest.raises(DeadlinePassed), clock.installed():
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0.001)
            cleaned.append(True)
    assert cleaned
    assert near(clock.now(), 10)
    assert asyncio.current_task().cancelling() == 0
    await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_a_task_that_swallows_its_end_is_ended_again():
    clock = VirtualClock(10)

    async def stubborn():
        for _ in range(3):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(600)
        await asyncio.sleep(600)

    with pytest.raises(DeadlinePassed), clock.installed():
        await stubborn()


def test_at_the_deadline_a_loop_run_by_the_code_under_test_is_left():
    clock = VirtualClock(10)
    cleaned = []

    async def work():
        try:
            await asyncio.sleep(600)
        finally:
            cleaned.append(True)

    with pytest.raises(DeadlinePassed):
        run(clock, work)
    assert cleaned
    assert near(clock.now(), 10)


def test_a_cancelled_error_of_the_codes_own_stays_one():
    async def work():
        with VirtualClock(10).installed():
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(work())


def test_a_job_in_an_executor_holds_time():
    clock = VirtualClock()

    def busy():
        return sum(range(2_000_000))

    async def work():
        loop = asyncio.get_running_loop()
        timer = asyncio.create_task(asyncio.sleep(1000))
        await loop.run_in_executor(None, busy)
        during = clock.now()
        await timer
        return during

    assert run(clock, work) < 900


def test_a_job_that_no_worker_has_begun_holds_time_too():
    clock = VirtualClock()

    async def work():
        loop = asyncio.get_running_loop()
        timer = asyncio.create_task(asyncio.sleep(1000))
        slow_to_start = ThreadPoolExecutor(1, initializer=lambda: threading.Event().wait(0.05))
        with slow_to_start as pool:
            await loop.run_in_executor(pool, int)
        during = clock.now()
        await timer
        return during

    assert run(clock, work) < 900


def test_a_job_that_waits_for_a_busy_pool_lets_time_go():
    clock = VirtualClock()

    async def work():
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as pool:
            await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 100) for _ in range(3)))

    run(clock, work)
    assert near(clock.now(), 300)


def test_a_job_that_sleeps_lets_time_go():
    clock = VirtualClock()

    async def work():
        await asyncio.wait_for(asyncio.to_thread(time.sleep, 30), 60)

    run(clock, work)
    assert near(clock.now(), 30)


def test_a_reply_that_takes_real_time_is_not_timed_out_early(provide):
    clock = VirtualClock()
    real_sleep = time.sleep

    def slow():
        real_sleep(0.1)  # the provider's own thread lives in real time
        return fine()

    _, url = provide(clock, slow)

    async def work():
        async with httpx.AsyncClient(timeout=5) as client:
            return (await client.get(url)).status_code

    assert run(clock, work) == 200
    assert clock.now() < 5


def test_anyio_on_asyncio_is_virtual():
    clock = VirtualClock()

    async def work():
        with anyio.move_on_after(20) as scope:
            await anyio.sleep(600)
        await anyio.to_thread.run_sync(time.sleep, 30)
        return scope.cancelled_caught

    with clock.installed():
        assert anyio.run(work)
    assert near(clock.now(), 50)


@pytest.mark.asyncio
async def test_a_worker_of_anyio_that_was_there_before_is_virtual_too():
    await anyio.to_thread.run_sync(lambda: None)
    clock = VirtualClock()
    with clock.installed():
        await anyio.to_thread.run_sync(time.sleep, 30)
    assert near(clock.now(), 30)


def test_trio_is_told_to_be_in_real_time():
    import trio

    clock = VirtualClock()
    with clock.installed():
        trio.run(trio.sleep, 0.01)
    assert clock.remarks == ("trio waits in real time",)


def test_retries_of_an_async_client_run_at_once(provide):
    clock = VirtualClock()
    provider, url = provide(clock, unavailable(Retry_After="30"), unavailable(Retry_After="30"), fine())

    async def work():
        async with httpx.AsyncClient() as client:
            while (reply := await client.get(url)).status_code == 503:
                await asyncio.sleep(float(reply.headers["retry-after"]))
            return reply.json()

    assert run(clock, work) == {"ok": True}
    assert [near(gap, 30) for gap in provider.gaps] == [True, True]
