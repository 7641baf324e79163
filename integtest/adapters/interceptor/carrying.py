"""Carrying the tape of a context into the threads that are started from it, while any tape is open.

Only the tape is carried, no other context variable: the program under test behaves as without us.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread
from typing import Any

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.wrapping import unwrap, wrap
from integtest.ports import Tape

_lock = Lock()
_OTHER_INTERPRETERS = getattr(concurrent.futures, "InterpreterPoolExecutor", ())
"""An executor (Python 3.14) that pickles its jobs: a tape cannot follow them."""


def install() -> None:
    """Let `Thread.start` and `ThreadPoolExecutor.submit` carry the tape."""
    with _lock:
        wrap(Thread, "start", _carry_start)
        wrap(ThreadPoolExecutor, "submit", _carry_submit)


def uninstall_when_idle() -> None:
    """Put both back when no tape is open."""
    with _lock:
        if not state.any_open():
            unwrap(Thread, "start")
            unwrap(ThreadPoolExecutor, "submit")


def _carry_start(original: Callable[..., None]) -> Callable[..., None]:
    def start(thread: Any) -> None:
        if (tape := state.current()) is None:
            return original(thread)
        restore = _run_with(thread, tape)
        try:
            return original(thread)
        except BaseException:
            restore()
            raise

    return start


def _run_with(thread: Any, tape: Tape) -> Callable[[], None]:
    """Make `thread.run` bring the tape, once: what was there comes back before it is called, so that no cycle keeps
    the thread alive. Returns what puts it back."""
    own = thread.run
    replaced = "run" in thread.__dict__

    def restore() -> None:
        if replaced:
            thread.run = own
        else:
            thread.__dict__.pop("run", None)

    def run() -> None:
        restore()
        with state.carried(tape):
            own()

    thread.run = run
    return restore


def _carry_submit(original: Callable[..., Any]) -> Callable[..., Any]:
    def submit(executor: Any, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if (tape := state.current()) is None or isinstance(executor, _OTHER_INTERPRETERS):
            return original(executor, function, *args, **kwargs)
        # The worker that this may start serves others too, so it starts without a tape: each job brings its own.
        job = _Carried(tape, function, below=state.is_beneath())
        with state.carried(None):
            return original(executor, job, *args, **kwargs)

    return submit


class _Carried:
    """A function that runs with a tape, below a seam where it was submitted there: an event loop looks names up in
    its executor."""

    __slots__ = ("_below", "_function", "_tape")

    def __init__(self, tape: Tape, function: Callable[..., Any], *, below: bool) -> None:
        self._tape = tape
        self._function = function
        self._below = below

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with state.carried(self._tape, below=self._below):
            return self._function(*args, **kwargs)
