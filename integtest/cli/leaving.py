"""Nobody's code ends a command behind its back: `os._exit` skips every report, and 0 would say that all holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from integtest.cli.boundary import say

_COULD_NOT_RUN = 3


@contextmanager
def seen_leaving() -> Iterator[None]:
    """While the context lasts, code of this process that calls `os._exit` is named, and the command ends with 3; a
    forked child ends as it likes."""
    before, pid = os._exit, os.getpid()

    def leave(status: int) -> NoReturn:
        if os.getpid() == pid:
            frame = sys._getframe(1)
            place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
            say(f"{place}: os._exit({status}) ended the command\n  nothing counts as verified: take that call out")
            status = _COULD_NOT_RUN
        before(status)

    os._exit = leave
    try:
        yield
    finally:
        os._exit = before
