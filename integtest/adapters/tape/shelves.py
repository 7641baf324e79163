"""The recordings of several cassettes as one, each from the cache where an earlier run left it there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, repeat
from pathlib import Path
from typing import overload

from integtest.adapters.tape.shelf import Shelf, open_shelf
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place, Request
from integtest.rules.replay import Library, Mark, Matching
from integtest.rules.secrets import KeyMasker, Policy


class Shelves:
    """Several cassettes' exchanges, in order, with what earlier runs worked out of them. Nothing that the cache
    holds is read before it is asked for."""

    def __init__(self, shelves: Sequence[Shelf]) -> None:
        self._shelves = shelves
        self._ends = list(accumulate(len(shelf.exchanges) for shelf in shelves))
        one = len(shelves) == 1
        self.exchanges: Sequence[Exchange] = shelves[0].exchanges if one else _Chain(shelves, self._ends)

    def __len__(self) -> int:
        return len(self.exchanges)

    @property
    def marks(self) -> list[Mark | None]:
        """What each is looked up by, None where nobody knows it yet."""
        return [mark for shelf in self._shelves for mark in shelf.marks or repeat(None, len(shelf.exchanges))]

    @property
    def hosts(self) -> frozenset[str]:
        """Where they were recorded, as host[:port]."""
        return frozenset(host for shelf in self._shelves for host in shelf.hosts)

    @property
    def origins(self) -> list[str]:
        """Where they were recorded, with the scheme, in the order met."""
        return list(dict.fromkeys(origin for shelf in self._shelves for origin in shelf.origins))

    def place(self, number: int) -> Place:
        """Where an exchange stands in its cassette."""
        which = bisect_right(self._ends, number)
        return self._shelves[which].place(number - (self._ends[which - 1] if which else 0))

    def keep(self, marks: Callable[[], Sequence[Mark]]) -> None:
        """Put what came from cassettes and is worth it into the cache; `marks` are asked for only then."""
        if not any(shelf.is_new for shelf in self._shelves):
            return
        known, start = marks(), 0
        for shelf, end in zip(self._shelves, self._ends, strict=True):
            shelf.keep(known[start:end])
            start = end


class _Chain(Sequence[Exchange]):
    def __init__(self, shelves: Sequence[Shelf], ends: Sequence[int]) -> None:
        self._parts, self._ends = [shelf.exchanges for shelf in shelves], ends

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, number: int) -> Exchange: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Exchange]: ...

    def __getitem__(self, number: int | slice) -> Exchange | Sequence[Exchange]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        which = bisect_right(self._ends, number)
        return self._parts[which][number - (self._ends[which - 1] if which else 0)]


def marks_of(exchanges: Sequence[Exchange], matching: Matching, mask: Callable[[Request], Request]) -> list[Mark]:
    """What each is looked up by."""
    return Library(exchanges, matching, mask=mask).marks


def open_cassette(path: Path, policy: Policy) -> Cassette:
    """All exchanges of a cassette, without its metadata, by way of the cache, which a default replay shares."""
    matching = Matching()
    shelf = open_shelf(path, matching, policy)
    Shelves([shelf]).keep(lambda: marks_of(shelf.exchanges, matching, KeyMasker(policy).mask))
    return Cassette.of({"exchanges": tuple(shelf.exchanges), "metadata": {}, "place": Place(file=str(path))})
