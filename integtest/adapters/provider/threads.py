"""Calls of functions that may hang, each bounded in time, from asyncio.

The threads are daemons: one that hangs is left behind and never keeps the process from ending.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import traceback
from collections.abc import Awaitable, Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from integtest.adapters.tracebacks import user_frames

T = TypeVar("T")
_Job = tuple[Callable[[], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]


class HungError(TimeoutError):
    """A function did not end in time; `lines` say where it was, as in a traceback."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self.lines = lines


async def bounded(work: Awaitable[T], timeout: float) -> T:
    """What `work` gives; HungError after `timeout` seconds. Its own TimeoutError comes out as it is."""
    try:
        async with asyncio.timeout(timeout) as limit:
            return await _uncancelled(work)
    except TimeoutError as error:
        if not limit.expired():
            raise
        cause = error.__cause__ or error
        raise HungError(user_frames(traceback.extract_tb(cause.__traceback__))) from None


async def _uncancelled(work: Awaitable[T]) -> T:
    """A cancellation that nobody asked for is the function's own error, and must not end the run."""
    try:
        return await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("CancelledError was raised") from None


class Worker:
    """One thread that runs one function after another; a new one replaces it after a time-out."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] | None = None
        self._thread: Thread | None = None

    async def run(self, function: Callable[..., Any], *args: Any, timeout: float) -> Any:
        """What `function(*args)` returns or raises; HungError after `timeout` seconds."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        context = contextvars.copy_context()
        self._queue().put((lambda: context.run(function, *args), future, loop))
        try:
            return await bounded(future, timeout)
        except HungError:
            where = self._where()
            self.close()
            raise HungError(where) from None
        except asyncio.CancelledError:
            self.close()
            raise

    def close(self) -> None:
        """Let the thread end after the function that it runs."""
        if self._jobs is not None:
            self._jobs.put(None)
            self._jobs = None

    def _queue(self) -> SimpleQueue[_Job | None]:
        if self._jobs is None:
            self._jobs = SimpleQueue()
            self._thread = Thread(target=_serve, args=(self._jobs,), name=self._name, daemon=True)
            self._thread.start()
        return self._jobs

    def _where(self) -> tuple[str, ...]:
        frame = sys._current_frames().get(self._thread.ident or 0) if self._thread else None
        return user_frames(traceback.extract_stack(frame)) if frame else ()


def _serve(jobs: SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        function, future, loop = job
        outcome: Any = None
        error: BaseException | None = None
        try:
            outcome = function()
        except BaseException as raised:  # noqa: BLE001
            error = raised
        try:
            loop.call_soon_threadsafe(_settle, future, outcome, error)
        except RuntimeError:
            return  # The loop has ended: nobody waits any more.
        del job, function, future, outcome, error


def _settle(future: asyncio.Future[Any], outcome: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(outcome)
    elif isinstance(error, StopIteration | asyncio.CancelledError):
        future.set_exception(RuntimeError(f"{type(error).__name__} was raised"))
    else:
        future.set_exception(error)
