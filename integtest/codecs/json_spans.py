"""A JSON document edited where single values stand, so that all else stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""
_TOKEN = re.compile(
    r'\s*+(?:([\[{])|([\]}])|("[^"\\]*+(?:\\.[^"\\]*+)*+")(\s*+:)?|([^\s"{}\[\]:,]++))\s*+,?', re.DOTALL
)


def rewritten(text: str, changes: Mapping[Path, str | int]) -> str:
    """The document with other strings and numbers at some places. `text` is JSON that was parsed without an error,
    and each place holds a value that is neither an array nor an object."""
    if not changes:
        return text
    pieces: list[str] = []
    done = 0
    for path, start, end in _values(text):
        if path in changes:
            pieces += (text[done:start], _written(changes[path], text[start:end]))
            done = end
    return "".join((*pieces, text[done:]))


def _written(value: str | int, old: str) -> str:
    """Beyond ASCII as what stood there was written."""
    return json.dumps(value, ensure_ascii=old.isascii())


def _values(text: str) -> Iterator[tuple[Path, int, int]]:
    """Every string, number and literal: the way to it, and where it stands."""
    way: list[str | int] = []
    arrays: list[bool] = []
    position = int(text.startswith("\ufeff"))
    while found := _TOKEN.match(text, position):
        position = found.end()
        if found[4]:
            way[-1] = json.loads(found[3])
        elif found[1]:
            arrays.append(found[1] == "[")
            way.append(0 if arrays[-1] else "")
        else:
            if found[2]:
                arrays.pop()
                way.pop()
            else:
                group = 3 if found[3] else 5
                yield tuple(way), found.start(group), found.end(group)
            if arrays and arrays[-1]:
                way[-1] = int(way[-1]) + 1
