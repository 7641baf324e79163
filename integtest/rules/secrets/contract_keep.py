"""What of a recording a contract needs to see as it was: the places that it compares by more than type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from integtest.model.contract import AnyInteraction, HttpInteraction
from integtest.model.matching import RequestPattern, ResponsePattern, RuleList
from integtest.model.stream import StreamPattern

_BY_TYPE = frozenset({"type", "integer", "decimal", "number", "boolean", "null", "notEmpty", "not-empty", "values"})
_WHOLE = "$"
_DEPTH = 14
"""How deep a schema is followed: one may hold itself."""


def keep_for(interactions: Iterable[AnyInteraction]) -> tuple[str, ...]:
    """Keep paths for `Policy.keep`, sorted: JSON paths, `header.Name`, `query.name`."""
    found: set[str] = set()
    for interaction in interactions:
        if isinstance(interaction, HttpInteraction):
            secret = {use.name.lower() for use in interaction.secrets}
            found |= set(_of_part(interaction.request)) | set(_of_part(interaction.response))
            found -= {path for path in found if _name(path) in secret}
    return tuple(sorted(found))


def _name(path: str) -> str:
    """What a secret's use is called by: a path as it is, a header or query by its name."""
    return (path if path.startswith(_WHOLE) else path.partition(".")[2]).lower()


def _of_part(part: RequestPattern | ResponsePattern) -> Iterator[str]:
    rules = part.rules
    for name in part.headers:
        if _compares(rules.header, name):
            yield f"header.{name}"
    for name in getattr(part, "query", ()):
        if _compares(rules.query, name):
            yield f"query.{name}"
    if isinstance(part, ResponsePattern) and part.stream is not None:
        yield from _of_stream(part.stream)
        return
    yield from _of_body(part.body.content, rules.body)


def _of_body(content: bytes, rules: Mapping[str, RuleList]) -> Iterator[str]:
    yield from (path for path, rule in rules.items() if not _is_by_type(rule))
    try:
        document = json.loads(content or b"null")
    except ValueError:
        return
    yield from _literals(document, _WHOLE, rules, loose=False)


def _of_stream(stream: StreamPattern) -> Iterator[str]:
    """Within each event's data; never the whole of it, which may be anything that a provider streams."""
    for event in (*stream.events, *stream.optional, *([stream.end] if stream.end else [])):
        if event.kind == "json":
            found = [*_of_body(event.example.encode(), event.rules), *_choices(event.json_schema or {})]
            yield from (path for path in found if path != _WHOLE)


def _choices(document: Mapping[str, Any]) -> Iterator[str]:
    """The places of a schema that allow certain values only, optional ones too."""
    todo: list[tuple[Any, str, int]] = [(document, _WHOLE, 0)]
    while todo:
        node, path, depth = todo.pop()
        if not isinstance(node, dict) or depth > _DEPTH:
            continue
        if "const" in node or "enum" in node:
            yield path
        if reference := str(node.get("$ref", "")).removeprefix("#/$defs/"):
            todo.append((document.get("$defs", {}).get(reference), path, depth + 1))
        todo += [(one, path, depth + 1) for key in ("anyOf", "oneOf", "allOf") for one in node.get(key, ())]
        todo += [(one, f"{path}{_step(key)}", depth + 1) for key, one in node.get("properties", {}).items()]
        todo.append((node.get("items"), f"{path}[*]", depth + 1))


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"['{key}']"


def _compares(rules: Mapping[str, RuleList], name: str) -> bool:
    """True when the value itself counts: no rule at all means that it must be equal."""
    rule = next((rule for key, rule in rules.items() if key.lower() == name.lower()), None)
    return rule is None or not _is_by_type(rule)


def _is_by_type(rule: RuleList) -> bool:
    return all(matcher.match in _BY_TYPE for matcher in rule.matchers)


def _literals(value: Any, path: str, rules: Mapping[str, RuleList], *, loose: bool) -> Iterator[str]:
    """The strings of an example that no rule loosens; a rule by type loosens all that is below it."""
    rule = rules.get(path)
    loose = loose if rule is None else _is_by_type(rule)
    if isinstance(value, str) and not loose:
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _literals(item, path + _step(key), rules, loose=loose)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            step = f"[{index}]" if f"{path}[{index}]" in rules or not loose else "[*]"
            yield from _literals(item, path + step, rules, loose=loose)
