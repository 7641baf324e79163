"""How a consumer may end other than by returning: bounded, caught, and named."""

from __future__ import annotations

import ctypes
import dis
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_AGAIN = 0.25
"""Seconds between two attempts to end a consumer that does not end."""
_TRACED_FROM = 3
"""The attempt from which a line is looked for that no handler covers: the consumer swallows what it is told."""
_ANYWHERE_FROM = 20
"""The attempt from which it is told wherever it is again: there is no such line."""


_IDLE = ("ThreadPoolExecutor", "asyncio_", "integtest-")
"""Threads that wait for work, or are ours."""


_LONGEST = 240
"""Looks, _AGAIN seconds apart, after which it is ended however little the machine let it do: a minute more."""
_LAST = 240
"""The attempt at which the process is ended instead: a minute after the first."""
_COULD_NOT_RUN = 3
_exit = os._exit
_join = threading.Thread.join
_PACKAGE = str(Path(__file__).parents[2])


class OverrunError(BaseException):
    """Raised in a consumer that is past its bound; no Exception, so that it is not handled by accident."""


class ExitedError(BaseException):
    """Raised in place of the end of the process."""

    def __init__(self, status: object) -> None:
        super().__init__(f"os._exit({status})")


@contextmanager
def bounded(seconds: float, release: Callable[[], None], pace: Callable[[], float]) -> Iterator[Watch]:
    """After so many seconds of the run's pace `release` is called, to let go what the consumer may wait for, and
    OverrunError is raised in the calling thread, again and again until the consumer's end is told by `ended`."""
    watch = Watch(threading.get_ident(), release, lambda: pace() >= seconds)
    with _by_signal(seconds, watch) if _may_signal() else _by_thread(seconds, watch):
        try:
            yield watch
        finally:
            watch.ended()


class Watch:
    """Who ends a consumer that does not end by itself."""

    def __init__(self, thread: int, release: Callable[[], None], due: Callable[[], bool]) -> None:
        self.thread = thread
        self.over = False
        self._release = release
        self._due = due
        self._refused = 0
        self._attempts = 0

    def ended(self) -> None:
        """The consumer has come to an end: what follows is ours, and is not to be cut short."""
        self.over = True
        if self._attempts:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), None)
        if sys.gettrace() is _no_trace:
            sys.settrace(None)

    def _early(self) -> bool:
        """Whether there is nobody to end, or not yet: a busy machine may have let it do little so far."""
        if self.over:
            return True
        if not self._attempts and self._refused < _LONGEST and not self._due():
            self._refused += 1
            return True
        return False

    def signalled(self, _: int, frame: FrameType | None) -> None:
        """In the main thread, between two of its steps."""
        if self._early():
            return
        self._attempts += 1
        if self._attempts == 1:
            self._release()
        if self._attempts == _LAST:
            _give_up()
        if _finalizing(frame):
            return  # what is raised there is printed and forgotten; the next signal comes soon
        if not _TRACED_FROM <= self._attempts < _ANYWHERE_FROM:
            raise OverrunError
        # A trace function that raises is taken away, so it is put in again at each signal. Only what runs now is
        # watched: what is called from here on may be a finalizer, whose errors nobody sees.
        while frame is not None:
            frame.f_trace = None if _ours(frame) or _caught(frame.f_back) else self.trace
            frame = frame.f_back
        sys.settrace(_no_trace)

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        """Raises at the first line of the consumer from which no handler of its own catches."""
        if event == "line" and not self.over and not _caught(frame):
            raise OverrunError
        return self.trace

    def poke(self) -> None:
        """From another thread: at the next step that the consumer takes."""
        if not self._early():
            self._attempts += 1
            if self._attempts == 1:
                self._release()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), ctypes.py_object(OverrunError))


def _no_trace(*_: Any) -> None:
    """Watches nothing that is called."""


def _give_up() -> None:
    """Nothing ends the consumer: the process does."""
    said = "integtest: the consumer cannot be ended, whatever it is told; its process ends here\n"
    os.write(2, said.encode())
    _exit(_COULD_NOT_RUN)


def _ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_PACKAGE)


def _finalizing(frame: FrameType | None) -> bool:
    """Whether an object is being finalized."""
    while frame is not None and not _ours(frame):
        code = frame.f_code
        if code.co_name == "__del__" or (code.co_name == "__call__" and code.co_filename == weakref.__file__):
            return True
        frame = frame.f_back
    return False


def _caught(frame: FrameType | None) -> bool:
    """Whether a handler of the consumer covers where it is, in this frame or in those that called it."""
    while frame is not None and not _ours(frame):
        if any(start <= frame.f_lasti < end for start, end in _covered(frame.f_code)):
            return True
        frame = frame.f_back
    return False


@cache
def _covered(code: CodeType) -> tuple[tuple[int, int], ...]:
    """The offsets of the code that handlers cover; none where this Python does not tell. What only cleans up and
    lets an error pass, as the end of a `with` does, is no handler."""
    parse = getattr(dis, "_parse_exception_table", None)
    names = {one.offset: one.opname for one in dis.get_instructions(code)}
    found = parse(code) if parse is not None else ()
    return tuple((one.start, one.end) for one in found if _catches(names, one.target))


def _catches(names: Mapping[int, str], target: int) -> bool:
    after = [names[offset] for offset in sorted(names) if offset >= target][:2]
    return after[:1] == ["PUSH_EXC_INFO"] and after[1:] != ["WITH_EXCEPT_START"]


def _may_signal() -> bool:
    """Whether this is the main thread, and nobody else has set the timer."""
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer") and not any(signal.getitimer(signal.ITIMER_REAL))


@contextmanager
def _by_signal(seconds: float, watch: Watch) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, watch.signalled)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_thread(seconds: float, watch: Watch) -> Iterator[None]:
    done = threading.Event()

    def wait() -> None:
        pause = seconds
        while not done.wait(pause):
            watch.poke()
            pause = _AGAIN

    thread = threading.Thread(target=wait, name="integtest-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        _join(thread)


@contextmanager
def no_exit() -> Iterator[None]:
    """While the context lasts, `os._exit` raises ExitedError in this process; in a forked child it ends the
    child."""
    before, pid = os._exit, os.getpid()

    def refused(status: int) -> Any:
        if os.getpid() != pid:
            before(status)
        raise ExitedError(status)

    os._exit = refused
    try:
        yield
    finally:
        os._exit = before


@contextmanager
def threads_left(told: Callable[[str], None]) -> Iterator[None]:
    """Tells which threads the consumer started and left running; idle workers of executors are none."""
    before = set(threading.enumerate())
    try:
        yield
    finally:
        left = [one for one in threading.enumerate() if one not in before and one.is_alive()]
        names = sorted(one.name for one in left if not one.name.startswith(_IDLE))
        if names:
            told(f"threads are left running: {', '.join(names[:5])}")
