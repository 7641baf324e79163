"""Text that a regular expression matches, for the part of the syntax that all of Pact's languages share."""

from __future__ import annotations

import string
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import NoReturn

from integtest.errors import ContractError

_Sample = Callable[[Random], str]
_MORE = 5
"""How often `*` and `+` repeat at most."""
_LONGEST = 10_000
_DEEPEST = 50
_WORD = string.ascii_letters + string.digits + "_"
_ANY = string.ascii_letters + string.digits
_PRINTABLE = "".join(map(chr, range(32, 127)))
_SETS = {"d": string.digits, "w": _WORD, "s": " ", "h": string.hexdigits[:16]}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_ANCHORS = frozenset("bBAzZG")


def text_for(pattern: str, rng: Random) -> str:
    """A text that `pattern` matches whole; ContractError for what only some languages know."""
    return _compiled(pattern)(rng)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> _Sample:
    reader = _Reader(pattern)
    sample = reader.alternatives()
    if reader.at < len(pattern):
        reader.refuse("an unmatched )")
    return sample


class _Reader:
    """A recursive descent over one pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self._depth = 0

    def refuse(self, what: str) -> NoReturn:
        """Raise ContractError naming what cannot be sampled."""
        raise ContractError(
            f"no text can be made for the regular expression {self.pattern!r}: {what}",
            hint="give the generator a simpler pattern, or take it away so that the example is used",
        )

    def alternatives(self) -> _Sample:
        """One of several sequences."""
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else lambda rng: rng.choice(branches)(rng)

    def _sequence(self) -> _Sample:
        pieces: list[_Sample] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            pieces.append(self._repeated(self._atom()))
        return lambda rng: "".join(piece(rng) for piece in pieces)

    def _repeated(self, atom: _Sample) -> _Sample:
        least, most = self._bounds()
        if (least, most) == (1, 1):
            return atom
        if not self._take("?"):
            self._take("+")
        return lambda rng: "".join(atom(rng) for _ in range(rng.randint(least, most)))

    def _bounds(self) -> tuple[int, int]:
        if self._take("*"):
            return 0, _MORE
        if self._take("+"):
            return 1, _MORE
        if self._take("?"):
            return 0, 1
        end = self.pattern.find("}", self.at)
        if not self.pattern.startswith("{", self.at) or end < 0:
            return 1, 1
        least, comma, most = self.pattern[self.at + 1 : end].partition(",")
        if not (least or comma) or not (least + most).replace(" ", "").isdecimal():
            return 1, 1
        self.at = end + 1
        low = int(least or 0)
        high = int(most) if most.strip() else low + _MORE if comma else low
        if not low <= high <= _LONGEST:
            self.refuse(f"a repetition of {least or 0} to {most or least} times")
        return low, high

    def _atom(self) -> _Sample:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return _one_of(self._class())
        if char == "\\":
            return self._escape()
        if char in "^$":
            return lambda _: ""
        return _one_of(_ANY) if char == "." else lambda _: char

    def _group(self) -> _Sample:
        if self._take("?"):
            if self._take(":") or self._take(">"):
                pass
            elif self._take("P<") or (self._peek("<") and not self._peek("<=") and not self._peek("<!")):
                self._name_of_group()
            else:
                self.refuse("a look-around or an option")
        self._depth += 1
        if self._depth > _DEEPEST:
            self.refuse(f"more than {_DEEPEST} groups within each other")
        sample = self.alternatives()
        if not self._take(")"):
            self.refuse("a group without end")
        self._depth -= 1
        return sample

    def _name_of_group(self) -> None:
        end = self.pattern.find(">", self.at)
        if end < 0:
            self.refuse("a group's name without end")
        self.at = end + 1

    def _escape(self) -> _Sample:
        char = self._next()
        if char in _ANCHORS:
            return lambda _: ""
        chars = self._escaped(char)
        return _one_of(chars)

    def _escaped(self, char: str) -> str:
        """The characters that `\\char` stands for."""
        if char in _SETS:
            return _SETS[char]
        if char.lower() in _SETS:
            return "".join(c for c in _PRINTABLE if c not in _SETS[char.lower()])
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char in "xu":
            return self._code({"x": 2, "u": 4}[char])
        if char.isalnum():
            self.refuse(f"\\{char}")
        return char

    def _code(self, digits: int) -> str:
        code = self.pattern[self.at : self.at + digits]
        self.at += digits
        if len(code) < digits or any(c not in string.hexdigits for c in code):
            self.refuse("a character's code")
        return chr(int(code, 16))

    def _class(self) -> str:
        negated = self._take("^")
        chars = self._next() if self._peek("]") else ""
        while not self._take("]"):
            if self._peek("[:"):
                self.refuse("a POSIX class")
            first = self._member()
            if len(first) == 1 and self._peek("-") and not self._peek("-]"):
                self.at += 1
                last = self._member()
                first = "".join(map(chr, range(ord(first), ord(last[:1]) + 1)))
            chars += first
        if negated:
            chars = "".join(c for c in _PRINTABLE if c not in chars)
        return chars or (self.refuse("an empty class") and "")

    def _member(self) -> str:
        char = self._next()
        return self._escaped(self._next()) if char == "\\" else char

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            self.refuse("it ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if not self._peek(text):
            return False
        self.at += len(text)
        return True


def _one_of(chars: str) -> _Sample:
    return (lambda _: chars) if len(chars) == 1 else lambda rng: rng.choice(chars)
