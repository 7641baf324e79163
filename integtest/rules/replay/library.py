"""A cassette's exchanges, ready to be played: by key, in the order recorded, each once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from threading import Lock

from integtest.model.http import Exchange, Request
from integtest.rules.replay.keys import Key, Keys
from integtest.rules.replay.matching import Matching
from integtest.rules.replay.nearest import Miss, explain


class Library:
    """Finds the recording that answers a request in constant time. Safe in threads: two callers never get the
    same recording unless `matching.repeats` allows it."""

    def __init__(
        self,
        exchanges: Iterable[Exchange] = (),
        matching: Matching | None = None,
        *,
        mask: Callable[[Request], Request] | None = None,
    ) -> None:
        self.matching = matching or Matching()
        self._keys = Keys(self.matching, mask)
        self._lock = Lock()
        self._exchanges: list[Exchange] = []
        self._index: dict[Key, list[int]] = {}
        self._exact: dict[Hashable, Key] = {}
        self._next: dict[Key, int] = {}
        self._played: set[int] = set()
        for exchange in exchanges:
            self._append(exchange)

    def __len__(self) -> int:
        return len(self._exchanges)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded, in order."""
        return tuple(self._exchanges)

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """What no request has asked for yet, in order."""
        return tuple(e for n, e in enumerate(self._exchanges) if n not in self._played)

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
            return self._exchanges[places[turn]]

    def knows(self, request: Request) -> bool:
        """Whether the request was recorded at all, played or not."""
        return self._key(request) in self._index

    def add(self, exchange: Exchange) -> None:
        """Keep a new recording; it counts as played, for its request has just been answered."""
        with self._lock:
            key = self._append(exchange)
            self._played.add(len(self._exchanges) - 1)
            self._next[key] = len(self._index[key])

    def miss(self, request: Request) -> Miss:
        """Why `take` gave nothing: all played, or the nearest recording and what differs."""
        with self._lock:
            played = len(self._index.get(self._keys.key(request), ()))
            return explain(request, self._exchanges, self._keys, played)

    def _key(self, request: Request) -> Key:
        """A request that was recorded just so needs no interpretation."""
        return self._exact.get(self._keys.exact(request)) or self._keys.key(request)

    def _append(self, exchange: Exchange) -> Key:
        key = self._keys.key(exchange.request)
        exact = self._keys.exact(exchange.request)
        if exact is not None:
            self._exact[exact] = key
        self._index.setdefault(key, []).append(len(self._exchanges))
        self._exchanges.append(exchange)
        return key
