"""What a foreign pact says and the model has no word for: set aside when read, put back when written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def rest(members: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """The members that are not among the known ones."""
    taken = set(known)
    return {key: value for key, value in members.items() if key not in taken}


def overlay(written: Any, aside: Any) -> Any:
    """`written` with what was set aside laid back in its place; what is written wins where both speak.

    Objects merge member by member; the items of an array are addressed by their index as text.
    """
    if isinstance(written, list) and isinstance(aside, dict):
        return [overlay(item, aside.get(str(index))) for index, item in enumerate(written)]
    if not (isinstance(written, dict) and isinstance(aside, dict)):
        return written
    merged = dict(written)
    for key, value in aside.items():
        merged[key] = overlay(merged[key], value) if key in merged else value
    return merged
