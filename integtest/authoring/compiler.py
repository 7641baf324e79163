"""The whole of the way from a JSON Schema to a shape: references, recursion, and which part takes what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import jsonschema_rs

from integtest.authoring import containers, scalars, unions
from integtest.authoring.shapes import Hint, Schema, Shape, TooDeepError, UnsayableError, offered

_DEPTH = 2
"""How often one definition is entered within itself: twice, so that an element below an element has its rules."""


def validator(document: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator of one schema, formats checked; it never fetches a schema from elsewhere. ValueError for none."""
    return jsonschema_rs.validator_for(document, validate_formats=True, retriever=_stay)


def _stay(uri: str) -> NoReturn:
    raise ValueError(f"{uri} lies outside of the schema")


class Compiler:
    """Makes shapes of one schema document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._open: list[str] = []

    def shape(self, schema: Schema, path: str = "$", hint: Hint | None = None) -> Shape:
        """The shape of one place; UnsayableError when it has none."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if reference is None:
            return self._shape(self.resolve(schema), path, hint)
        if self._open.count(reference) >= _DEPTH:
            raise TooDeepError(
                path, "a type that holds itself without an end", "make it optional, nullable or a list"
            )
        self._open.append(reference)
        try:
            return self._shape(self.resolve(schema), path, hint)
        finally:
            self._open.pop()

    def _shape(self, schema: Mapping[str, Any], path: str, hint: Hint | None) -> Shape:
        hint = hint or offered(schema)
        if schema == {"not": {}}:
            raise UnsayableError(path, "nothing satisfies the schema false")
        if unions.branches_of(self, schema):
            return unions.union(self, schema, path, hint)
        if "const" in schema or "enum" in schema:
            return scalars.scalar(schema, path, hint)
        match schema.get("type") or _implied(schema):
            case None:
                return containers.anything(path, hint)
            case "object":
                return containers.mapping(self, schema, path, hint)
            case "array":
                return containers.sequence(self, schema, path, hint)
            case "string" | "integer" | "number" | "boolean" | "null":
                return scalars.scalar(schema, path, hint)
        raise UnsayableError(path, f"the type {schema['type']!r} is none of JSON Schema's")

    def resolve(self, schema: Schema) -> Mapping[str, Any]:
        """The schema with its references and `allOf` taken in; UnsayableError for one that leads nowhere."""
        whole: Mapping[str, Any] = {} if schema is True else {"not": {}} if schema is False else dict(schema)
        seen: list[str] = []
        while "$ref" in whole or "allOf" in whole:
            if "$ref" in whole:
                if whole["$ref"] in seen:
                    raise UnsayableError("$", f"the reference {whole['$ref']} leads to itself")
                seen.append(whole["$ref"])
                rest = {key: value for key, value in whole.items() if key != "$ref"}
                whole = {**self._target(whole["$ref"]), **rest}
            else:
                whole = self._merged(whole)
        return whole

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """`allOf` as one schema: properties and required keys of all."""
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            found = self.resolve(part)
            properties = {**found.get("properties", {}), **whole.get("properties", {})}
            required = [*found.get("required", ()), *whole.get("required", ())]
            whole = {**found, **whole}
            if properties:
                whole |= {"properties": properties, "required": list(dict.fromkeys(required))}
        return whole

    def _target(self, reference: str) -> Mapping[str, Any]:
        node: Any = self._document
        for step in reference.removeprefix("#").split("/")[1:]:
            node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
        if not reference.startswith("#") or not isinstance(node, dict | bool):
            raise UnsayableError("$", f"the reference {reference} leads nowhere within the schema")
        return {} if node is True else {"not": {}} if node is False else node

    def fits(self, schema: Schema, value: Any) -> bool:
        """Whether a value satisfies a part of the document."""
        if isinstance(schema, bool):
            return schema
        shared = {key: self._document[key] for key in ("$defs", "definitions") if key in self._document}
        return validator({**schema, **shared}).is_valid(value)


def _implied(schema: Mapping[str, Any]) -> str | None:
    if "properties" in schema or "required" in schema:
        return "object"
    return "array" if "prefixItems" in schema else None
