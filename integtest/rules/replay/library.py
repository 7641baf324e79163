"""A cassette's exchanges, ready to be played: by key, in the order recorded, each once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from integtest.model.http import Exchange, Request
from integtest.rules.replay.keys import Keys
from integtest.rules.replay.matching import Matching
from integtest.rules.replay.nearest import Miss, explain

MARK_BYTES = 16


class Mark(NamedTuple):
    """What a request is looked up by: a digest of its key, and one of the request as it stands, which leads to the
    key without interpreting it; None where nothing short of everything would."""

    key: bytes
    exact: bytes | None


class Library:
    """Finds the recording that answers a request in constant time. Safe in threads: two callers never get the
    same recording unless `matching.repeats` allows it.

    `marks` are those that a library with the same matching and mask made of the same exchanges, None where one is
    not known: an exchange that has one is not looked at before it is played.
    """

    def __init__(
        self,
        exchanges: Iterable[Exchange] = (),
        matching: Matching | None = None,
        *,
        mask: Callable[[Request], Request] | None = None,
        marks: Iterable[Mark | None] | None = None,
    ) -> None:
        self.matching = matching or Matching()
        self._keys = Keys(self.matching, mask)
        self._lock = Lock()
        self._recorded: Sequence[Exchange] = exchanges if isinstance(exchanges, Sequence) else tuple(exchanges)
        self._added: list[Exchange] = []
        self._index: dict[bytes, list[int]] = {}
        self._exact: dict[bytes, bytes] = {}
        self._met: dict[Hashable, bytes] = {}
        """Keys of the exact requests that came, which are quicker to hash than to digest."""
        self._next: dict[bytes, int] = {}
        self._played: set[int] = set()
        self.marks = list(map(self._mark, self._recorded)) if marks is None else self._completed(marks)
        """Of each exchange, in order."""
        for place, mark in enumerate(self.marks):
            self._note(mark, place)

    def __len__(self) -> int:
        return len(self.marks)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded, in order."""
        return (*self._recorded, *self._added)

    @property
    def play_count(self) -> int:
        """How many of the exchanges were asked for."""
        return len(self._played)

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """What no request has asked for yet, in order."""
        return tuple(map(self.at, self.unplayed_numbers))

    @property
    def unplayed_numbers(self) -> list[int]:
        """Their numbers, from 0."""
        return [place for place in range(len(self)) if place not in self._played]

    def take(self, request: Request) -> Exchange | None:
        """The next recording of this request, None when there is none or all were played."""
        key = self._key(request)
        with self._lock:
            places = self._index.get(key)
            if not places:
                return None
            turn = self._next.get(key, 0)
            if turn >= len(places):
                if not self.matching.repeats:
                    return None
                turn = len(places) - 1
            self._next[key] = turn + 1
            self._played.add(places[turn])
        return self.at(places[turn])

    def knows(self, request: Request) -> bool:
        """Whether the request was recorded at all, played or not."""
        return self._key(request) in self._index

    def add(self, exchange: Exchange) -> None:
        """Keep a new recording; it counts as played, for its request has just been answered."""
        mark = self._mark(exchange)
        with self._lock:
            place = len(self)
            self._added.append(exchange)
            self.marks.append(mark)
            self._note(mark, place)
            self._played.add(place)
            self._next[mark.key] = len(self._index[mark.key])

    def miss(self, request: Request) -> Miss:
        """Why `take` gave nothing: all played, or the nearest recording and what differs."""
        with self._lock:
            played = len(self._index.get(_digest(self._keys.key(request)), ()))
            return explain(request, self.exchanges, self._keys, played)

    def at(self, place: int) -> Exchange:
        """The exchange of a number."""
        known = len(self._recorded)
        return self._recorded[place] if place < known else self._added[place - known]

    def _key(self, request: Request) -> bytes:
        """A request that was recorded just so needs no interpretation."""
        exact = self._keys.exact(request)
        if exact is None:
            return _digest(self._keys.key(request))
        key = self._met.get(exact)
        if key is None:
            key = self._exact.get(_digest(exact))
            if key is None:
                return _digest(self._keys.key(request))
            self._met[exact] = key
        return key

    def _mark(self, exchange: Exchange) -> Mark:
        exact = self._keys.exact(exchange.request)
        return Mark(_digest(self._keys.key(exchange.request)), None if exact is None else _digest(exact))

    def _completed(self, marks: Iterable[Mark | None]) -> list[Mark]:
        return [self._mark(self._recorded[n]) if mark is None else mark for n, mark in enumerate(marks)]

    def _note(self, mark: Mark, place: int) -> None:
        if mark.exact is not None:
            self._exact[mark.exact] = mark.key
        self._index.setdefault(mark.key, []).append(place)


def _digest(value: Hashable) -> bytes:
    """Of nested tuples of text, bytes and numbers, which `repr` tells apart."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).digest()
