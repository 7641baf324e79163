"""The JSON Schema half: what Pact's rules cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import jsonschema_rs
import orjson

from integtest.errors import ContractError
from integtest.model.finding import Mismatch
from integtest.rules.match.paths import below, render
from integtest.rules.match.words import shown

_TYPES = {
    "null": "null",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "a list",
    "object": "an object",
}


class SchemaJudge:
    """One compiled schema; formats are checked, references resolve within it alone."""

    __slots__ = ("_validator",)

    def __init__(self, schema: dict[str, Any]) -> None:
        try:
            self._validator = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_refuse)
        except (ValueError, TypeError, jsonschema_rs.ReferencingError) as error:
            said = str(error).split("\n", 1)[0]
            raise ContractError(
                f"the JSON Schema of this body cannot be compiled: {said}",
                hint="keep all it refers to inside the schema ($defs)",
            ) from error

    def add_to(self, found: list[Mismatch], content: bytes) -> list[Mismatch]:
        """`found` and what the schema holds against the body where `found` is silent."""
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            return found or [Mismatch(part="body", message=f"the body is not JSON: {error}", judge="schema")]
        if self._validator.is_valid(document):
            return found
        said = [m for error in self._validator.iter_errors(document) for m in _told(error, document)]
        silent = [m for m in said if not _known(m.path, found)]
        return found + list({m.path: m for m in silent}.values())


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} lies outside of the schema")


def _known(path: str, found: Sequence[Mismatch]) -> bool:
    """True when the same place, one around it or one within it has been told already."""
    return any(path == m.path or _inside(path, m.path) or _inside(m.path, path) for m in found if m.part == "body")


def _inside(path: str, around: str) -> bool:
    return path.startswith(around) and path[len(around) :].startswith((".", "["))


def _told(error: Any, document: Any) -> list[Mismatch]:
    """The mismatches of one error: a missing or unexpected key is told at its own place."""
    place = render(error.instance_path)
    kind = error.kind
    if kind.name == "required":
        return [_mismatch(below(place, kind.property), f"key {kind.property!r} is missing", None, None)]
    if kind.name in {"additionalProperties", "unevaluatedProperties"}:
        return [
            _mismatch(below(place, key), f"key {key!r} is not expected", None, error.instance.get(key))
            for key in kind.unexpected
        ]
    if kind.name in {"anyOf", "oneOf"} and getattr(kind, "context", None):
        return _best_branch(kind.context, error, document)
    expected, message = _worded(kind, error)
    return [_mismatch(place, message, expected, error.instance)]


def _mismatch(path: str, message: str, expected: Any, actual: Any) -> Mismatch:
    return Mismatch(part="body", path=path, message=message, expected=expected, actual=actual, judge="schema")


def _best_branch(branches: Sequence[Sequence[Any]], error: Any, document: Any) -> list[Mismatch]:
    """The branch that comes nearest: one whose kind of value fits and of those the one with fewest errors."""
    here = error.instance_path
    fitting = [b for b in branches if b and not any(_wrong_kind(e, here) for e in b)]
    if not fitting:
        wanted = " or ".join(dict.fromkeys(_wanted(branch[0]) for branch in branches if branch))
        message = f"expected {wanted}, got {shown(error.instance)}"
        return [_mismatch(render(here), message, None, error.instance)]
    nearest = min(fitting, key=lambda branch: (any(e.kind.name in {"const", "enum"} for e in branch), len(branch)))
    return [m for inner in nearest for m in _told(inner, document)]


def _wrong_kind(error: Any, here: Sequence[Any]) -> bool:
    return error.kind.name == "type" and list(error.instance_path) == list(here)


def _wanted(error: Any) -> str:
    _, message = _worded(error.kind, error)
    return message.removeprefix("expected ").split(", got ", 1)[0]


def _worded(kind: Any, error: Any) -> tuple[Any, str]:
    """What the schema wants, and the sentence that says so."""
    value = getattr(kind, "value", None)
    limit = getattr(kind, "limit", None)
    seen = shown(error.instance)
    sentence = {
        "type": lambda: f"expected {_types(value)}, got {seen}",
        "enum": lambda: f"expected one of {', '.join(shown(v) for v in kind.options)}, got {seen}",
        "const": lambda: f"expected {shown(kind.expected_value)}, got {seen}",
        "minimum": lambda: f"expected at least {limit}, got {seen}",
        "maximum": lambda: f"expected at most {limit}, got {seen}",
        "exclusiveMinimum": lambda: f"expected more than {limit}, got {seen}",
        "exclusiveMaximum": lambda: f"expected less than {limit}, got {seen}",
        "minLength": lambda: f"expected at least {limit} characters, got {seen}",
        "maxLength": lambda: f"expected at most {limit} characters, got {seen}",
        "minItems": lambda: f"expected at least {limit} items, got {len(error.instance)}",
        "maxItems": lambda: f"expected at most {limit} items, got {len(error.instance)}",
        "pattern": lambda: f"expected text with {kind.pattern} in it, got {seen}",
        "format": lambda: f"expected text of format {kind.format}, got {seen}",
        "uniqueItems": lambda: f"expected no item twice, got {seen}",
    }.get(kind.name)
    return value, sentence() if sentence else error.message[:200]


def _types(value: Any) -> str:
    names = [value] if isinstance(value, str) else sorted(value or (), key=lambda name: name == "null")
    return " or ".join(_TYPES.get(str(name), str(name)) for name in names)
