"""The allow-list: what a recording from beyond loopback may keep as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from integtest.errors import ConfigError
from integtest.rules.secrets.places import At

_STEP = re.compile(r"\.\.|\.?\*|\.([^.\[\]*]+)|\[(\d+|\*)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")


def _pointer(path: str) -> str:
    """A Pact path as a pattern for JSON pointers."""
    result, position = "", 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise ConfigError(
                f"cannot read the keep path {path!r} from {path[position:]!r} on",
                hint="write $.choices[*].finish_reason, header.Name, query.name or a media type such as image/*",
            )
        position = step.end()
        name = next((g for g in step.groups() if g is not None), None)
        if step[0] == "..":
            result += "(?:/[^/]*)*"
            position -= 1
        elif name is None or name == "*":
            result += "/[^/]*"
        else:
            result += "/" + re.escape(name.replace("~", "~0").replace("/", "~1"))
    return result


class Keep:
    """Tells kept places from others. `listed_only` is False where all but secrets is kept."""

    def __init__(self, paths: Iterable[str], *, listed_only: bool) -> None:
        self.listed_only = listed_only
        self.headers: set[str] = set()
        self._query: set[str] = set()
        self._media: list[re.Pattern[str]] = []
        pointers = []
        for path in paths:
            if path.startswith("$"):
                pointers.append(_pointer(path))
            elif path.startswith("header."):
                self.headers.add(path[7:].lower())
            elif path.startswith("query."):
                self._query.add(path[6:])
            elif "/" in path:
                self._media.append(re.compile(re.escape(path.lower()).replace(r"\*", "[^/]*")))
            else:
                _pointer("$" + path)
        self._pointers = re.compile("|".join(pointers)) if pointers else None

    def keeps(self, at: At) -> bool:
        """True when the text at this place may stay, secrets in it apart."""
        if not self.listed_only:
            return True
        pointer = at.where[at.root :]
        if pointer.startswith("/query/") and at.where.endswith("/url", 0, at.root):
            return pointer[7:] in self._query
        return self._pointers is not None and self._pointers.fullmatch(pointer) is not None

    def keeps_media(self, media_type: str) -> bool:
        """True when bodies of this type may stay."""
        return any(pattern.fullmatch(media_type) for pattern in self._media)
