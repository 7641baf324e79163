"""What becomes of what is found: a stand-in, a mask, a mark in a key, or a note that it is there."""

from __future__ import annotations

import re
from typing import NamedTuple

from integtest.rules.secrets import jwt, shapes
from integtest.rules.secrets.literals import Literals
from integtest.rules.secrets.places import At
from integtest.rules.secrets.stand_ins import Ledger, Make, is_any_stand_in

MASK = "***"
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_LOCAL = frozenset({"postcode", "birth-date", "date", "placeholder", "opaque", "cookie"})
"""Kinds whose values are too common to be looked for elsewhere."""


class Replacement(NamedTuple):
    """Something was replaced: where (a JSON pointer from the exchange), and what kind it was."""

    where: str
    kind: str


class Doubt(NamedTuple):
    """A place that could not be judged, and why."""

    where: str
    reason: str


def spreads(value: str, kind: str) -> bool:
    """True for a value so particular that it is the same thing wherever it stands."""
    if kind in _LOCAL and not (kind in ("cookie", "opaque") and len(value) >= 16):
        return False
    if len(value) < 8 or len(value) > 8192:
        return False
    mixed = any(c.isdigit() for c in value) or not (value.islower() or value.istitle() or value.isupper())
    return mixed or len(value) >= 12


class Action:
    """The base: what is learned spreads, doubts are noted."""

    readable = False
    forced = False
    """True when also what looks taken out already is replaced."""
    marks_stand_ins = False
    """True when stand-ins are replaced too, wherever they stand."""

    def __init__(self) -> None:
        self.learned = Literals()
        self.doubts: dict[Doubt, None] = {}
        self.replaced: dict[Replacement, None] = {}

    def replace(self, value: str, kind: str, at: At, make: Make | None = None) -> str:
        """What stands in the value's place."""
        raise NotImplementedError

    def number(self, raw: str, kind: str, at: At) -> str | None:
        """What a JSON number becomes, or None."""
        new = self.replace(raw, kind, at)
        return None if new == raw else new

    def learn(self, value: str, kind: str) -> None:
        """The same value is looked for elsewhere."""
        if spreads(value, kind):
            self.learned.add(value, kind)

    def doubt(self, at: At, reason: str) -> None:
        """This place could not be judged."""
        self.doubts[Doubt(at.where, reason)] = None


def _is_there(value: str) -> bool:
    """True for a stand-in of any kind: what stands under a name now may have been found by its shape before."""
    return jwt.is_stand_in(value) if jwt.is_jwt(value) else is_any_stand_in(value)


class Fake(Action):
    """Gives stand-ins, and keeps those that are there."""

    def __init__(self, ledger: Ledger, learned: Literals) -> None:
        super().__init__()
        self.ledger, self.learned = ledger, learned

    def replace(self, value: str, kind: str, at: At, make: Make | None = None) -> str:
        if kind != "known" and _is_there(value) and value not in self.ledger:
            self.ledger.keep(value)
            return value
        new = self.ledger.stand_in(value, kind, make)
        if new != value:
            self.learn(value, kind)
            self.replaced[Replacement(at.where, kind)] = None
        return new

    def number(self, raw: str, kind: str, at: At) -> str | None:
        if _is_number(raw) and self.replace(raw, kind, at) == raw:
            return None
        new = self.ledger.stand_in(raw, kind)
        return new if _is_number(new) else self.ledger.stand_in(f"{raw}\0", kind, _digits_only)


def _digits_only(value: str, number: int) -> str:
    places = sum(c.isdigit() for c in value)
    source = iter(shapes.digits(places, number))
    return "".join(next(source) if c.isdigit() else c for c in value[:-1])


def _is_number(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None


class Mask(Action):
    """For people, and for lookup keys: the same mark for every value, real or stand-in."""

    readable = True
    forced = True

    def __init__(self, number: str = f'"{MASK}"', *, marks_stand_ins: bool = False) -> None:
        super().__init__()
        self._number, self.marks_stand_ins = number, marks_stand_ins

    def replace(self, value: str, kind: str, at: At, make: Make | None = None) -> str:
        del make
        self.learn(value, kind)
        self.replaced[Replacement(at.where, kind)] = None
        return MASK

    def number(self, raw: str, kind: str, at: At) -> str | None:
        self.replace(raw, kind, at)
        return self._number


class Note(Action):
    """For checking: nothing is changed."""

    def replace(self, value: str, kind: str, at: At, make: Make | None = None) -> str:
        if kind == "known" or not _is_there(value):
            if make is not None:
                make(value, 1)
            self.learn(value, kind)
            self.replaced[Replacement(at.where, kind)] = None
        return value
