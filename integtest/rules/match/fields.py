"""What is one value of a message: method, path, status, and message metadata."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from integtest.model.finding import Mismatch
from integtest.model.matching import Body, RuleList
from integtest.ports import BodyMatcher, MatchingEngine
from integtest.rules.match.headers import parameters_differ
from integtest.rules.match.paths import parse, render
from integtest.rules.match.target import decoded
from integtest.rules.match.text import TextJudge
from integtest.rules.match.words import joined, shown


class MethodJudge:
    """Methods compare without case, as Pact compares them."""

    __slots__ = ("_text",)

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self._text = TextJudge(engine, expected.upper(), rules)

    def judge(self, actual: str) -> list[Mismatch]:
        """At most one mismatch."""
        return _one("method", self._text, actual.upper())


class PathJudge:
    """Paths compare decoded (RFC 3986, 6.2.2.2), whether the contract writes them so or not."""

    __slots__ = ("_text", "_written")

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self._written = None if rules else expected
        self._text = TextJudge(engine, decoded(expected), rules)

    def judge(self, actual: str) -> list[Mismatch]:
        """At most one mismatch for a path as it was sent."""
        return [] if actual == self._written else _one("path", self._text, decoded(actual))


class StatusJudge:
    """The status code, or a range of them by the rule statusCode."""

    __slots__ = ("_expected", "_range", "_text")

    def __init__(self, engine: MatchingEngine, expected: int, rules: RuleList | None) -> None:
        self._expected = expected
        self._text = TextJudge(engine, str(expected), rules)
        self._range = _range(rules)

    def judge(self, actual: int) -> list[Mismatch]:
        """At most one mismatch."""
        if actual == self._expected and self._range is None:
            return []
        why = self._text.differs(str(actual))
        if why is None:
            return []
        wanted = self._range or str(self._expected)
        message = f"expected status {wanted}, got {actual}"
        return [Mismatch(part="status", path="status", message=message, expected=self._expected, actual=actual)]


_RANGES: Mapping[str, str] = {
    "info": "1xx",
    "success": "2xx",
    "redirect": "3xx",
    "clientError": "4xx",
    "serverError": "5xx",
    "nonError": "below 400",
    "error": "4xx or 5xx",
}


def _range(rules: RuleList | None) -> str | None:
    """The range that a statusCode rule names."""
    for matcher in rules.matchers if rules else ():
        if matcher.match in {"statusCode", "status-code"}:
            status = matcher.args.get("status", "success")
            return _RANGES[status] if isinstance(status, str) else " or ".join(map(str, status))
    return None


def _one(part: Literal["method", "path"], text: TextJudge, actual: str) -> list[Mismatch]:
    why = text.differs(actual)
    if why is None:
        return []
    return [Mismatch(part=part, path=part, message=why, expected=text.expected, actual=actual)]


class MetadataJudge:
    """Message metadata: each expected name is there with its value; other names are allowed."""

    __slots__ = ("_judges",)

    def __init__(self, engine: MatchingEngine, expected: Mapping[str, Any], rules: Mapping[str, RuleList]) -> None:
        self._judges = {name: _value_judge(engine, name, value, rules) for name, value in expected.items()}

    def judge(self, actual: Mapping[str, Any]) -> list[Mismatch]:
        """One mismatch for each name that is missing or differs."""
        found: list[Mismatch] = []
        for name, (expected, differs) in self._judges.items():
            if name not in actual:
                why: str | None = f"metadata {name!r} is missing"
            else:
                why = differs(actual[name])
            if why:
                seen = actual.get(name)
                found.append(Mismatch(part="metadata", path=name, message=why, expected=expected, actual=seen))
        return found


_Differs = Callable[[Any], str | None]


def _value_judge(
    engine: MatchingEngine, name: str, expected: Any, rules: Mapping[str, RuleList]
) -> tuple[Any, _Differs]:
    mine = _rules_of(name, rules)
    if mine:
        body = Body(state="present", content=_canonical(expected), content_type="application/json")
        matcher = engine.body(body, mine)
        combine = mine["$"].combine if "$" in mine else "AND"
        return expected, lambda actual: _ruled(matcher, combine, actual)
    if name.lower() in {"contenttype", "content-type"}:
        return expected, lambda actual: _unequal(expected, actual, parameters_differ(str(expected), str(actual)))
    return expected, lambda actual: _unequal(expected, actual, _canonical(expected) != _canonical(actual))


def _rules_of(name: str, rules: Mapping[str, RuleList]) -> dict[str, RuleList]:
    """The rules below `name`, as rules of its value."""
    found = {}
    for path, rule in rules.items():
        try:
            steps: tuple[Any, ...] = parse(path)
        except ValueError:  # a name that is no path speaks of itself alone
            steps = (path,)
        if steps and str(steps[0]) == name:
            found[render(steps[1:])] = rule
    return found


def _ruled(matcher: BodyMatcher, combine: str, actual: Any) -> str | None:
    found = matcher.mismatches(_canonical(actual), None)
    return joined([m.message for m in found], combine) or None


def _unequal(expected: Any, actual: Any, differs: bool) -> str | None:
    return f"expected {shown(expected)}, got {shown(actual)}" if differs else None


def _canonical(value: Any) -> bytes:
    """Equal for equal JSON values; 1 and true, 1 and 1.0 are not equal."""
    return json.dumps(value, sort_keys=True, default=str).encode()
