"""A consumer's result as plain data that two runs can be compared by."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import Enum
from typing import Any

_DEPTH = 12
_LARGEST = 2000


def plain(value: Any, depth: int = 0) -> Any:
    """Numbers, text, None, lists and dicts with text keys; what is none of these by its class and its fields, a
    moment in time as `{"$time": seconds since the epoch}`. What cannot be looked into is its class alone."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if depth > _DEPTH:
        return _name(value)
    if isinstance(value, Enum):
        return plain(value.value, depth + 1)
    if isinstance(value, datetime):
        return {"$time": value.timestamp()}
    if isinstance(value, date | bytes | bytearray | complex):
        return str(value)
    return _made_of(value, depth + 1)


def _made_of(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth) for key, item in list(value.items())[:_LARGEST]}
    if isinstance(value, list | tuple):
        return [plain(item, depth) for item in value[:_LARGEST]]
    if isinstance(value, Set):
        return sorted((plain(item, depth) for item in value), key=repr)
    fields = _fields(value)
    if fields is None:
        return {"$class": _name(value)}
    return {"$class": _name(value), **{name: plain(item, depth) for name, item in fields.items()}}


def _fields(value: Any) -> Mapping[str, Any] | None:
    """What an object is made of, as far as it shows it."""
    if dataclasses.is_dataclass(value):
        return {one.name: getattr(value, one.name, None) for one in dataclasses.fields(value)}
    dump = getattr(value, "model_dump", None)
    if callable(dump) and hasattr(type(value), "model_fields"):
        found = dump(mode="python")
        return found if isinstance(found, Mapping) else None
    if hasattr(value, "status_code") and hasattr(value, "content"):
        return {"status": value.status_code, "body": _text(value)}
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        return {name: item for name, item in own.items() if not name.startswith("_") and not callable(item)}
    return None


def _text(response: Any) -> str | None:
    try:
        return str(response.text)
    except Exception:  # noqa: BLE001 - a client's own refusal to read a body that it did not load
        return None


def _name(value: Any) -> str:
    return f"{type(value).__module__}:{type(value).__qualname__}"
