"""How old recordings are, and whether that is too old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place
from integtest.rules.verification import finding

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


class Age(NamedTuple):
    """When the oldest of some recordings was made, None where none tells; `unknown` counts those that do not."""

    oldest: datetime | None
    unknown: int
    total: int

    def seconds(self, now: datetime) -> float:
        """Of the oldest; 0 where unknown, or where it claims to come from the future."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


def age_of(exchanges: Sequence[Exchange]) -> Age:
    """The age of a cassette is that of its oldest recording."""
    moments = [moment for one in exchanges if (moment := one.provenance.recorded_at) is not None]
    aware = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments]
    return Age(min(aware, default=None), len(exchanges) - len(moments), len(exchanges))


def staleness(exchanges: Sequence[Exchange], file: str | None, limit: float, now: datetime) -> list[Finding]:
    """Findings for recordings older than `limit` seconds, and for those whose age nobody knows."""
    age, found = age_of(exchanges), []
    if age.oldest is not None and (seconds := age.seconds(now)) > limit:
        found.append(
            finding(
                "cassette-stale",
                f"recorded {words(seconds)} ago ({age.oldest:%Y-%m-%d}), and may be {words(limit)} old",
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


def words(seconds: float) -> str:
    """A duration in the largest unit that it fills twice, rounded down: "45 days", "36 hours"."""
    for name, size in _UNITS:
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {name}s"
    return "1 second" if seconds >= 1 else f"{seconds:g} seconds"
