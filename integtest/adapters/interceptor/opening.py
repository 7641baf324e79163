"""Opening a tape."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from integtest.adapters.interceptor import carrying, guarding, installing, state, taking
from integtest.ports import Tape

T = TypeVar("T", bound=Tape)


@contextmanager
def use(tape: T) -> Iterator[T]:
    """Let `tape` answer the requests of this context, and of the threads, executors and tasks it starts.

    May be nested, and entered in several threads and tasks at a time. Threads that know no open tape use the only
    one there is. Sync on purpose: a sync fixture's context reaches async tests too.
    """
    installing.install()
    carrying.install()
    guarding.install()
    token = state.opened(tape)
    try:
        yield tape
    finally:
        if state.closed(tape, token):
            taking.let_go(tape)
        carrying.uninstall_when_idle()
        guarding.uninstall_when_idle()
