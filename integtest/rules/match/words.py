"""Values as a person reads them in a mismatch."""

from __future__ import annotations

from typing import Any

import orjson

_WIDTH = 80


def shown(value: Any) -> str:
    """A value as JSON, cut at 80 characters; bytes as their number."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    try:
        text = orjson.dumps(value).decode()
    except (TypeError, orjson.JSONEncodeError):
        text = repr(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def kind_of(value: Any) -> str:
    """The JSON type of a value, with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an object" if isinstance(value, dict) else "a list"


def joined(messages: list[str], combine: str) -> str:
    """Several reasons for one value as one: "expected a string or null, got 5"."""
    if len(messages) < 2:
        return "".join(messages)
    halves = [message.split(", got ", 1) for message in messages]
    if (
        all(len(half) == 2 and half[0].startswith("expected ") for half in halves)
        and len({h[1] for h in halves}) == 1
    ):
        wanted = [half[0].removeprefix("expected ") for half in halves]
        word = " or " if combine == "OR" else " and "
        return f"expected {word.join(dict.fromkeys(wanted))}, got {halves[0][1]}"
    return "; ".join(messages)
