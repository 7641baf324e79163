"""Objects, dictionaries, lists and tuples of a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integtest.authoring import strings
from integtest.authoring.loose import loosened
from integtest.authoring.paths import child, sayable
from integtest.authoring.shapes import (
    ANYTHING,
    BY_HAND,
    Hint,
    Schema,
    Shape,
    Shaper,
    TooDeepError,
    UnsayableError,
    every,
    matcher,
)
from integtest.model.matching import RuleList

OPTIONAL = "optional: Pact cannot say that it may be missing"


def mapping(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
    """The shape of a schema of type object."""
    given = hint.value if hint and isinstance(hint.value, dict) else {}
    pinned = bool(hint and hint.pinned)
    if not schema.get("properties") and not schema.get("required"):
        return _dictionary(shaper, schema, path, Hint(given, pinned))
    return _record(shaper, schema, path, Hint(given, pinned))


def _record(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint) -> Shape:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    rest: Schema = schema.get("additionalProperties", True)
    required = [key for key in properties if key in schema.get("required", ())]
    required += [key for key in schema.get("required", ()) if key not in properties]
    shown = [*required, *(key for key in hint.value if hint.pinned and key not in required)]
    if not all(sayable(key) for key in shown):
        return _unaddressable(shaper, schema, path, hint, shown)
    found = Shape({})
    for key in shown:
        inner = Hint(hint.value[key], hint.pinned) if key in hint.value else None
        place = child(path, key)
        found.example[key] = found.take(shaper.shape(properties.get(key, rest), place, inner))
    found.weaker += [(child(path, key), OPTIONAL) for key in properties if key not in shown]
    found.weaker += [(child(path, key), OPTIONAL) for key in shown if key not in required]
    if isinstance(rest, dict) or schema.get("patternProperties"):
        found.weaker.append((path, "rules of keys that are not named"))
    return found


def _unaddressable(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint, shown: list[str]) -> Shape:
    """An object with a key that no Pact path can name: shown whole, its values left to the schema."""
    properties = schema.get("properties", {})
    values = {key: Hint(hint.value[key], hint.pinned) for key in shown if key in hint.value}
    example = {key: shaper.shape(properties.get(key, True), path, values.get(key)).example for key in shown}
    return loosened(example, path, "it has a key that a Pact path cannot name")


def _dictionary(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint) -> Shape:
    rest: Schema = schema.get("additionalProperties", True)
    patterned = list(schema.get("patternProperties", {}).items())
    values = rest
    if len(patterned) == 1 and rest is False:
        values = patterned[0][1]
    if values is True or values is False or (patterned and values is rest):
        weaker = [(path, "rules of its keys")] if values is False or patterned else []
        return _free(path, hint, weaker)
    try:
        return _values(shaper, schema, path, values, hint)
    except TooDeepError:
        return Shape({}, {path: every(matcher("type"))}, [(path, "recursive: followed this far only")])


def _free(path: str, hint: Hint, weaker: list[tuple[str, str]]) -> Shape:
    if hint.pinned and hint.value:
        return loosened(hint.value, path, "any object")
    return Shape({}, {path: every(matcher("type"))}, weaker)


def _values(shaper: Shaper, schema: Mapping[str, Any], path: str, values: Schema, hint: Hint) -> Shape:
    keys = list(hint.value) or _keys(schema, path)
    found = Shape({}, {path: every(matcher("values"))})
    for index, key in enumerate(keys):
        inner = Hint(hint.value[key], hint.pinned) if key in hint.value else None
        below = shaper.shape(values, f"{path}.*", inner)
        found.example[key] = found.take(below) if index == 0 else below.example
    if {"minProperties", "maxProperties", "propertyNames", "patternProperties"} & schema.keys():
        found.weaker.append((path, "rules of its keys and their number"))
    return found


def _keys(schema: Mapping[str, Any], path: str) -> list[str]:
    names = dict(schema.get("propertyNames", {}))
    if pattern := next(iter(schema.get("patternProperties", {})), None):
        names["pattern"] = pattern
    if names.get("enum") or "const" in names:
        options = [str(name) for name in names.get("enum", [names.get("const")])]
        return options[: max(1, schema.get("minProperties", 1))]
    key = "key" if not names else strings.sample(names)
    if key is None:
        raise UnsayableError(path, "no example could be made for its keys")
    count = max(1, schema.get("minProperties", 1))
    return [key, *(f"{key}{number}" for number in range(2, count + 1))]


def sequence(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
    """The shape of a schema of type array."""
    given = hint.value if hint and isinstance(hint.value, list) else []
    pinned = bool(hint and hint.pinned)
    if schema.get("prefixItems"):
        return _tuple(shaper, schema, path, Hint(given, pinned))
    items: Schema = schema.get("items", True)
    size = {"min": schema.get("minItems", 0)}
    if "maxItems" in schema:
        size["max"] = schema["maxItems"]
    bounds = every(matcher("type", **size))
    if size.get("max") == 0 or items is False:
        return Shape([], {path: bounds})
    try:
        found = _elements(shaper, items, path, Hint(given, pinned), size["min"])
    except TooDeepError:
        if size["min"]:
            raise
        return Shape([], {path: bounds}, [(path, "recursive: followed this far only")])
    if schema.get("uniqueItems") and len(found.example) > len(given):
        found.example = [_another(value, index) for index, value in enumerate(found.example)]
    found.rules = {path: bounds, **found.rules}
    found.weaker += [(path, key) for key in ("uniqueItems", "contains") if schema.get(key)]
    return found


def _elements(shaper: Shaper, items: Schema, path: str, hint: Hint, least: int) -> Shape:
    """One element says the rules; further ones must be judged alike, since Pact compares by position."""
    count = max(1, least, len(hint.value) if hint.pinned else 0)
    inner = [Hint(value, hint.pinned) for value in hint.value[:count]]
    first = shaper.shape(items, f"{path}[*]", inner[0] if inner else None)
    found = Shape([first.example], dict(first.rules), list(first.weaker))
    for index in range(1, count):
        other = shaper.shape(items, f"{path}[*]", inner[index]) if index < len(inner) else first
        alike = other is not first and _alike(first, other, hint.pinned)
        found.example.append(other.example if alike else first.example)
    return found


def _another(example: Any, index: int) -> Any:
    """A value beside its like; lists whose items are unique need another one."""
    if isinstance(example, str):
        return f"{example}{index + 1}"
    if isinstance(example, int | float) and not isinstance(example, bool):
        return example + index
    return example


def _alike(first: Shape, other: Shape, pinned: bool) -> bool:
    return pinned or (first.rules == other.rules and type(first.example) is type(other.example))


def _tuple(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint) -> Shape:
    first = schema["prefixItems"]
    if schema.get("items", True) is not False and schema.get("maxItems") != len(first):
        raise UnsayableError(path, "a tuple of open length", BY_HAND)
    if schema.get("minItems", 0) != len(first):
        raise UnsayableError(path, "a tuple of open length", BY_HAND)
    found = Shape([])
    for index, item in enumerate(first):
        inner = Hint(hint.value[index], hint.pinned) if index < len(hint.value) else None
        found.example.append(found.take(shaper.shape(item, f"{path}[{index}]", inner)))
    return found


def anything(path: str, hint: Hint | None) -> Shape:
    """The shape where any JSON value is allowed."""
    if hint and hint.pinned and isinstance(hint.value, dict | list) and hint.value:
        return loosened(hint.value, path, "any value")
    example = hint.value if hint and not isinstance(hint.value, dict | list) else None
    rules: dict[str, RuleList] = {path: ANYTHING}
    return Shape(example, rules)
