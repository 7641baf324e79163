"""How old recordings are, and whether that is too old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from integtest.model.budget import seconds
from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place
from integtest.rules.verification import finding

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


class Age(NamedTuple):
    """When the oldest of some recordings was made, None where none tells; `unknown` counts those that do not.
    `max_age` is the strictest limit that any of them carries, as it says it."""

    oldest: datetime | None
    unknown: int
    total: int
    max_age: str | None = None

    def seconds(self, now: datetime) -> float:
        """Of the oldest; 0 where unknown, or where it claims to come from the future."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0

    def limit(self, given: float | None) -> float | None:
        """The stricter of a limit in seconds and their own; None where there is neither."""
        limits = [given, None if self.max_age is None else seconds(self.max_age)]
        return min((one for one in limits if one is not None), default=None)


def age_of(exchanges: Sequence[Exchange]) -> Age:
    """The age of a cassette is that of its oldest recording."""
    moments = [moment for one in exchanges if (moment := one.provenance.recorded_at) is not None]
    aware = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments]
    limits = {one.provenance.max_age for one in exchanges} - {None}
    strictest = min((one for one in limits if one is not None), key=seconds, default=None)
    return Age(min(aware, default=None), len(exchanges) - len(moments), len(exchanges), strictest)


def staleness(age: Age, file: str | None, given: float | None, now: datetime) -> list[Finding]:
    """Findings for recordings older than `given` seconds or than they say they may be, and for those whose age
    nobody knows though there is a limit."""
    limit, found = age.limit(given), []
    if limit is None:
        return []
    if age.oldest is not None and (old := age.seconds(now)) > limit:
        found.append(
            finding(
                "cassette-stale",
                f"recorded {words(old)} ago ({age.oldest:%Y-%m-%d}), and may be {words(limit)} old",
                location=Place(file=file),
                hint=f"record it again: integtest refresh{f' {file}' if file else ''}",
            )
        )
    if age.unknown:
        which = "it does" if age.total == 1 else f"{age.unknown} of {age.total} recordings do"
        found.append(
            finding(
                "cassette-age-unknown",
                f"{which} not say when recorded, so that the limit of {words(limit)} cannot be held",
                location=Place(file=file),
                hint=f"record it again: integtest refresh{f' {file}' if file else ''}",
            )
        )
    return found


def words(length: float) -> str:
    """A duration in the largest unit that it fills twice, rounded down: "45 days", "36 hours"."""
    for name, size in _UNITS:
        if length >= 2 * size:
            return f"{int(length // size)} {name}s"
    return "1 second" if length >= 1 else f"{length:g} seconds"
