"""Rules for one piece of text: a path, a query value, a header."""

from __future__ import annotations

from integtest.model.finding import Mismatch
from integtest.model.matching import Body, RuleList
from integtest.ports import MatchingEngine


class TextJudge:
    """One expected text with its rules, judged by the engine as a text body is."""

    __slots__ = ("_matcher", "expected")

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self.expected = expected
        body = Body(state="present", content=expected.encode(), content_type="text/plain")
        self._matcher = engine.body(body, {"$": rules}) if rules else None

    def differs(self, actual: str) -> str | None:
        """Why `actual` is not what was promised, in plain words; None when it is."""
        if self._matcher is None:
            return None if actual == self.expected else f'expected "{self.expected}", got "{actual}"'
        found: list[Mismatch] = list(self._matcher.mismatches(actual.encode(), "text/plain"))
        return "; ".join(m.message for m in found) or None
