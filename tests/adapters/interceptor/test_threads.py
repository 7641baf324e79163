"""Which tape a thread, a task or an executor's job meets."""

import asyncio
import gc
import queue
import subprocess
import sys
import textwrap
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response

URL = "http://api.test/"


def tape(word, **options):
    """Answers every request with one word."""
    exchange = Exchange(request=Request(method="GET", url=URL), response=Response(status=200, body=word.encode()))
    return MemoryTape([exchange], repeats=True, name=f"{word}.yaml", **options)


def ask():
    return requests.get(URL).text


class Worker(threading.Thread):
    """A thread with its own `run`."""

    def __init__(self, **options):
        super().__init__(**options)
        self.answer = None

    def run(self):
        try:
            self.answer = ask()
        except ClosedNetworkError as error:
            self.answer = error


def in_thread(**options):
    worker = Worker(**options)
    worker.start()
    worker.join()
    return worker.answer


def test_a_thread_meets_the_tape_of_whoever_started_it(offline):
    offline()
    with use(tape("outer")):
        assert in_thread() == "outer"
        with use(tape("inner")):
            assert in_thread() == "inner"
            assert in_thread(daemon=True) == "inner"
        assert in_thread() == "outer"


def test_targets_timers_and_threads_of_threads_meet_it_too(offline):
    offline()
    found = queue.Queue()
    with use(tape("one")), use(tape("two")):
        starter = threading.Thread(target=lambda: found.put(in_thread()))
        timer = threading.Timer(0, lambda: found.put(ask()))
        for thread in (starter, timer):
            thread.start()
            thread.join()
    assert [found.get_nowait(), found.get_nowait()] == ["two", "two"]


def test_executors_carry_the_tape_of_each_job_not_of_their_workers(offline):
    offline()
    with ThreadPoolExecutor(1) as before, use(tape("one")), ThreadPoolExecutor(1) as after:
        for executor in (before, after):
            assert executor.submit(ask).result() == "one"
            with use(tape("two")):
                assert executor.submit(ask).result() == "two"
                assert list(executor.map(lambda _: ask(), range(3))) == ["two"] * 3
            assert executor.submit(ask).result() == "one"


def test_an_executors_worker_keeps_no_tape_for_jobs_without_one(offline, outsider):
    offline()
    with ThreadPoolExecutor(1) as executor, use(tape("one")):
        executor.submit(ask).result()
        with use(tape("two")):
            error = outsider(lambda: executor.submit(ask).exception())
    assert isinstance(error, ClosedNetworkError)


def test_a_thread_without_context_uses_the_only_open_tape(offline, outsider):
    offline()
    with use(tape("only")):
        assert outsider(ask) == "only"


def test_a_thread_without_context_is_refused_by_name_where_several_are_open(offline, outsider):
    offline()
    one, two = tape("one"), tape("two")
    with use(one), use(two):
        error = outsider(lambda: requests.get(URL + "?token=hush-hush-0123456789"))
    assert isinstance(error, ClosedNetworkError)
    assert one.refused == two.refused == [error.message]
    assert "one.yaml, two.yaml" in str(error)
    assert "copy_context" in str(error)
    assert "hush-hush" not in str(error)


def test_a_thread_without_context_may_do_what_every_tape_lets_pass(serve, outsider):
    url = serve({"/": lambda h: h.answer(200, b"live")}).url
    with use(tape("one", loopback=False)), use(tape("two", loopback=False)):
        assert outsider(lambda: requests.get(url).text) == "live"


def test_a_refusal_is_no_business_of_a_tape_that_lets_the_request_pass(offline, outsider):
    offline()
    holds, passes = tape("holds"), tape("passes", loopback=False)
    with use(holds), use(passes):
        error = outsider(lambda: requests.get("http://127.0.0.1:1/"))
    assert (holds.refused, passes.refused) == ([error.message], [])


def test_a_thread_that_outlives_its_tape_counts_as_one_without(offline):
    offline()
    go, found = threading.Event(), queue.Queue()

    def late():
        go.wait(5)
        found.put(ask())

    with use(tape("closed")):
        thread = threading.Thread(target=late)
        thread.start()
    with use(tape("open")):
        go.set()
        thread.join()
    assert found.get_nowait() == "open"


async def fetch():
    async with httpx.AsyncClient() as client:
        return (await client.get(URL)).text


def test_tasks_meet_the_tape_they_were_made_under(offline):
    offline()

    async def main():
        with use(tape("one")):
            first = asyncio.create_task(fetch())
            with use(tape("two")):
                second = asyncio.create_task(fetch())
                third = asyncio.to_thread(ask)
                fourth = asyncio.get_running_loop().run_in_executor(None, ask)
                return await asyncio.gather(first, second, third, fourth)

    assert asyncio.run(main()) == ["one", "two", "two", "two"]


def test_a_task_that_outlives_its_tape_is_told_so_where_it_could_meet_several(offline):
    offline()

    async def main():
        with use(tape("gone")):
            task = asyncio.create_task(fetch())
        with use(tape("one")), use(tape("two")):
            await task

    with pytest.raises(ClosedNetworkError, match=r"its own, gone\.yaml, is closed"):
        asyncio.run(main())


def test_one_tape_may_be_open_in_many_threads():
    shared = tape("shared")
    barrier = threading.Barrier(4)

    def run():
        with use(shared):
            barrier.wait(5)
            answer = ask()
        barrier.wait(5)
        return answer

    with ThreadPoolExecutor(4) as executor:
        jobs = [executor.submit(run) for _ in range(4)]
    assert [job.result() for job in jobs] == ["shared"] * 4


def test_eight_threads_with_their_own_tapes_never_mix(offline):
    offline()
    barrier = threading.Barrier(8)

    def run(number):
        own = str(number)
        with use(tape(own)), requests.Session() as session, httpx.Client() as client:
            barrier.wait(10)
            answers = [session.get(URL).text for _ in range(50)] + [client.get(URL).text for _ in range(50)]
            answers += [in_thread()]
        return [answer for answer in answers if answer != own]

    with ThreadPoolExecutor(8) as executor:
        assert [job.result() for job in [executor.submit(run, n) for n in range(8)]] == [[]] * 8


def test_two_hundred_tasks_with_their_own_tapes_never_mix(offline):
    offline()

    async def run(number, session, client):
        own = str(number)
        with use(tape(own)):
            answers = []
            for _ in range(5):
                answers.append((await client.get(URL)).text)
                async with session.get(URL) as response:
                    await asyncio.sleep(0)
                    answers.append(await response.text())
        return [answer for answer in answers if answer != own]

    async def main():
        async with aiohttp.ClientSession() as session, httpx.AsyncClient() as client:
            return await asyncio.gather(*(run(n, session, client) for n in range(200)))

    assert asyncio.run(main()) == [[]] * 200


def test_threading_is_patched_only_while_a_tape_is_open():
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit
    with use(tape("one")):
        with use(tape("two")):
            pass
        assert threading.Thread.start is not start
    assert threading.Thread.start is start
    assert ThreadPoolExecutor.submit is submit


def test_a_patch_on_top_of_ours_stays_and_works(offline, monkeypatch):
    offline()
    with use(tape("one")):
        ours = threading.Thread.start
        monkeypatch.setattr(threading.Thread, "start", lambda thread: ours(thread))
        assert in_thread() == "one"
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    with use(tape("two")):
        assert in_thread() == "two"


def test_starting_a_thread_twice_fails_as_ever_and_leaves_it_whole(offline):
    offline()
    with use(tape("one")):
        worker = Worker()
        worker.start()
        worker.join()
        with pytest.raises(RuntimeError, match="once"):
            worker.start()
        assert "run" not in vars(worker)


def test_a_thread_is_freed_when_it_ended(offline):
    offline()
    gc.disable()
    try:
        with use(tape("one")):
            worker = Worker()
            worker.start()
            worker.join()
            gone = weakref.ref(worker)
            del worker
            assert gone() is None
    finally:
        gc.enable()


def test_a_process_ends_with_a_tape_open_and_threads_running():
    script = """
        import threading, time, requests
        from memory_tape import MemoryTape
        from integtest.adapters.interceptor import use
        opened = use(MemoryTape())
        opened.__enter__()
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        print("bye")
    """
    run = [sys.executable, "-c", textwrap.dedent(script)]
    ended = subprocess.run(
        run, capture_output=True, text=True, timeout=30, env={"PYTHONPATH": str(Path(__file__).parent)}, check=False
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("bye\n", "", 0)
