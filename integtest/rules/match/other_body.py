"""Bodies that Pact compares as one piece: text and binary."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

import orjson

from integtest.model.finding import Mismatch
from integtest.model.matching import Body, Matcher, RuleList
from integtest.ports import BodyMatcher, MatchingEngine
from integtest.rules.match.selection import root
from integtest.rules.match.words import joined, shown

_MAGIC = frozenset({"contentType", "content-type"})
_SAME_TYPE = frozenset({"type", "min", "max", "min-type", "max-type"})


class OtherBody:
    """One expected text or blob, with the rules at `$`.

    The engine takes text only. Bytes that are none reach it inside a JSON string: as text where they decode,
    else as base64, from which it reads the magic number of a contentType rule.
    """

    def __init__(self, engine: MatchingEngine, expected: Body, rules: Mapping[str, RuleList]) -> None:
        self._expected = expected.content
        place = root(rules)
        self._rules = place.best
        # No rule of the engine's own table of types may come between: the whole body is one value.
        plain = expected.model_copy(update={"content_type": "text/plain"})
        self._text = engine.body(plain, rules if _as_text(expected.content) else {})
        self._each = [(m, _quoted(engine, m)) for m in self._rules.matchers] if self._rules else []

    def mismatches(self, actual: bytes) -> list[Mismatch]:
        """At most one mismatch."""
        if self._rules is None:
            return [] if actual == self._expected else [self._differs(actual)]
        if _as_text(actual) and _as_text(self._expected):
            return self._textual(actual, self._rules.combine)
        whys = [self._why(matcher, quoted, actual) for matcher, quoted in self._each]
        failed = [why for why in whys if why]
        if not failed or (self._rules.combine == "OR" and len(failed) < len(whys)):
            return []
        why = joined(failed, self._rules.combine)
        return [Mismatch(part="body", message=why, expected=_said(self._expected), actual=_said(actual))]

    def _textual(self, actual: bytes, combine: str) -> list[Mismatch]:
        found = list(self._text.mismatches(actual, None))
        if len(found) < 2:
            return found
        return [found[0].model_copy(update={"message": joined([m.message for m in found], combine)})]

    def _why(self, matcher: Matcher, quoted: BodyMatcher, actual: bytes) -> str | None:
        if matcher.match == "equality":
            return None if actual == self._expected else self._differs(actual).message
        if matcher.match in _SAME_TYPE:
            return None
        if matcher.match in _MAGIC or not _decodes(actual):
            value = b64encode(actual).decode()
            if matcher.match not in _MAGIC:
                return (
                    f"expected text for the rule {matcher.match!r}, got {len(actual)} bytes that are not UTF-8 text"
                )
        else:
            value = actual.decode()
        return next((m.message for m in quoted.mismatches(orjson.dumps(value), None)), None)

    def _differs(self, actual: bytes) -> Mismatch:
        if _as_text(actual) and _as_text(self._expected):
            expected, seen = self._expected.decode(), actual.decode()
            why = f"expected {shown(expected)}, got {shown(seen)}"
            return Mismatch(part="body", message=why, expected=expected[:4096], actual=seen[:4096])
        expected, seen = _said(self._expected), _said(actual)
        return Mismatch(part="body", message=f"expected {expected}, got {seen}", expected=expected, actual=seen)


def _quoted(engine: MatchingEngine, matcher: Matcher) -> BodyMatcher:
    body = Body(state="present", content=b'"x"', content_type="application/json")
    return engine.body(body, {"$": RuleList(matchers=(matcher,))})


def _as_text(content: bytes) -> bool:
    return b"\0" not in content and _decodes(content)


def _decodes(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _said(content: bytes) -> str:
    return f"{len(content)} bytes starting with {content[:16].hex()}"
