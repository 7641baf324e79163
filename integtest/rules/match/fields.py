"""Everything of a message but its body: method, path, status, query, headers, metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from integtest.model.finding import Mismatch
from integtest.model.http import Headers
from integtest.model.matching import RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.text import TextJudge


class MethodJudge:
    """Methods compare without case, as Pact does."""

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self._text = TextJudge(engine, expected.upper(), rules)

    def judge(self, actual: str) -> list[Mismatch]:
        """At most one mismatch."""
        why = self._text.differs(actual.upper())
        return (
            [Mismatch(part="method", path="method", message=why, expected=self._text.expected, actual=actual)]
            if why
            else []
        )


class PathJudge:
    """Paths compare decoded."""

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self._text = TextJudge(engine, expected, rules)

    def judge(self, actual: str) -> list[Mismatch]:
        """At most one mismatch; `actual` is still percent-encoded."""
        decoded = unquote(actual)
        why = self._text.differs(decoded)
        return (
            [Mismatch(part="path", path="path", message=why, expected=self._text.expected, actual=decoded)]
            if why
            else []
        )


class StatusJudge:
    """The status code."""

    def __init__(self, engine: MatchingEngine, expected: int, rules: RuleList | None) -> None:
        self._expected = expected

    def judge(self, actual: int) -> list[Mismatch]:
        """At most one mismatch."""
        if actual == self._expected:
            return []
        why = f"expected status {self._expected}, got {actual}"
        return [Mismatch(part="status", path="status", message=why, expected=self._expected, actual=actual)]


class QueryJudge:
    """Query parameters: none missing, none unexpected, the values of one name in order."""

    def __init__(
        self, engine: MatchingEngine, expected: Mapping[str, tuple[str | None, ...]], rules: Mapping[str, RuleList]
    ) -> None:
        self._values = {
            name: [TextJudge(engine, value or "", rules.get(name)) for value in values]
            for name, values in expected.items()
        }

    def judge(self, actual: Sequence[tuple[str, str]]) -> list[Mismatch]:
        """One mismatch for each name or value that differs."""
        seen: dict[str, list[str]] = {}
        for name, value in actual:
            seen.setdefault(name, []).append(value)
        found = []
        for name, judges in self._values.items():
            values = seen.pop(name, None)
            if values is None:
                found.append(Mismatch(part="query", path=name, message=f'query parameter "{name}" is missing'))
            elif len(values) != len(judges):
                found.append(
                    Mismatch(part="query", path=name, message=f"expected {len(judges)} values, got {len(values)}")
                )
            else:
                for judge, value in zip(judges, values, strict=True):
                    if why := judge.differs(value):
                        found.append(
                            Mismatch(part="query", path=name, message=why, expected=judge.expected, actual=value)
                        )
        found += [
            Mismatch(part="query", path=n, message=f'query parameter "{n}" is not expected', actual=v)
            for n, v in seen.items()
        ]
        return found


class HeaderJudge:
    """Expected headers are there with their values; others are allowed."""

    def __init__(
        self, engine: MatchingEngine, expected: Mapping[str, tuple[str, ...]], rules: Mapping[str, RuleList]
    ) -> None:
        lowered = {name.lower(): rule for name, rule in rules.items()}
        self._values = {
            name: [TextJudge(engine, value, lowered.get(name.lower())) for value in values]
            for name, values in expected.items()
        }

    def judge(self, actual: Headers) -> list[Mismatch]:
        """One mismatch for each header that is missing or differs."""
        found = []
        for name, judges in self._values.items():
            values = [v for n, v in actual if n.lower() == name.lower()]
            if not values:
                found.append(Mismatch(part="header", path=name, message=f'header "{name}" is missing'))
                continue
            for judge, value in zip(judges, values, strict=False):
                if why := judge.differs(value):
                    found.append(
                        Mismatch(part="header", path=name, message=why, expected=judge.expected, actual=value)
                    )
        return found


class MetadataJudge:
    """Message metadata: each expected name is there with its value."""

    def __init__(self, engine: MatchingEngine, expected: Mapping[str, Any], rules: Mapping[str, RuleList]) -> None:
        self._expected = expected

    def judge(self, actual: Mapping[str, Any]) -> list[Mismatch]:
        """One mismatch for each name that is missing or differs."""
        return [
            Mismatch(
                part="metadata", path=name, message=f"expected {value!r}", expected=value, actual=actual.get(name)
            )
            for name, value in self._expected.items()
            if actual.get(name) != value
        ]
