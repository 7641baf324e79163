"""Pact's path expressions (`$.a[0]['b c'].*`): reading and writing them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache


class Any(Enum):
    """A step that stands for any: `.*` for each key or item, `[*]` for each item."""

    KEY = "*"
    INDEX = "[*]"


Step = str | int | Any

_STEP = re.compile(
    r"\.(?P<key>[\w\-:#@]+)|(?P<star>\.\*)|\['(?P<quoted>[^']+)'\]|\[(?P<index>\d+)\]|(?P<items>\[\*\])"
)
_BARE = re.compile(r"[^\W_][\w\-:#@]*")
_PLAIN = re.compile(r"[_A-Za-z][_A-Za-z0-9]*\Z")


@lru_cache(maxsize=4096)
def parse(path: str) -> tuple[Step, ...]:
    """The steps below the root; a path may start at `$` or with a name. ValueError when it is no Pact path."""
    if path.startswith("$"):
        steps: list[Step] = []
        at = 1
    elif found := _BARE.match(path):
        steps = [found[0]]
        at = found.end()
    else:
        raise ValueError(f"{path!r} is not a Pact path: it starts with $")
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            raise ValueError(f"{path!r} is not a Pact path: {path[at:]!r} is no step of one")
        steps.append(_step(found))
        at = found.end()
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    if found["star"]:
        return Any.KEY
    if found["items"]:
        return Any.INDEX
    if found["index"] is not None:
        return int(found["index"])
    return found["key"] or found["quoted"]


def render(steps: Iterable[Step]) -> str:
    """The path of these steps, as Pact's engine writes it."""
    return "$" + "".join(_written(step) for step in steps)


def below(path: str, step: Step) -> str:
    """The path one step further down."""
    return path + _written(step)


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if step is Any.KEY:
        return ".*"
    if isinstance(step, Any):
        return "[*]"
    if _PLAIN.match(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
