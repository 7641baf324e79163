"""Strings, numbers, booleans, constants and enumerations of a JSON Schema, and unions of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from integtest.authoring import patterns, strings
from integtest.authoring.shapes import (
    ANYTHING,
    BY_HAND,
    Hint,
    Shape,
    UnsayableError,
    either,
    every,
    matcher,
    offered,
)
from integtest.model.matching import Matcher

_DIGITS = "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
_FORMATS: dict[str, tuple[Matcher, ...]] = {
    "date-time": (
        matcher("type"),
        matcher("regex", regex=rf"^{_DIGITS}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{{2}}:[0-9]{{2}})$"),
    ),
    "date": (matcher("date", format="yyyy-MM-dd"),),
}
_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_NUMBER_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LARGEST = 2**63
_BASE = {"string": "type", "integer": "integer", "number": "number", "boolean": "type", "null": "null"}
_ORDER = ("string", "boolean", "number", "integer")


def kind_of(value: Any) -> str:
    """JSON's name for the kind of a value."""
    if value is None:
        return "null"
    for python, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (dict, "object")):
        if isinstance(value, python):
            return name
    return "array"


def scalar(schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
    """The shape of a scalar schema with one `type`, a `const` or an `enum`."""
    if "const" in schema:
        return _constant(schema["const"], path)
    if "enum" in schema:
        return _enumeration(schema["enum"], path, hint)
    match schema["type"]:
        case "string":
            return _string(schema, path, hint)
        case "integer" | "number":
            return _number(schema, path, hint)
        case "boolean":
            example = hint.value if hint and isinstance(hint.value, bool) else True
            return Shape(example, {path: every(matcher("type"))})
    return Shape(None, {path: every(matcher("null"))})


def _constant(value: Any, path: str) -> Shape:
    return Shape(value, {path: every(matcher("null" if value is None else "equality"))})


def _enumeration(values: Sequence[Any], path: str, hint: Hint | None) -> Shape:
    if len(values) == 1:
        return _constant(values[0], path)
    kinds = list(dict.fromkeys(kind_of(value) for value in values))
    if len(kinds) > 1:
        return union([{"enum": [v for v in values if kind_of(v) == kind]} for kind in kinds], path, hint)
    example = hint.value if hint and hint.value in values else values[0]
    name = _BASE.get(kinds[0])
    if name is None:
        raise UnsayableError(path, "an enumeration of objects or lists", BY_HAND)
    if kinds[0] in ("string", "integer"):
        pattern = patterns.either([str(value) for value in values])
        return Shape(example, {path: every(matcher(name), matcher("regex", regex=pattern))})
    weaker = [] if kinds[0] == "boolean" else [(path, "one of several numbers")]
    return Shape(example, {path: every(matcher(name))}, weaker)


def _string(schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
    example = hint.value if hint and isinstance(hint.value, str) else strings.sample(schema)
    if example is None:
        raise UnsayableError(path, f"no example could be made for {_said(schema)}")
    rules, weaker = _string_rules(schema)
    return Shape(example, {path: every(*rules)}, [(path, reason) for reason in weaker])


def _string_rules(schema: Mapping[str, Any]) -> tuple[list[Matcher], list[str]]:
    form, pattern = schema.get("format", ""), schema.get("pattern")
    weaker: list[str] = []
    if form.startswith("uuid"):
        rules = [matcher("regex", regex=_UUID)]
    else:
        rules = list(_FORMATS.get(form, (matcher("type"),)))
        if form and form not in _FORMATS:
            weaker.append(f"format {form}")
    if pattern is not None:
        if patterns.portable(pattern):
            rules.append(matcher("regex", regex=patterns.searched(pattern)))
        else:
            weaker.append(f"pattern {pattern}, which Pact's engine reads differently")
    if schema.get("minLength", 0) > 0:
        rules.append(matcher("notEmpty"))
    if schema.get("minLength", 0) > 1 or "maxLength" in schema:
        weaker.append("length")
    return rules, weaker


def _number(schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
    given = hint.value if hint and kind_of(hint.value) in ("integer", "number") else None
    example = given if given is not None else _within(schema)
    if example is None:
        raise UnsayableError(path, f"no example could be made for {_said(schema)}")
    weaker = [(path, "bounds")] if any(bound in schema for bound in _NUMBER_BOUNDS) else []
    name = schema["type"]
    if abs(example) >= _LARGEST:
        name, weaker = "number", [*weaker, (path, "whole numbers beyond 63 bits")]
    return Shape(example, {path: every(matcher(name))}, weaker)


def _within(schema: Mapping[str, Any]) -> float | int | None:
    """A number that keeps the bounds, as round as it can be; None when there is none to be found."""
    low = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    step = schema.get("multipleOf", 1 if schema["type"] == "integer" else None)
    candidates: list[float] = [1] if schema["type"] == "integer" else [1.5, 1]
    if step:
        start = math.floor(low / step) if math.isfinite(low) else math.floor(high / step) if high < math.inf else 0
        candidates += [step * (start + offset) for offset in (0, 1, 2, -1)]
    elif math.isfinite(low) and math.isfinite(high):
        candidates += [low, (low + high) / 2, high]
    else:
        candidates += [value for value in (low, low + 1, high, high - 1, 0) if math.isfinite(value)]
    return next((value for value in candidates if _keeps(schema, value)), None)


def _keeps(schema: Mapping[str, Any], value: float) -> bool:
    step = schema.get("multipleOf")
    return (
        value >= schema.get("minimum", -math.inf)
        and value <= schema.get("maximum", math.inf)
        and value > schema.get("exclusiveMinimum", -math.inf)
        and value < schema.get("exclusiveMaximum", math.inf)
        and (not step or math.isclose(value / step, round(value / step), abs_tol=1e-12))
    )


def kinds(schema: Mapping[str, Any]) -> list[str]:
    """The kinds of value that a scalar schema allows."""
    if "const" in schema:
        return [kind_of(schema["const"])]
    if "enum" in schema:
        return list(dict.fromkeys(kind_of(value) for value in schema["enum"]))
    return [schema["type"]] if isinstance(schema.get("type"), str) else []


def union(branches: Sequence[Mapping[str, Any]], path: str, hint: Hint | None) -> Shape:
    """The shape of a union of scalars, null among them or not."""
    branches = _joined(branches)
    if len(branches) == 1:
        return scalar(branches[0], path, hint)
    if hint and hint.pinned and hint.value is None:
        return Shape(None, {path: ANYTHING}, [(path, "a null example allows Pact to say nothing more")])
    shapes = [(kinds(branch)[0], scalar(branch, path, _of_kind(hint, branch))) for branch in branches]
    return _nullable(shapes, path) or _mixed(shapes, path, hint)


def _nullable(shapes: list[tuple[str, Shape]], path: str) -> Shape | None:
    """`X | null`: said in full when X needs one matcher."""
    rest = [(kind, shape) for kind, shape in shapes if kind != "null"]
    if len(rest) != 1 or len(rest) == len(shapes):
        return None
    kind, shape = rest[0]
    found = shape.rules[path].matchers
    if len(found) == 1:
        return Shape(shape.example, {path: either(*found, matcher("null"))}, shape.weaker)
    weaker = [*shape.weaker, (path, "two rules or null: Pact joins rules with AND or OR, not both")]
    return Shape(shape.example, {path: either(matcher(_BASE[kind]), matcher("null"))}, weaker)


def _mixed(shapes: list[tuple[str, Shape]], path: str, hint: Hint | None) -> Shape:
    by_kind = dict(reversed(shapes))
    wanted = kind_of(hint.value) if hint and hint.pinned else None
    order = [kind for kind in _ORDER if kind in by_kind]
    shown = wanted if wanted in by_kind and "string" not in by_kind else order[0]
    names = [
        _BASE[kind] if kind != "boolean" or shown == "boolean" else "boolean"
        for kind in (shown, *(one for one in (*_ORDER, "null") if one in by_kind))
    ]
    weaker = [item for _, shape in shapes for item in shape.weaker]
    if any(len(shape.rules[path].matchers) > 1 or _is_exact(shape, path) for _, shape in shapes):
        weaker.append((path, "each alternative's own values"))
    rules = either(*(matcher(name) for name in dict.fromkeys(names)))
    return Shape(by_kind[shown].example, {path: rules}, weaker)


def _is_exact(shape: Shape, path: str) -> bool:
    return shape.rules[path].matchers[0].match not in _BASE.values()


def _of_kind(hint: Hint | None, branch: Mapping[str, Any]) -> Hint | None:
    return hint if hint and kind_of(hint.value) in kinds(branch) else offered(branch)


def _joined(branches: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Constants and enumerations of one kind become one enumeration; integers hide within numbers."""
    values: dict[str, list[Any]] = {}
    others: list[Mapping[str, Any]] = []
    for branch in branches:
        if "const" in branch or "enum" in branch:
            for value in branch.get("enum", [branch.get("const")]):
                values.setdefault(kind_of(value), []).append(value)
        elif branch not in others:
            others.append(branch)
    free = {kinds(branch)[0] for branch in others if len(branch.keys() - {"title", "description"}) == 1}
    found = [{"enum": list(dict.fromkeys(some))} for kind, some in values.items() if kind not in free]
    return [*others, *found]


def _said(schema: Mapping[str, Any]) -> str:
    keys = ("type", "format", "pattern", "minLength", "maxLength", *_NUMBER_BOUNDS)
    return ", ".join(f"{key} {schema[key]!r}" for key in keys if key in schema)
