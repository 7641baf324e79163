"""Numbers in another unit or scale."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, mode
from integtest.failures.editing import MAY_IGNORE, changed, telling
from integtest.failures.fields import Field, replaced
from integtest.failures.subject import Subject
from integtest.failures.telling import plain, weight, words

_UNITS = {
    "ms": "milliseconds",
    "millis": "milliseconds",
    "milliseconds": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "s": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "ttl": "seconds",
    "duration": "a span of time",
    "latency": "a span of time",
    "timeout": "a span of time",
    "cents": "cents",
    "amount": "money",
    "price": "money",
    "cost": "money",
    "balance": "money",
    "fee": "money",
    "usd": "dollars",
    "eur": "euros",
    "bytes": "bytes",
    "kb": "kilobytes",
    "mb": "megabytes",
    "percent": "per cent",
    "percentage": "per cent",
    "ratio": "a ratio",
    "score": "a score",
    "confidence": "a probability",
    "probability": "a probability",
}
_NAMES = {
    "expires_in": "seconds (RFC 6749, 5.1)",
    "retry_after": "seconds",
    "max_age": "seconds",
    "interval": "seconds",
}
_UPPER = ("maximum", "exclusiveMaximum")


@mode(
    "other-unit",
    number=32,
    layer="semantics",
    title="a number in another unit or scale",
    source="CSI (EuroSys'23): Unspoken Convention",
    healthy=MAY_IGNORE,
    covers=("csi:unspoken-convention/schema-value",),
)
def other_unit(subject: Subject) -> Iterator[Draft]:
    """A thousand times as much, where the number's name carries a unit; first where the contract bounds it."""
    if not subject.usable:
        return
    measured = [one for one in (*subject.fields, *subject.unshown) if unit(one) and _positive(one)]
    for field in telling(subject, measured, key=lambda one: weight(one) + 5 * _bounded(one)):
        value = field.value * 1000
        bounded = _bounded(field)
        bound = "the contract bounds it" if bounded else "a range check tells one from the other"
        yield changed(
            subject,
            replaced(subject.document, field.pointer, value),
            pointer=field.pointer,
            what=f"{field.pointer} is {value}, a thousand times {field.value}",
            why=f"{plain(field.name)} is {unit(field)} by its name, and nothing in the number says so; {bound}",
            oracle={
                "differs": field not in subject.fields,
                "hands_on": None if bounded else (field.value, value),
            },
        )


def unit(field: Field) -> str | None:
    """What the name says that a number counts; None where it says nothing."""
    name = plain(field.name)
    if name in _NAMES:
        return _NAMES[name]
    last = words(field.name)[-1:]
    return _UNITS.get(last[0]) if last else None


def _positive(field: Field) -> bool:
    value = field.value
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e300


def _bounded(field: Field) -> bool:
    branches = (field.schema, *field.schema.get("anyOf", ()))
    return any(isinstance(one, dict) and any(name in one for name in _UPPER) for one in branches)
