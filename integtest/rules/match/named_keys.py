"""Which keys a JSON Schema names: the optional ones that a Pact example cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_Schema = Mapping[str, Any]
_BRANCHES = ("allOf", "anyOf", "oneOf")
_SHAPE = frozenset({"properties", "patternProperties", "additionalProperties", "const", "enum"})


class NamedKeys:
    """Answers for one schema whether it names a key at a place, or leaves the keys of that place open."""

    __slots__ = ("_schema",)

    def __init__(self, schema: _Schema) -> None:
        self._schema = schema

    def names(self, steps: Sequence[Any]) -> bool:
        """True when the last of `steps` is a key that the schema names there, or its place is open."""
        places = list(self._flat(self._schema, set()))
        for step in steps[:-1]:
            places = [
                flat for place in places for below in self._below(place, step) for flat in self._flat(below, set())
            ]
        return any(_open(place) or any(True for _ in self._below(place, steps[-1])) for place in places)

    def _below(self, place: Any, step: Any) -> Iterator[Any]:
        """The schemas of one key or item of a place."""
        if not isinstance(place, Mapping):
            return
        if isinstance(step, int):
            fixed = place.get("prefixItems") or ()
            yield fixed[step] if step < len(fixed) else place.get("items", {})
            return
        named = [s for key, s in (place.get("properties") or {}).items() if key == step]
        named += [s for key, s in (place.get("patternProperties") or {}).items() if _found(key, step)]
        yield from named
        others = place.get("additionalProperties")
        if not named and others is not None and others is not False:
            yield others

    def _flat(self, schema: Any, followed: set[str]) -> Iterator[Any]:
        """A schema with all that it refers to, combines or chooses from; each reference is followed once."""
        yield schema
        if not isinstance(schema, Mapping):
            return
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            yield from self._flat(self._resolved(reference), followed)
        branches = [branch for name in _BRANCHES for branch in schema.get(name) or ()]
        for branch in [*branches, *(schema[name] for name in ("if", "then", "else") if name in schema)]:
            yield from self._flat(branch, followed)

    def _resolved(self, reference: str) -> Any:
        """What a JSON pointer within the schema refers to (RFC 6901); nothing when it leads outside."""
        place: Any = self._schema
        for step in reference.removeprefix("#").split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            place = place.get(key) if isinstance(place, Mapping) else None
        return place if reference.startswith("#") else None


def _open(place: Any) -> bool:
    """True for a schema that says nothing of an object's keys: `{}`, `true`, or a bare type with object in it."""
    if place is True:
        return True
    if not isinstance(place, Mapping) or _SHAPE & place.keys() or "$ref" in place:
        return False
    if any(name in place for name in _BRANCHES):
        return False
    kind = place.get("type", "object")
    return kind == "object" or (isinstance(kind, list) and "object" in kind)


def _found(pattern: str, key: str) -> bool:
    try:
        return re.search(pattern, key) is not None
    except re.error:  # ECMA 262 knows what Python does not; the schema's own validator decides then
        return True
