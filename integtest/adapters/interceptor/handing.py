"""What a tape said to a seam higher up, for the seam below: no tape is asked twice for one request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from integtest.model.http import Exchange
from integtest.ports import Tape


class Said(NamedTuple):
    """The tape that was asked, and what it plays; None to let the request go to the network."""

    tape: Tape
    exchange: Exchange | None


_said: ContextVar[list[Said] | None] = ContextVar("integtest_said", default=None)


@contextmanager
def handing_down(tape: Tape, exchange: Exchange | None) -> Iterator[None]:
    """The next request that this tape is asked for below was asked already."""
    token = _said.set([Said(tape, exchange)])
    try:
        yield
    finally:
        _said.reset(token)


def handed_down(tape: Tape) -> Said | None:
    """What this tape said above, once; a second try of the same request asks anew."""
    waiting = _said.get()
    return waiting.pop() if waiting and waiting[0].tape is tape else None
