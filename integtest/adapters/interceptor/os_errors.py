"""The operating system's errors, from what a recording says of them."""

from __future__ import annotations

import os
import re

_NUMBERED = re.compile(r"\[Errno (-?\d+)\] (.*)", re.DOTALL)


def os_error(said: str, number: int) -> OSError:
    """The error with its number and text, `number` where the text gives none; of the subclass Python raises."""
    if found := _NUMBERED.search(said):
        return OSError(int(found[1]), found[2])
    return OSError(number, said or os.strerror(number))
