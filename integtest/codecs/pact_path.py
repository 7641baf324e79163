"""Pact's path expressions (`$.a[0]['b-c'].*`), which several spellings share."""

from __future__ import annotations

import re
from collections.abc import Sequence

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]'"*\s]+)|\[(?P<index>\d+)\]|(?P<star>\.\*)|(?P<all>\[\*\])|\['(?P<single>[^']*)'\]|\["(?P<double>[^"]*)"\]"""
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Step = str | int
"""A key; an index; the stars stay text: ".*" for any key, "[*]" for any index."""


class Star(str):
    """A step that stands for any key (".*") or any index ("[*]")."""

    __slots__ = ()


def steps(path: str) -> list[Step] | None:
    """The steps after `$`; None where the text is no path that can be taken apart."""
    if not path.startswith("$"):
        return None
    found: list[Step] = []
    position = 1
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            return None
        found.append(_step(match))
        position = match.end()
    return found


def render(path: Sequence[Step]) -> str:
    """The one spelling that this project uses: `.key` for a plain name, `['key']` for any other."""
    return "$" + "".join(_rendered(step) for step in path)


def normal(path: str) -> str:
    """`path` in that spelling; unchanged where it cannot be taken apart, since a tool may know better."""
    found = steps(path)
    if found is None or any(isinstance(step, str) and ("'" in step or not step) for step in found):
        return path
    return render(found)


def name(path: str) -> str:
    """The header or query name that a path means (`$.X-Tenant[0]`, `$['X-Tenant']`); any other text is the name."""
    found = steps(path) or []
    return next((step for step in found if isinstance(step, str) and not isinstance(step, Star)), path)


def _step(match: re.Match[str]) -> Step:
    if match["index"] is not None:
        return int(match["index"])
    if match["star"] or match["all"]:
        return Star(match[0])
    return next(match[group] for group in ("name", "single", "double") if match[group] is not None)


def _rendered(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if isinstance(step, Star):
        return str(step)
    return f".{step}" if _PLAIN.fullmatch(step) else f"['{step}']"
