"""Headers: names without case, lists whatever the white space, parameters in any order; others are allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integtest.model.finding import Mismatch
from integtest.model.http import Headers
from integtest.model.matching import RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.query import ValuesJudge, rules_for
from integtest.rules.match.words import shown

_PARAMETERISED = frozenset({"accept", "content-type"})
_LISTS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "access-control-request-headers",
        "allow",
        "cache-control",
        "if-match",
        "if-none-match",
        "vary",
    }
)
"""Headers whose value Pact splits at commas before it compares."""


class HeaderJudge:
    """The expected headers with their rules."""

    __slots__ = ("_names",)

    def __init__(
        self, engine: MatchingEngine, expected: Mapping[str, Sequence[str]], rules: Mapping[str, RuleList]
    ) -> None:
        self._names = [_NameJudge(engine, name, values, rules) for name, values in expected.items()]

    def judge(self, actual: Headers) -> list[Mismatch]:
        """One mismatch for each header that is missing or differs."""
        if not self._names:
            return []
        seen: dict[str, list[str]] = {}
        for name, value in actual:
            seen.setdefault(name.lower(), []).append(value)
        return [m for judge in self._names for m in judge.judge(seen.get(judge.folded))]


class _NameJudge:
    """One header."""

    __slots__ = ("_judge", "_ruled", "_values", "folded", "name")

    def __init__(
        self, engine: MatchingEngine, name: str, values: Sequence[str], rules: Mapping[str, RuleList]
    ) -> None:
        self.name = name
        self.folded = name.lower()
        self._values = _split(self.folded, values)
        found = rules_for(name, rules, fold=True)
        self._ruled = bool(found)
        self._judge = ValuesJudge(engine, self._values, found)

    def judge(self, actual: Sequence[str] | None) -> list[Mismatch]:
        """At most one mismatch for each of its values."""
        if actual is None:
            return [self._told(f"header {self.name!r} is missing", ", ".join(self._values), None)]
        seen = _split(self.folded, actual)
        if self._ruled:
            return [self._told(why, expected, value) for why, expected, value in self._judge.judge(seen)]
        if self._same(self._values, seen) or _joined(self._values) == _joined(seen):
            return []
        return [self._differing(seen)]

    def _same(self, expected: Sequence[str], actual: Sequence[str]) -> bool:
        if len(expected) != len(actual):
            return False
        differ = parameters_differ if self.folded in _PARAMETERISED else _texts_differ
        return not any(differ(e, a) for e, a in zip(expected, actual, strict=True))

    def _differing(self, seen: Sequence[str]) -> Mismatch:
        expected, actual = ", ".join(self._values), ", ".join(seen)
        return self._told(f"expected {shown(expected)}, got {shown(actual)}", expected, actual)

    def _told(self, why: str, expected: object, actual: object) -> Mismatch:
        return Mismatch(part="header", path=self.name, message=why, expected=expected, actual=actual)


def _split(name: str, values: Sequence[str]) -> list[str]:
    if name not in _LISTS:
        return [value.strip() for value in values]
    return [piece.strip() for value in values for piece in value.split(",")]


def _joined(values: Sequence[str]) -> str:
    """A list over several lines says the same as on one (RFC 9110, 5.3)."""
    return ",".join(piece.strip() for value in values for piece in value.split(","))


def _texts_differ(expected: str, actual: str) -> bool:
    return _joined([expected]) != _joined([actual])


def parameters_differ(expected: str, actual: str) -> bool:
    """True unless both start alike and each expected parameter is there, its value compared without case.

    A multipart boundary may differ: every sender chooses it anew (RFC 2046, 5.1.1).
    """
    wanted, *parameters = (piece.strip() for piece in expected.split(";"))
    seen, *others = (piece.strip() for piece in actual.split(";"))
    given = dict(map(_parameter, others))
    return wanted != seen or any(
        given.get(key) != value for key, value in map(_parameter, parameters) if key not in {"", "boundary"}
    )


def _parameter(written: str) -> tuple[str, str]:
    key, _, value = written.partition("=")
    return key.strip(), value.strip().lower()
