"""Interactions made up by hypothesis from the rules that Pact knows, and mutations of what they promise."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from integtest.model.matching import Matcher, RuleList
from integtest.rules.match.paths import Any as Star
from integtest.rules.match.paths import Step, render


def rule(*matchers: dict[str, Any], combine: str = "AND") -> RuleList:
    """Rules written as in a pact file."""
    made = (Matcher(match=m["match"], args={k: v for k, v in m.items() if k != "match"}) for m in matchers)
    return RuleList(matchers=tuple(made), combine=combine)


@dataclass
class Shape:
    """An example document and the rules that widen it."""

    example: Any
    rules: dict[str, RuleList] = field(default_factory=dict)


_TEXTS = st.sampled_from(
    ["", "a", "b", "abc", "42", "true", "null", "ü", "2024-05-06", "red", "blue", "1.2.3", "x y"]
)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.sampled_from([0.5, 1.0, -2.25, 1e20]), _TEXTS
)
_KEYS = st.sampled_from(["a", "b", "c", "id", "e f", "x-y", "1", "Ä"])
VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=5,
)

_SCALAR_RULES: list[tuple[Any, RuleList]] = [
    ("abc", rule({"match": "type"})),
    ("abc", rule({"match": "type"}, {"match": "notEmpty"})),
    (3, rule({"match": "integer"})),
    (0.5, rule({"match": "decimal"})),
    (0.5, rule({"match": "number"})),
    (True, rule({"match": "type"})),
    (True, rule({"match": "boolean"})),
    (None, rule({"match": "null"})),
    ("red", rule({"match": "equality"})),
    ("red", rule({"match": "type"}, {"match": "regex", "regex": "^(?:red|blue)$"})),
    ("42", rule({"match": "regex", "regex": r"\d+"})),
    ("2024-05-06", rule({"match": "date", "format": "yyyy-MM-dd"})),
    ("11:12:13", rule({"match": "time", "format": "HH:mm:ss"})),
    ("2024-05-06T11:12:13Z", rule({"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssXXX"})),
    ("abc", rule({"match": "type"}, {"match": "null"}, combine="OR")),
    ("abc", rule({"match": "type"}, {"match": "integer"}, combine="OR")),
    (None, rule({"match": "include", "value": ""})),
    ("abc", rule({"match": "include", "value": "b"})),
    ("1.2.3", rule({"match": "semver"})),
]


def _scalar(path: tuple[Step, ...]) -> st.SearchStrategy[Shape]:
    ruled = st.sampled_from(_SCALAR_RULES).map(lambda made: Shape(made[0], {render(path): made[1]}))
    return st.one_of(ruled, ruled, _SCALARS.map(Shape))


@st.composite
def shapes(draw: st.DrawFn, path: tuple[Step, ...] = (), depth: int = 0) -> Shape:
    """A document with rules at its places, of at most three levels."""
    kinds = ["scalar", "object", "list", "map", "variants", "plain"]
    kind = draw(st.sampled_from(kinds if depth < 3 else ["scalar"]))
    if kind == "scalar":
        return draw(_scalar(path))
    if kind == "plain":
        return _typed(draw, path, Shape(draw(VALUES)))
    if kind == "object":
        return _typed(draw, path, _object(draw, path, depth))
    if kind == "list":
        return _list(draw, path, depth)
    return _map(draw, path, depth) if kind == "map" else _variants(draw, path)


def _typed(draw: st.DrawFn, path: tuple[Step, ...], shape: Shape) -> Shape:
    """Now and then a type rule around it, which cascades."""
    if draw(st.integers(0, 4)) == 0:
        shape.rules.setdefault(render(path), rule({"match": "type"}))
    return shape


def _object(draw: st.DrawFn, path: tuple[Step, ...], depth: int) -> Shape:
    made = Shape({})
    for key in draw(st.lists(_KEYS, max_size=3, unique=True)):
        inner = draw(shapes((*path, key), depth + 1))
        made.example[key] = inner.example
        made.rules |= inner.rules
    return made


def _list(draw: st.DrawFn, path: tuple[Step, ...], depth: int) -> Shape:
    bounds = draw(st.sampled_from([{}, {"min": 0}, {"min": 1}, {"min": 2}, {"max": 2}, {"min": 1, "max": 2}]))
    inner = draw(shapes((*path, Star.INDEX), depth + 1))
    made = Shape([inner.example] * draw(st.integers(1, 2)), inner.rules)
    made.rules[render(path)] = rule({"match": "type", **bounds})
    return made


def _map(draw: st.DrawFn, path: tuple[Step, ...], depth: int) -> Shape:
    inner = draw(shapes((*path, Star.KEY), depth + 1))
    key = draw(_KEYS)
    if draw(st.booleans()):
        return Shape({key: inner.example}, {**inner.rules, render(path): rule({"match": "values"})})
    pattern = {"match": "regex", "regex": "[a-z]+"}
    each = [{"match": "eachKey", "rules": [pattern]}, {"match": "eachValue", "rules": [{"match": "type"}]}]
    return Shape({"k": inner.example}, {render(path): rule(*each[: draw(st.integers(1, 2))])})


def _variants(draw: st.DrawFn, path: tuple[Step, ...]) -> Shape:
    made = [draw(_scalar(())), Shape({"kind": "red", "n": 1}, {"$.n": rule({"match": "integer"})})]
    variants = [{"index": n, "rules": {p: _json(r) for p, r in s.rules.items()}} for n, s in enumerate(made)]
    rules = {render(path): rule({"match": "arrayContains", "variants": variants})}
    return Shape([shape.example for shape in made], rules)


def _json(rules: RuleList) -> dict[str, Any]:
    return {"combine": rules.combine, "matchers": [{"match": m.match, **m.args} for m in rules.matchers]}


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The document with up to two changes; often none, or one that the rules allow."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
        value = _changed(draw, value)
    return value


def _changed(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        action = draw(st.sampled_from(["inside", "inside", "inside", "remove", "add", "rename"]))
        if action == "inside":
            return {**value, key: _changed(draw, value[key])}
        rest = {k: v for k, v in value.items() if k != key or action == "add"}
        return (
            rest
            if action == "remove"
            else {**rest, draw(_KEYS): value[key] if action == "rename" else draw(VALUES)}
        )
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(value) - 1))
        action = draw(st.sampled_from(["inside", "inside", "remove", "repeat", "add"]))
        if action == "inside":
            return [*value[:index], _changed(draw, value[index]), *value[index + 1 :]]
        if action == "remove":
            return value[:index] + value[index + 1 :]
        return [*value, value[index] if action == "repeat" else draw(VALUES)]
    if isinstance(value, str) and draw(st.booleans()):
        return draw(_TEXTS)
    if isinstance(value, int | float) and draw(st.booleans()):
        return draw(st.sampled_from([value + 1, value + 0.5, -value]))
    return draw(VALUES)
