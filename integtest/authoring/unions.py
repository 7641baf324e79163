"""`anyOf`, `oneOf` and lists of types: unions of any kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integtest.authoring import containers, patterns, scalars
from integtest.authoring.loose import loosened
from integtest.authoring.paths import child, sayable
from integtest.authoring.shapes import (
    ANYTHING,
    SHOW_ONE,
    Hint,
    Schema,
    Shape,
    Shaper,
    TooDeepError,
    UnsayableError,
    every,
    matcher,
)

_CONTAINER = "Pact cannot say a container or something else; the example shows one alternative"


def branches_of(shaper: Shaper, schema: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """The alternatives of a union, nested unions taken in; None for what is no union."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [{**schema, "type": kind} for kind in kinds]
    found = schema.get("anyOf") or schema.get("oneOf")
    if not found or "type" in schema or "properties" in schema:
        return None
    branches: list[Mapping[str, Any]] = []
    for branch in found:
        whole = shaper.resolve(branch)
        branches += branches_of(shaper, whole) or ([] if whole == {"not": {}} else [_keep_ref(branch, whole)])
    return branches


def _keep_ref(branch: Schema, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """A reference stays one, so that recursion is counted where it is followed."""
    return branch if isinstance(branch, dict) and "$ref" in branch else whole


def union(shaper: Shaper, schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
    """The shape of a union."""
    branches = branches_of(shaper, schema) or []
    wholes = [shaper.resolve(branch) for branch in branches]
    kinds = [_kind(whole) for whole in wholes]
    if "any" in kinds:
        return containers.anything(path, hint)
    if not {"object", "array"} & set(kinds):
        return scalars.union(wholes, path, hint)
    if len(branches) == 1:
        return shaper.shape(branches[0], path, hint)
    if hint and hint.pinned:
        return _pinned(shaper, branches, path, hint)
    if set(kinds) == {"object"}:
        return _objects(shaper, schema, branches, path, hint)
    if set(kinds) == {"array"}:
        return _lists(shaper, wholes, path, hint)
    return _mixed(list(zip(wholes, kinds, strict=True)), path, hint)


def _kind(schema: Mapping[str, Any]) -> str:
    found = scalars.kinds(schema)
    if found:
        return found[0]
    return "object" if "properties" in schema else "any"


def _pinned(shaper: Shaper, branches: Sequence[Schema], path: str, hint: Hint) -> Shape:
    chosen = next((branch for branch in branches if shaper.fits(branch, hint.value)), None)
    if chosen is None:
        raise UnsayableError(path, "the example fits none of the alternatives")
    found = shaper.shape(chosen, path, hint)
    return Shape(found.example, found.rules, [*found.weaker, (path, _CONTAINER)])


def _mixed(branches: list[tuple[Mapping[str, Any], str]], path: str, hint: Hint | None) -> Shape:
    """Containers beside scalars or null: a scalar example, and anything passes."""
    simple = [whole for whole, kind in branches if kind not in ("object", "array")]
    if not simple:
        raise UnsayableError(
            path, "a union of an object and a list, where Pact demands the one that it sees", SHOW_ONE
        )
    shown = scalars.union(simple, path, hint)
    nullable = any(kind == "null" for _, kind in branches)
    return Shape(None if nullable else shown.example, {path: ANYTHING}, [(path, _CONTAINER)])


def _objects(
    shaper: Shaper, schema: Mapping[str, Any], branches: Sequence[Schema], path: str, hint: Hint | None
) -> Shape:
    """Objects of several models: one is shown, no key of it is demanded, its tag is one of the known ones."""
    reasons = []
    for branch in branches:
        try:
            shown = shaper.shape(branch, path, hint)
            _agree(shaper, branches, shown.example, path)
            found = loosened(shown.example, path, "Pact cannot say one of several objects; the example shows one")
            break
        except TooDeepError:
            raise
        except UnsayableError as error:
            reasons.append(error)
    else:
        raise reasons[0]
    tag = schema.get("discriminator", {}).get("propertyName")
    tags = _tags(shaper, branches, tag) if tag and sayable(tag) else []
    if tags:
        rule = every(matcher("type"), matcher("regex", regex=patterns.either(tags)))
        found.rules[child(path, tag)] = rule
    return found


def _lists(shaper: Shaper, branches: Sequence[Mapping[str, Any]], path: str, hint: Hint | None) -> Shape:
    """Lists of several kinds of elements: one list whose elements may be of any of them."""
    least = max(branch.get("minItems", 0) for branch in branches)
    if not any("prefixItems" in branch for branch in branches):
        items = {"anyOf": [branch.get("items", True) for branch in branches]}
        found = shaper.shape({"type": "array", "items": items, "minItems": least}, path, hint)
        found.rules[path] = every(matcher("type", min=0))
        return Shape(found.example, found.rules, [*found.weaker, (path, "one of several lists")])
    shown = [shaper.shape(branch, path, hint).example for branch in branches]
    flat = next((example for example in shown if _depth(example) == 1), None)
    if flat is None:
        raise UnsayableError(path, "lists whose elements are containers, or something else", SHOW_ONE)
    return loosened(flat, path, "one of several lists")


def _tags(shaper: Shaper, branches: Sequence[Schema], tag: str) -> list[str]:
    tags: list[str] = []
    for branch in branches:
        values = shaper.resolve(shaper.resolve(branch).get("properties", {}).get(tag, True))
        tags += values.get("enum", [values["const"]] if "const" in values else [])
    return tags if all(isinstance(value, str) for value in tags) else []


def _agree(shaper: Shaper, branches: Sequence[Schema], example: Any, path: str) -> None:
    """Pact demands the containers that the example holds: no alternative may have something else there."""
    schemas = [shaper.resolve(branch).get("properties", {}) for branch in branches]
    for key, value in example.items():
        found = [shaper.resolve(properties[key]) for properties in schemas if key in properties]
        kinds = {_kind(schema) for schema in found}
        same = all(schema == found[0] for schema in found)
        if _depth(value) and (len(kinds) > 1 or (_depth(value) > 1 and not same)):
            raise UnsayableError(
                child(path, key), "a container in one alternative and something else in another", SHOW_ONE
            )


def _depth(value: Any) -> int:
    """How many containers lie within one another."""
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value), default=0)
