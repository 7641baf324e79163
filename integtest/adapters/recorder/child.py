"""Runs the command whose traffic is recorded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType
from typing import Any

from integtest.errors import IntegtestError

_LOCAL = ("127.0.0.1", "localhost", "::1")
NOT_FOUND, NOT_EXECUTABLE = 127, 126


def run(command: Sequence[str], variables: Mapping[str, str], *, stdout_to_stderr: bool) -> int:
    """The command's exit status, as a shell would tell it: 128 and more for a signal, 127 when it is not there.

    It shares the terminal, so that Ctrl-C reaches it; this process waits for it to end. A SIGTERM is passed on.
    """
    environ = {**os.environ, **variables}
    for name in ("NO_PROXY", "no_proxy"):
        environ[name] = ",".join(filter(None, (environ.get(name), *_LOCAL)))
    started: list[subprocess.Popen[bytes]] = []

    def terminate() -> None:
        for child in started:
            child.terminate()

    with _Signals({signal.SIGINT: lambda: None, signal.SIGTERM: terminate}):
        try:
            started.append(
                subprocess.Popen(  # noqa: S603 - it is the user's own command
                    list(command), env=environ, stdout=sys.stderr.fileno() if stdout_to_stderr else None
                )
            )
        except OSError as error:
            status = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
            raise CommandError(command[0], error, status) from None
        status = started[0].wait()
    return status if status >= 0 else 128 - status


@contextmanager
def until_told() -> Iterator[Callable[[], None]]:
    """Gives what waits for Ctrl-C or SIGTERM; from here on those end nothing else."""
    over = Event()

    def wait() -> None:
        while not over.wait(3600):
            pass

    with _Signals({signal.SIGINT: over.set, signal.SIGTERM: over.set}):
        yield wait


class CommandError(IntegtestError):
    """The command could not be started."""

    code = "command"

    def __init__(self, name: str, error: OSError, status: int) -> None:
        super().__init__(f"cannot be run: {(error.strerror or str(error)).lower()}", place=name)
        self.exit_status = status  # type: ignore[misc]


class _Signals:
    """Other handlers while it lasts; in the main thread only, where Python lets signals be handled."""

    def __init__(self, handlers: Mapping[int, Any]) -> None:
        self._handlers = handlers
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        if current_thread() is main_thread():
            for number, handle in self._handlers.items():
                self._before[number] = signal.signal(number, _calling(handle))

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)


def _calling(handle: Any) -> Any:
    def handler(_: int, __: FrameType | None) -> None:
        handle()

    return handler
