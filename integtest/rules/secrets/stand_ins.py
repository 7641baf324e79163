"""The stand-ins of every kind, and the ledger that gives the same value the same stand-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from integtest.rules.secrets import kinds, national, shapes
from integtest.rules.secrets.vendors import prefix_of

_SHAPES = kinds.SHAPES | national.SHAPES
_TRIES = 40
_LONGEST = 400
"""Characters of the longest value that may have a form of its own."""

Make = Callable[[str, int], str | None]


def make_stand_in(kind: str) -> Make:
    """The maker of stand-ins of a kind."""
    return _SHAPES.get(kind, kinds.GENERAL).make


def is_stand_in(value: str, kind: str) -> bool:
    """True for a stand-in of this kind, or of a general one."""
    return _SHAPES.get(kind, kinds.GENERAL).known(value) or shapes.is_filled(value)


def is_any_stand_in(value: str) -> bool:
    """True for a stand-in of any kind."""
    return _is_any(value) if len(value) <= _LONGEST else _is_general(value)


def _is_general(value: str) -> bool:
    return kinds.GENERAL.known(value) or shapes.is_part(value[len(prefix_of(value)) :])


@lru_cache(maxsize=65536)
def _is_any(value: str) -> bool:
    return _is_general(value) or any(shape.known(value) for shape in _SHAPES.values())


class Ledger:
    """Real values and their stand-ins, in memory only."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._used: set[str] = set()
        self._met: set[str] = set()
        self._count: Counter[str] = Counter()

    def __contains__(self, value: str) -> bool:
        return value in self._given

    def keep(self, stand_in: str) -> None:
        """Takes note of a stand-in that is there already, so that no other value gets it."""
        if stand_in not in self._used:
            self._used.add(stand_in)
            self._met.add(stand_in)

    def take(self, other: Ledger) -> None:
        """Takes note of the stand-ins that another ledger met, not of those it gave."""
        self._used |= other._met

    def stand_in(self, value: str, kind: str, make: Make | None = None) -> str:
        """The stand-in of a value: the same every time, another for every value as long as there are any."""
        given = self._given.get(value)
        if given is None:
            given = self._given[value] = self._new(value, kind, make or make_stand_in(kind))
            self._used.add(given)
        return given

    def _new(self, value: str, kind: str, make: Make) -> str:
        made = None
        for _ in range(_TRIES):
            self._count[kind] += 1
            made = make(value, self._count[kind]) or made
            if made is not None and made != value and made not in self._used:
                return made
        return made or shapes.filled(value, self._count[kind])
