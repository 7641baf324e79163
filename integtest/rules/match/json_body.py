"""JSON bodies: the engine's comparison, and what a request may not add to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from integtest.errors import ContractError
from integtest.model.finding import Mismatch
from integtest.model.matching import Body, Matcher, RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match import known
from integtest.rules.match.paths import Step, parse, render
from integtest.rules.match.selection import Place, root
from integtest.rules.match.words import joined, shown

_TYPE = "application/json"
_Path = tuple[Step, ...]
Named = Callable[[Sequence[Step]], bool]
"""Whether the last of the steps is a key that may come although no example holds it."""
_FREE_KEYS = frozenset({"values"}) | known.EACH_KEY | known.EACH_VALUE
_FREE_VALUES = frozenset({"values"}) | known.EACH_VALUE | known.ARRAY_CONTAINS


class JsonBody:
    """One expected JSON document. `strict` refuses keys that a request is not promised to have, except those
    at the steps that `named` holds for."""

    def __init__(
        self,
        engine: MatchingEngine,
        expected: Body,
        rules: Mapping[str, RuleList],
        *,
        strict: bool,
        named: Named | None = None,
    ) -> None:
        self._matcher = engine.body(expected.model_copy(update={"content_type": _TYPE}), rules)
        document = _document(expected.content)
        place = root(rules)
        self._alternatives = place if any(r.combine == "OR" for r in rules.values()) else None
        self._strict = _Strict(engine, document, place, named) if strict else None

    def mismatches(self, actual: bytes) -> list[Mismatch]:
        """What differs; malformed JSON is one mismatch."""
        found = list(self._matcher.mismatches(actual, None))
        if found and self._alternatives is not None:
            found = _one_a_value(found, self._alternatives)
        if self._strict is None:
            return found
        try:
            document = orjson.loads(actual)
        except orjson.JSONDecodeError:
            return found
        return found + self._strict.unexpected(document)


def _document(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ContractError(
            f"an expected body is called JSON and is none: {error}",
            hint="say its real content type in the contract, or correct the body",
        ) from error


def _one_a_value(found: list[Mismatch], place: Place) -> list[Mismatch]:
    """The failed alternatives of one value as one mismatch."""
    grouped: dict[str, list[Mismatch]] = {}
    for mismatch in found:
        grouped.setdefault(mismatch.path, []).append(mismatch)
    told: list[Mismatch] = []
    for path, group in grouped.items():
        if len(group) > 1 and _combined(place, path) == "OR":
            message = joined([m.message for m in group], "OR")
            told.append(group[0].model_copy(update={"message": message}))
        else:
            told += group
    return told


def _combined(place: Place, path: str) -> str:
    try:
        steps = parse(path)
    except ValueError:  # a key with a quote in it, which no rule can name
        return "AND"
    for depth, step in enumerate(steps):
        place = place.child(str(step), depth)
    return place.best.combine if place.best else "AND"


class _Strict:
    """Walks the expected and the actual document side by side, as Pact does for a request."""

    def __init__(self, engine: MatchingEngine, expected: Any, place: Place, named: Named | None) -> None:
        self._engine = engine
        self._expected = expected
        self._place = place
        self._named = named
        # By identity: the matchers live as long as the places that hold them.
        self._variants: dict[int, list[tuple[int, JsonBody]]] = {}
        self._inside: dict[int, Place] = {}

    def unexpected(self, actual: Any) -> list[Mismatch]:
        """One mismatch for each key that is not promised, and each item that no variant allows."""
        found: list[Mismatch] = []
        self._walk(found, (), self._place, self._expected, actual)
        return list({(m.path, m.message): m for m in found}.values())

    def _walk(self, found: list[Mismatch], path: _Path, place: Place, expected: Any, actual: Any) -> None:
        if isinstance(expected, dict) and isinstance(actual, dict):
            self._object(found, path, place, expected, actual)
        elif isinstance(expected, list) and isinstance(actual, list) and expected:
            self._list(found, path, place, expected, actual)

    def _object(self, found: list[Mismatch], path: _Path, place: Place, expected: Any, actual: Any) -> None:
        if not expected:
            found += self._unpromised(path, expected, actual)
            return
        matchers = place.best.matchers if place.best else (None,)
        for matcher in matchers:
            if matcher is not None and not place.cascaded and matcher.match in _FREE_VALUES:
                self._each_value(found, path, self._within(place, matcher), expected, actual)
            else:
                if not place.direct & _FREE_KEYS:
                    found += self._unpromised(path, expected, actual)
                self._common(found, path, place, expected, actual)

    def _unpromised(self, path: _Path, expected: Any, actual: Any) -> list[Mismatch]:
        return [
            Mismatch(part="body", path=render((*path, key)), message=f"key {key!r} is not expected", actual=value)
            for key, value in actual.items()
            if key not in expected and not (self._named and self._named((*path, key)))
        ]

    def _common(self, found: list[Mismatch], path: _Path, place: Place, expected: Any, actual: Any) -> None:
        for key, value in expected.items():
            if isinstance(value, dict | list) and key in actual:
                self._walk(found, (*path, key), place.child(key, len(path)), value, actual[key])

    def _each_value(self, found: list[Mismatch], path: _Path, place: Place, expected: Any, actual: Any) -> None:
        first = expected[min(expected)]
        for key, value in actual.items():
            inside = place.child(key, len(path))
            self._walk(found, (*path, key), inside, expected.get(key, first), value)

    def _list(self, found: list[Mismatch], path: _Path, place: Place, expected: Any, actual: Any) -> None:
        matchers = place.best.matchers if place.best else (None,)
        for matcher in matchers:
            if matcher is not None and matcher.match in known.ARRAY_CONTAINS:
                found += self._contained(path, matcher, expected, actual)
                continue
            inside = place if matcher is None or place.cascaded else self._within(place, matcher)
            for index, value in enumerate(actual):
                example = expected[index] if index < len(expected) else expected[0]
                if not isinstance(example, dict | list):
                    continue
                self._walk(found, (*path, index), inside.child(str(index), len(path)), example, value)

    def _contained(self, path: _Path, matcher: Matcher, expected: Any, actual: Any) -> list[Mismatch]:
        if id(matcher) not in self._variants:
            self._variants[id(matcher)] = self._compiled(matcher, expected)
        items = [orjson.dumps(item) for item in actual]
        return [
            Mismatch(
                part="body", path=render(path), message=f"no item is like the example {n}, {shown(expected[n])}"
            )
            for n, variant in self._variants[id(matcher)]
            if not any(not variant.mismatches(item) for item in items)
        ]

    def _compiled(self, matcher: Matcher, expected: Any) -> list[tuple[int, JsonBody]]:
        variants = matcher.args.get("variants") or [{"index": n} for n in range(len(expected))]
        made = []
        for variant in variants:
            index = int(variant.get("index", 0))
            if index < len(expected):
                body = Body(state="present", content=orjson.dumps(expected[index]), content_type=_TYPE)
                made.append((index, JsonBody(self._engine, body, known.variant_rules(variant), strict=True)))
        return made

    def _within(self, place: Place, matcher: Matcher) -> Place:
        """The place with the rules that the matcher itself carries for each value, else as it is."""
        if matcher.match not in known.EACH_VALUE:
            return place
        if id(matcher) not in self._inside:
            self._inside[id(matcher)] = root({"$.*": known.each_rules(matcher)})
        return self._inside[id(matcher)]
