"""How old cassettes are, held against their own limits and the project's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from integtest.model.check import Check
from integtest.rules.freshness import Age, staleness, words

Standing = Literal["fresh", "too old", "without a date", "without a limit"]
_NAMED = 8


class Aged(NamedTuple):
    """A cassette that was read: where it is, and how old."""

    file: str
    age: Age


def counted(cassettes: Sequence[Aged], limit: float | None, now: datetime) -> str:
    """`10 fresh, 2 too old, 1 without a date (a.yaml), 3 without a limit`, without what there is none of. Of the
    undated the first are named where no limit makes a check of each. `limit` is the project's, in seconds."""
    found: dict[Standing, list[Aged]] = {"fresh": [], "too old": [], "without a date": [], "without a limit": []}
    for one in cassettes:
        found[_standing(one.age, limit, now)].append(one)
    undated = [one.file for one in found["without a date"] if one.age.limit(limit) is None]
    parts = [
        f"{len(those)} {how}" + (f" ({_listed(undated)})" if how == "without a date" and undated else "")
        for how, those in found.items()
        if those
    ]
    return ", ".join(parts)


def unwell(cassettes: Sequence[Aged], limit: float | None, now: datetime) -> Iterator[Check]:
    """A check for each cassette that is too old, or beyond a limit for all that anybody knows."""
    for one in cassettes:
        for finding in staleness(one.age, one.file, limit, now):
            too_old = finding.rule == "cassette-stale"
            over = one.age.seconds(now) - (one.age.limit(limit) or 0.0)
            yield Check(
                name=f"age {one.file}",
                status="fail" if too_old else "warn",
                detail=f"{finding.message}: {words(over)} too old" if too_old else finding.message,
                hint=finding.hint,
            )


def _standing(age: Age, limit: float | None, now: datetime) -> Standing:
    allowed = age.limit(limit)
    if allowed is not None and age.oldest is not None and age.seconds(now) > allowed:
        return "too old"
    if age.unknown:
        return "without a date"
    return "without a limit" if allowed is None else "fresh"


def _listed(files: Sequence[str]) -> str:
    more = f", and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return ", ".join(files[:_NAMED]) + more
