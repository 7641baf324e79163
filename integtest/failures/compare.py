"""Comparing two results of a consumer, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def differences(one: Any, other: Any, slack: float = 0.0) -> list[str]:
    """JSON pointers of the places that differ, the outermost only. Numbers with a fraction, and moments in time,
    may differ by `slack`: a clock went on meanwhile."""
    return list(_differ(one, other, "", slack))


def within(places: Sequence[str], allowed: Sequence[str]) -> bool:
    """Whether every place is one of those that are allowed, or lies within one."""
    return all(any(place == one or place.startswith(f"{one}/") for one in allowed) for place in places)


def _differ(one: Any, other: Any, path: str, slack: float) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys([*one, *other]):
            below = f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"
            if key not in one or key not in other:
                yield below
            else:
                yield from _differ(one[key], other[key], below, slack)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from _differ(*pair, f"{path}/{index}", slack)
    elif not _alike(one, other, slack):
        yield path


def _alike(one: Any, other: Any, slack: float) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or type(one) is not type(other):
        return one is other or (one == other and not isinstance(one, bool) and not isinstance(other, bool))
    if isinstance(one, float) and one != other:
        return abs(one - other) <= slack or (one != one and other != other)
    return bool(one == other)
