"""What a reader of JSON holds: the objects and arrays that are open, and strings with their places."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from integtest.rules.secrets.edits import Edit, mapped, moved
from integtest.rules.secrets.places import At

_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
_DEEPEST_POINTER = 200


class Open:
    """An object or array being read; its members are judged when it ends, so that each knows its siblings."""

    __slots__ = ("_at", "anchor", "count", "deep", "is_array", "keys", "kind", "members", "name", "parent", "step")

    def __init__(
        self, name: str, kind: str | None, parent: Open | None, step: str | int, *, is_array: bool
    ) -> None:
        self.name, self.kind, self.is_array = name, kind, is_array
        self.parent, self.step = parent, step
        self.deep: int = parent.deep + 1 if parent else 0
        self.anchor: Open = self if parent is None or self.deep < _DEEPEST_POINTER else parent.anchor
        self.members: list[tuple[int, int, str | int, bool]] = []
        self.keys: list[str] = []
        self.count = 0
        self._at: At | None = None

    def at(self) -> At:
        """Its place, worked out when it is first asked for; that of a very deep one is its ancestor's."""
        if self.anchor is not self:
            return self.anchor.at()
        if self._at is None:
            above = _ROOT if self.parent is None else self.parent.at()
            self._at = above.below(self.step) if self.deep > 1 else above
        return self._at

    def stands_at(self, at: At) -> Open:
        """The same, at a place that is given."""
        self._at = at
        return self


_ROOT = At("")


def decoded(inner: str) -> str:
    """The text that stands between a JSON string's quotes; as written where its escapes are wrong."""
    if "\\" not in inner:
        return inner
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return inner


def string_edits(inner: str, value: str, edits: Sequence[Edit[str]], start: int) -> list[Edit[str]]:
    """Edits of a decoded string as edits of the document, where its inner text begins at `start`."""
    if not edits:
        return []
    offsets: Sequence[int]
    if value is inner or value == inner:
        offsets = range(len(inner) + 1)
    else:
        offsets = [m.start() for m in _CHARACTER.finditer(inner)]
        offsets.append(len(inner))
    return moved(mapped(edits, offsets, lambda new: json.dumps(new)[1:-1]), start)
