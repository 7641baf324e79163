"""Bodies by Pact's rules: content types, missing and empty bodies, and request strictness."""

from __future__ import annotations

from collections.abc import Mapping

from integtest.model.finding import Mismatch
from integtest.model.http import media_type
from integtest.model.matching import Body, RuleList
from integtest.ports import MatchingEngine


class BodyJudge:
    """One expected body with its rules."""

    def __init__(
        self, engine: MatchingEngine, expected: Body, rules: Mapping[str, RuleList], *, strict: bool
    ) -> None:
        self._expected = expected
        self._type = media_type(expected.content_type)
        self._matcher = engine.body(expected, rules) if expected.state == "present" else None

    def judge(self, actual: bytes, content_type: str | None) -> list[Mismatch]:
        """What differs; a malformed body is one mismatch."""
        if self._expected.state == "missing":
            return []
        if self._matcher is None:
            return [Mismatch(part="body", message="expected no body", actual=actual[:200])] if actual else []
        if not actual:
            return [Mismatch(part="body", message="expected a body, got none")]
        seen = media_type(content_type) or self._type
        if seen != self._type:
            why = f"expected a body of type {self._type}, got {seen}"
            return [Mismatch(part="body", message=why, expected=self._type, actual=seen)]
        return list(self._matcher.mismatches(actual, seen))
