"""Rules for one piece of text: a path, a query value, a header."""

from __future__ import annotations

from integtest.model.matching import Body, RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.words import joined, shown


class TextJudge:
    """One expected text with its rules, judged by the engine as it judges a text body."""

    __slots__ = ("_matcher", "_rules", "expected")

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self.expected = expected
        self._rules = rules
        # The engine gives no handle for an empty body, and no rule on text looks at the example but equality.
        body = Body(state="present", content=expected.encode() or b" ", content_type="text/plain")
        self._matcher = engine.body(body, {"$": rules}) if rules else None

    def differs(self, actual: str) -> str | None:
        """Why `actual` is not what was promised, in plain words; None when it is."""
        if actual == self.expected and (self._rules is None or self._only_equality()):
            return None
        if self._matcher is None:
            return f"expected {shown(self.expected)}, got {shown(actual)}"
        found = self._matcher.mismatches(actual.encode("utf-8", "surrogatepass"), None)
        return joined([m.message for m in found], self._rules.combine if self._rules else "AND") or None

    def _only_equality(self) -> bool:
        return self._rules is not None and {m.match for m in self._rules.matchers} == {"equality"}
