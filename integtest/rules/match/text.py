"""Rules for one piece of text: a path, a query value, a header."""

from __future__ import annotations

from integtest.model.matching import Body, RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.words import joined, shown


class TextJudge:
    """One expected text with its rules, judged by the engine as it judges a text body."""

    __slots__ = ("_combine", "_matcher", "expected")

    def __init__(self, engine: MatchingEngine, expected: str, rules: RuleList | None) -> None:
        self.expected = expected
        self._combine = rules.combine if rules else "AND"
        ruled = rules is not None and any(m.match != "equality" for m in rules.matchers)
        # The engine gives no handle for an empty body, and of these rules none but equality looks at the example.
        body = Body(state="present", content=expected.encode() or b" ", content_type="text/plain")
        self._matcher = engine.body(body, {"$": rules}) if rules and ruled else None

    def differs(self, actual: str) -> str | None:
        """Why `actual` is not what was promised, in plain words; None when it is."""
        if self._matcher is None:
            if actual == self.expected:
                return None
            return f"expected {shown(self.expected)}, got {shown(actual)}"
        found = self._matcher.mismatches(actual.encode("utf-8", "surrogatepass"), None)
        return joined([m.message for m in found], self._combine) or None
