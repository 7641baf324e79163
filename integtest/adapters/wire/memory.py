"""What was found for a request is found again without judging: a client asks the same thing often."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from integtest.model.http import Request
from integtest.model.matching import RequestPattern

_REMEMBERED = 2048
_LARGEST = 16 * 1024
_ALWAYS = ("content-type", "content-encoding")


class Memory:
    """The last 2,048 different requests whose bodies are at most 16 KiB, by all that a pattern can look at."""

    def __init__(self, patterns: Iterable[RequestPattern] = ()) -> None:
        self._names = frozenset((*_ALWAYS, *(name.lower() for p in patterns for name in p.headers)))
        self._found: dict[Hashable, list[int]] = {}

    def emptied(self) -> Memory:
        """A new one for the same patterns."""
        fresh = Memory()
        fresh._names = self._names
        return fresh

    def key(self, request: Request) -> Hashable:
        """Equal for requests that every pattern judges alike; None for one that is not remembered."""
        if len(request.body) > _LARGEST:
            return None
        headers = [(low, value) for name, value in request.headers if (low := name.lower()) in self._names]
        return (request.method, request.url, request.body, tuple(headers))

    def recall(self, key: Hashable) -> list[int] | None:
        """What was kept under the key."""
        return self._found.get(key)

    def keep(self, key: Hashable, found: list[int]) -> None:
        """Remembers; the oldest goes when there are too many."""
        if key is None:
            return
        if len(self._found) >= _REMEMBERED:
            self._found.pop(next(iter(self._found), None), None)
        self._found[key] = found
