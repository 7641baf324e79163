"""How a sentence and a Python name are compared: `user 42 exists` is handled by `user_42_exists`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


def plain_name(text: str) -> str:
    """Words in lower case joined by `_`, as a Python name would be written."""
    return "_".join(re.findall(r"\w+", text.lower().replace("_", " ")))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name that was most likely meant, or None when none is near."""
    by_plain = {plain_name(candidate): candidate for candidate in known}
    close = difflib.get_close_matches(plain_name(name), by_plain, n=1, cutoff=0.6)
    return by_plain[close[0]] if close else None
