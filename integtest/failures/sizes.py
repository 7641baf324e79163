"""Lists of a body that may be empty, or long."""

from __future__ import annotations

from typing import Any

from integtest.failures.editing import telling
from integtest.failures.fields import Field
from integtest.failures.subject import Subject
from integtest.failures.telling import plain


def lists(subject: Subject) -> list[Field]:
    """The lists that hold things, outermost and most telling first; no tuples, and no lists of bare numbers."""
    found = [
        one
        for one in subject.places
        if isinstance(one.value, list)
        and one.value
        and "prefixItems" not in one.schema
        and not isinstance(one.value[0], int | float)
    ]
    return telling(subject, found, key=lambda one: -one.depth)


def numbered(item: Any, index: int) -> Any:
    """An item beside its like, as a provider would send many: its own identifiers have a number."""
    if isinstance(item, dict):
        return {key: _own(key, value, index) for key, value in item.items()}
    return f"{item}-{index}" if isinstance(item, str) and index else item


def _own(key: str, value: Any, index: int) -> Any:
    name = plain(key)
    if not index or isinstance(value, bool) or not (name in ("id", "uuid", "key", "index") or name.endswith("_id")):
        return value
    if isinstance(value, int):
        return value + index
    return f"{value}-{index}" if isinstance(value, str) else value
