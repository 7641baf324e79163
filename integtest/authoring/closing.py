"""A request's schema decides which keys a consumer may send, optional ones among them; no others are allowed."""

from __future__ import annotations

from typing import Any


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every object that does not speak of other keys closed to them.

    Pact refuses unexpected keys in requests, and its example cannot hold the optional ones; so where a request has
    a schema, the schema judges its keys.
    """
    found: dict[str, Any] = _closed(schema)
    return found


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    whole = {key: _below(key, value) for key, value in node.items()}
    speaks = {"additionalProperties", "unevaluatedProperties", "patternProperties", "allOf"}
    if isinstance(node.get("properties"), dict) and not speaks & node.keys():
        whole["additionalProperties"] = False
    return whole


def _below(key: str, value: Any) -> Any:
    if key in ("properties", "$defs", "definitions", "patternProperties") and isinstance(value, dict):
        return {name: _closed(item) for name, item in value.items()}
    if key in ("const", "enum", "examples", "default", "required", "discriminator"):
        return value
    return _closed(value)
