"""`run`: services around a command, ended again however the command ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType

from examples.services.fleet import Fleet
from examples.services.record import Record

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOT_FOUND = 127
_NOT_RUNNABLE = 126


class _Asked(BaseException):
    """A signal asked to end."""

    def __init__(self, number: int) -> None:
        self.number = number


def run_guarded(
    fleet: Fleet, selected: Mapping[str, Record], skipped: Sequence[str], command: Sequence[str], could_not: int
) -> int:
    """The command's exit status (128 + n for signal n); `could_not` if a service did not start.

    A service that died meanwhile is named, and turns a status of 0 into 1: what ran then proves nothing.

    Services that ran before stay; those started here are ended.
    """
    try:
        with _signals_raise():
            if fleet.up(selected, skipped).failed:
                fleet.say("", "the command was not run: not every service is there")
                return could_not
            status = _command(command, os.environ | fleet.environment(selected))
            if died := fleet.died(selected):
                fleet.say("", f"died while the command ran: {', '.join(died)}")
            return status or (1 if died else 0)
    except _Asked as asked:
        return 128 + asked.number
    finally:
        with _signals_wait():
            fleet.down(fleet.begun)


def _command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=environment)
    except FileNotFoundError:
        print(f"services: no such command: {command[0]}", file=sys.stderr)
        return _NOT_FOUND
    except OSError as error:
        print(f"services: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return _NOT_RUNNABLE
    try:
        status = process.wait()
    except _Asked as asked:
        _pass_on(process, asked.number)
        raise
    return status if status >= 0 else 128 - status


def _pass_on(process: subprocess.Popen[bytes], number: int) -> None:
    """End the command as we were asked to; from a terminal it has heard Ctrl-C already, and twice harms none."""
    with _signals_wait():
        process.send_signal(number)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    def ask(number: int, _: FrameType | None) -> None:
        raise _Asked(number)

    # One that the caller has us ignore (nohup, a background job) stays ignored.
    old = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in old.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Hold signals back until services are ended; SIGKILL remains for the impatient."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)
