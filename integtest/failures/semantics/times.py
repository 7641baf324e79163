"""Times in other formats (RFC 3339; RFC 9110, 5.6.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from integtest.failures.catalogue import Draft, mode
from integtest.failures.editing import MAY_IGNORE, changed, telling
from integtest.failures.fields import Field, replaced
from integtest.failures.subject import Subject
from integtest.failures.telling import words

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_EPOCH = range(946_684_800, 4_102_444_800)
"""Unix seconds of this century."""
_TIMELY = {
    "at",
    "time",
    "timestamp",
    "created",
    "updated",
    "modified",
    "date",
    "exp",
    "iat",
    "nbf",
    "expires",
    "on",
}


@mode(
    "time-format",
    number=31,
    layer="semantics",
    title="a time in another format",
    source="RFC 3339; CSI (EuroSys'23): Unspoken Convention",
    healthy=MAY_IGNORE,
    covers=("csi:unspoken-convention/schema-value", "csi:type-confusion/schema-value", "csi:inconsistent-context"),
)
def time_format(subject: Subject) -> Iterator[Draft]:
    """The same instant, written as another system writes it: the consumer reads it right, or refuses."""
    if not subject.usable:
        return
    places = [one for one in (*subject.fields, *subject.unshown) if instant(one) is not None]
    for field in telling(subject, places):
        for variant, value in _formats(field):
            yield changed(
                subject,
                replaced(subject.document, field.pointer, value),
                pointer=field.pointer,
                variant=variant,
                what=f"{field.pointer} is {value!r}",
                why=_why(field),
                oracle={"differs": field not in subject.fields, "hands_on": (field.value, value)},
            )


def instant(field: Field) -> datetime | None:
    """The instant at a place: text as RFC 3339 has it, or Unix seconds under a name that speaks of time."""
    value: Any = field.value
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper())
        except ValueError:
            return None
    timely = bool(set(words(field.name)) & _TIMELY)
    if timely and isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _EPOCH:
        return datetime.fromtimestamp(value, UTC)
    return None


def _formats(field: Field) -> Iterator[tuple[str, Any]]:
    moment = instant(field)
    if moment is None:
        return
    at = moment.timestamp()
    if isinstance(field.value, str):
        there = moment.astimezone(timezone(timedelta(hours=5, minutes=30)))
        yield "no-offset", moment.replace(tzinfo=None).isoformat()
        yield "epoch-ms", int(at * 1000)
        yield "other-offset", there.isoformat()
        yield "http-date", format_datetime(moment.astimezone(UTC), usegmt=True)
        yield "date-only", moment.date().isoformat()
    else:
        yield "epoch-ms", int(at * 1000)
        yield "rfc-3339", moment.isoformat().replace("+00:00", "Z")
        yield "text", str(field.value)


def _why(field: Field) -> str:
    if isinstance(field.value, str):
        return f"{field.pointer} is a time with its offset, and systems write times in their own ways"
    return f"{field.pointer} counts the seconds since 1970, and other systems count milliseconds or write text"
