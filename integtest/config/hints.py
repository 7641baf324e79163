"""Near-miss hints: what somebody probably meant to write."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near_miss(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when none is close; case, `_` for `-`, and the dashes that
    every flag begins with do not count."""
    by_plain = {_plain(name): name for name in known}
    found = get_close_matches(_plain(word), by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """`did you mean X?` for the nearest known word, else the list of them, else None when there are none."""
    names = list(known)
    nearest = near_miss(word, names)
    if nearest is not None:
        return f"did you mean {nearest}?"
    return f"known are: {', '.join(names)}" if names else None


def _plain(word: str) -> str:
    return word.lower().replace("_", "-").lstrip("-")
