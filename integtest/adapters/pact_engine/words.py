"""The engine's mismatches in plain words: "expected a string, got null"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from integtest.model.finding import Mismatch
from integtest.rules.match.paths import below
from integtest.rules.match.words import kind_of, shown

_Entry = Mapping[str, Any]
_KIND = {
    "String": "a string",
    "Integer": "a number",
    "Decimal": "a number",
    "Boolean": "true or false",
    "Null": "null",
    "Object": "an object",
    "Array": "a list",
}


def told(entries: Sequence[_Entry], *, as_json: bool) -> list[Mismatch]:
    """One mismatch for each fault, with the values read as JSON where the body is JSON."""
    found: list[Mismatch] = []
    for entry in entries:
        found += _missing_keys(entry) or [_one(entry, as_json=as_json)]
    return _once(found)


def _one(entry: _Entry, *, as_json: bool) -> Mismatch:
    said = entry["mismatch"].split("\n\nStack backtrace", 1)[0]
    expected, actual = (_value(entry.get(side), as_json=as_json) for side in ("expected", "actual"))
    if actual == "" and "Expected null (Null)" in said:
        actual = None  # The engine writes null in the place of an object or a list as nothing at all.
    message = _worded(said, expected, actual) or said[:1].lower() + said[1:]
    return Mismatch(part="body", path=entry.get("path") or "$", message=message, expected=expected, actual=actual)


def _worded(said: str, expected: Any, actual: Any) -> str | None:
    for pattern, say in _SAYINGS:
        found = pattern.search(said)
        if found:
            return say(found, expected, actual)
    return None


_Say = Callable[[re.Match[str], Any, Any], str]


def _wanted(what: str) -> _Say:
    return lambda _found, _expected, actual: f"expected {what}, got {shown(actual)}"


def _wanted_named(what: str) -> _Say:
    return lambda found, _expected, actual: f"expected {what} {found[1]!r}, got {shown(actual)}"


_SAYINGS: tuple[tuple[re.Pattern[str], _Say], ...] = tuple(
    (re.compile(pattern, re.DOTALL), say)
    for pattern, say in (
        (
            r"to be the same type as .* \((\w+)\)\Z",
            lambda f, e, a: f"expected {_KIND.get(f[1], kind_of(e))}, got {shown(a)}",
        ),
        (
            r"to be equal to |using equality but did not match",
            lambda _, e, a: f"expected {shown(e)}, got {shown(a)}",
        ),
        (r"to (?:be|match) an integer", _wanted("an integer")),
        (r"to (?:be|match) a decimal number", _wanted("a number with decimals")),
        (r"to (?:be|match) a number", _wanted("a number")),
        (r"to match a boolean", _wanted("true or false")),
        (r"to be a null value", _wanted("null")),
        (
            r"to match a (date|time|timestamp) pattern of '(.*?)'",
            lambda f, _, a: f"expected a {f[1]} like {f[2]}, got {shown(a)}",
        ),
        (r" to match '(.*)'\Z", lambda f, _, a: f"expected text matching {f[1]}, got {shown(a)}"),
        (r" to include '(.*)'\Z", lambda f, _, a: f"expected text with {f[1]!r} in it, got {shown(a)}"),
        (r"to not be empty|non-empty value", _wanted("something")),
        (r"semantic version", _wanted("a semantic version such as 1.2.3")),
        (r"have a content type of '(.*?)'", lambda f, *_: f"expected content of type {f[1]}"),
        (r"a List with (\d+) elements but received (\d+)", lambda f, *_: f"expected {f[1]} items, got {f[2]}"),
        (r"an empty List but received", lambda _, __, a: f"expected an empty list, got {shown(a)}"),
        (
            r"\(size (\d+)\) to have minimum size of (\d+)",
            lambda f, *_: f"expected at least {f[2]} items, got {f[1]}",
        ),
        (
            r"\(size (\d+)\) to have maximum size of (\d+)",
            lambda f, *_: f"expected at most {f[2]} items, got {f[1]}",
        ),
        (r"Variant at index (\d+)", lambda f, e, _: f"no item is like the example {f[1]}, {shown(e)}"),
        (r"Unexpected form post parameter '(.*)' received", lambda f, *_: f"form field {f[1]!r} is not expected"),
        (r"form post parameter '(.*)' but was missing", lambda f, *_: f"form field {f[1]!r} is missing"),
        (r"form post parameter '.*' with value", lambda _, e, a: f"expected {shown(e)}, got {shown(a)}"),
        (r"with (\d+) value\(s\) but received (\d+)", lambda f, *_: f"expected {f[1]} values, got {f[2]}"),
        (r"Failed to parse the actual body: '(.*)'", lambda f, *_: f"the body is cut or malformed: {f[1]}"),
        (
            r"Failed to parse the expected body: '(.*)'",
            lambda f, *_: f"the contract's own body is malformed: {f[1]}",
        ),
        (r"Expected child <(.*)/> but was missing", lambda f, *_: f"element <{f[1]}> is missing"),
        (r"Expected attribute '(.*?)'=.*missing", lambda f, *_: f"attribute {f[1]!r} is missing"),
        (r"Expected .* but was missing", lambda *_: "an item is missing"),
    )
)


def _missing_keys(entry: _Entry) -> list[Mismatch]:
    if not entry["mismatch"].startswith("Actual map is missing the following keys"):
        return []
    there = set(orjson.loads(entry["actual"]))
    path = entry.get("path") or "$"
    return [
        Mismatch(part="body", path=below(path, key), message=f"key {key!r} is missing")
        for key in orjson.loads(entry["expected"])
        if key not in there
    ]


def _once(found: list[Mismatch]) -> list[Mismatch]:
    """Without repetition: a list that is too short is told by its length, not also by each item."""
    lengths = {
        m.path for m in found if m.message.startswith("expected") and m.message.split(", got")[0].endswith("items")
    }
    kept = [m for m in found if not (m.path in lengths and m.message == "an item is missing")]
    return list({(m.path, m.message): m for m in kept}.values())


def _value(text: str | None, *, as_json: bool) -> Any:
    if text is None or not as_json:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text[:200]
