"""A cassette's exchanges, ready to be played: by key, in the order recorded, each once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from hashlib import blake2b
from itertools import repeat
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


class _Kind(list[int]):
    """The numbers of one key's recordings, and how many of them were played, from the first."""

    __slots__ = ("turn",)

    def __init__(self) -> None:
        self.turn = 0


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
        self._kinds: dict[bytes, _Kind] = {}
        """By the digest of the key."""
        self._exact: dict[bytes, bytes] = {}
        self._met: dict[Hashable, _Kind] = {}
        """By the exact request, as it was recorded or came, which is quicker to hash than to digest."""
        self.play_count = 0
        """How many of the exchanges were asked for."""
        self._marks = list(repeat(None, len(self._recorded)) if marks is None else marks)
        for place, mark in enumerate(self._marks):
            if mark is None:
                self._note_request(self._recorded[place].request, place)
            else:
                self._note_mark(mark, place)

    def __len__(self) -> int:
        return len(self._recorded) + len(self._added)

    @property
    def marks(self) -> list[Mark]:
        """Of each exchange that it was made of, in order."""
        keys = {place: key for key, kind in self._kinds.items() for place in kind}
        return [
            Mark(keys[place], self._exact_digest(self._recorded[place].request)) if mark is None else mark
            for place, mark in enumerate(self._marks)
        ]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded, in order."""
        return (*self._recorded, *self._added)

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """What no request has asked for yet, in order."""
        return tuple(map(self.at, self.unplayed_numbers))

    @property
    def unplayed_numbers(self) -> list[int]:
        """Their numbers, from 0."""
        with self._lock:
            return sorted(place for kind in self._kinds.values() for place in kind[kind.turn :])

    def take(self, request: Request) -> Exchange | None:
        """The next recording of this request, None when there is none or all were played."""
        kind = self._kind(request)
        if kind is None:
            return None
        with self._lock:
            turn = kind.turn
            if turn < len(kind):
                kind.turn = turn + 1
                self.play_count += 1
            elif self.matching.repeats:
                turn = -1
            else:
                return None
            place = kind[turn]
        return self.at(place)

    def knows(self, request: Request) -> bool:
        """Whether the request was recorded at all, played or not."""
        return self._kind(request) is not None

    def add(self, exchange: Exchange) -> None:
        """Keep a new recording; it counts as played, for its request has just been answered."""
        with self._lock:
            place = len(self)
            self._added.append(exchange)
            kind = self._note_request(exchange.request, place)
            kind.insert(kind.turn, kind.pop())
            kind.turn += 1
            self.play_count += 1

    def miss(self, request: Request) -> Miss:
        """Why `take` gave nothing: all played, or the nearest recording and what differs."""
        with self._lock:
            kind = self._kinds.get(_digest(self._keys.key(request)))
            return explain(request, self.exchanges, self._keys, len(kind) if kind else 0)

    def at(self, place: int) -> Exchange:
        """The exchange of a number."""
        known = len(self._recorded)
        return self._recorded[place] if place < known else self._added[place - known]

    def _kind(self, request: Request) -> _Kind | None:
        """A request that was recorded just so needs no interpretation."""
        exact = self._keys.exact(request)
        if exact is None:
            return self._kinds.get(_digest(self._keys.key(request)))
        kind = self._met.get(exact)
        if kind is None:
            key = self._exact.get(_digest(exact)) if self._exact else None
            if key is None:
                return self._kinds.get(_digest(self._keys.key(request)))
            self._met[exact] = kind = self._kinds[key]
        return kind

    def _note(self, key: bytes, place: int) -> _Kind:
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = _Kind()
        kind.append(place)
        return kind

    def _note_mark(self, mark: Mark, place: int) -> None:
        self._note(mark.key, place)
        if mark.exact is not None:
            self._exact[mark.exact] = mark.key

    def _note_request(self, request: Request, place: int) -> _Kind:
        kind = self._note(_digest(self._keys.key(request)), place)
        exact = self._keys.exact(request)
        if exact is not None:
            self._met[exact] = kind
        return kind

    def _exact_digest(self, request: Request) -> bytes | None:
        exact = self._keys.exact(request)
        return None if exact is None else _digest(exact)


def _digest(value: Hashable) -> bytes:
    """Of nested tuples of text, bytes and numbers, which `repr` tells apart."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).digest()
