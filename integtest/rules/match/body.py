"""Bodies by Pact's rules: content types, missing and empty bodies, and the comparison each kind asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from integtest.model.finding import Mismatch
from integtest.model.matching import Body, RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.content_types import ContentType, detected, parsed
from integtest.rules.match.json_body import JsonBody, Named
from integtest.rules.match.multipart import MultipartBody
from integtest.rules.match.other_body import OtherBody
from integtest.rules.match.words import shown
from integtest.rules.match.xml_body import XmlBody

_Compare = Callable[[bytes, str | None], list[Mismatch]]


class BodyJudge:
    """One expected body with its rules.

    `header` is the Content-Type that the promise's headers name, `admitted` says whether a rule on that
    header takes another type. `strict` refuses what a request is not promised to hold, but for the keys of
    a JSON document that `named` holds for.
    """

    def __init__(
        self,
        engine: MatchingEngine,
        expected: Body,
        rules: Mapping[str, RuleList],
        *,
        strict: bool,
        header: str | None = None,
        admitted: Callable[[str], bool] | None = None,
        named: Named | None = None,
    ) -> None:
        self._named = named
        self._promised = expected.state != "missing"
        self._admitted = admitted
        present = expected.state == "present" and bool(expected.content)
        written = expected.content_type or header
        self.type: ContentType = parsed(written)
        if self.type.unknown and present:
            self.type = detected(expected.content)
        self._compare = self._comparison(engine, expected, rules, written, strict=strict) if present else None

    def _comparison(
        self,
        engine: MatchingEngine,
        expected: Body,
        rules: Mapping[str, RuleList],
        written: str | None,
        *,
        strict: bool,
    ) -> _Compare:
        if self.type.kind == "json" and self.type.subtype != "graphql":
            of_json = JsonBody(engine, expected, rules, strict=strict, named=self._named)
            return lambda actual, _: of_json.mismatches(actual)
        if self.type.kind == "xml":
            of_xml = XmlBody(engine, expected, rules, strict=strict)
            return lambda actual, _: of_xml.mismatches(actual)
        if self.type.kind == "form":
            of_form = engine.body(expected.model_copy(update={"content_type": self.type.base}), rules)
            return lambda actual, _: list(of_form.mismatches(actual, None))
        if self.type.kind == "multipart":
            parts = MultipartBody(_part_judge(engine, strict=strict), expected.content, written, rules)
            return parts.mismatches
        other = OtherBody(engine, expected, rules)
        return lambda actual, _: other.mismatches(actual)

    def judge(self, actual: bytes, content_type: str | None) -> list[Mismatch]:
        """What differs; a body of another type, or a malformed one, is one mismatch."""
        if not self._promised:
            return []
        if self._compare is None:
            return [_said("expected no body", actual)] if actual else []
        if not actual:
            return [Mismatch(part="body", message="expected a body, got none")]
        if not self.takes(content_type):
            seen = parsed(content_type).base
            why = f"expected a body of type {self.type.base}, got {seen}"
            return [Mismatch(part="body", message=why, expected=self.type.base, actual=seen)]
        return self._compare(actual, content_type)

    def takes(self, content_type: str | None) -> bool:
        """Whether a body of this type may be what is promised."""
        admitted = self.type.admits(parsed(content_type))
        return admitted or (self._admitted is not None and self._admitted(content_type or ""))


def _said(what: str, actual: bytes) -> Mismatch:
    seen = actual[:200].decode("utf-8", "replace")
    return Mismatch(part="body", message=f"{what}, got {shown(seen)}", actual=seen)


def _part_judge(
    engine: MatchingEngine, *, strict: bool
) -> Callable[[Body, Mapping[str, RuleList]], Callable[[bytes, str | None], list[Mismatch]]]:
    return lambda body, rules: BodyJudge(engine, body, rules, strict=strict).judge
