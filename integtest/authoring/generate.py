"""Values made when an example is used: the generators of Pact V4, each with the matcher that its values obey."""

from __future__ import annotations

from typing import Any

from integtest.authoring import dates
from integtest.authoring.places import refuse
from integtest.authoring.values import Match
from integtest.model.matching import Generator, Matcher


def from_state(name: str, *, example: Any) -> Match:
    """The value `name` that the provider state's set-up returns; `example` where nothing sets one up.

    Stands in a path, query, header, form or JSON value; any value of the example's type matches.
    """
    kind = _data_type(example)
    found = _made(example, "type", "ProviderState", expression=f"${{{name}}}", dataType=kind)
    return Match(found.example, found.matchers, generator=found.generator, text="[^/]+", state=name)


def random_int(min: int = 0, max: int = 2147483647) -> Match:  # noqa: A002  # Pact's names
    """A whole number between `min` and `max`."""
    return _made(min, "integer", "RandomInt", min=min, max=max)


def random_decimal(digits: int = 6) -> Match:
    """A number of so many digits."""
    return _made(1.5, "decimal", "RandomDecimal", digits=digits)


def random_hex(digits: int = 8) -> Match:
    """So many hexadecimal digits."""
    return _made("0" * digits, "regex", "RandomHexadecimal", rule={"regex": "[0-9a-fA-F]+"}, digits=digits)


def random_string(size: int = 10) -> Match:
    """So many letters and digits."""
    return _made("a" * size, "type", "RandomString", size=size)


def random_uuid() -> Match:
    """A UUID of version 4."""
    pattern = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    return _made("fc763eba-0905-41c5-a27f-3934ab26786c", "regex", "Uuid", rule={"regex": pattern})


def random_boolean() -> Match:
    """True or false."""
    return _made(True, "type", "RandomBoolean")


def current_date(format: str = "yyyy-MM-dd", example: str = "2024-01-31") -> Match:  # noqa: A002
    """Today in a pattern of Java's DateTimeFormatter."""
    return _made(checked("date", format, example), "date", "Date", rule={"format": format}, format=format)


def current_time(format: str = "HH:mm:ss", example: str = "12:30:00") -> Match:  # noqa: A002
    """The time of day in a pattern of Java's DateTimeFormatter."""
    return _made(checked("time", format, example), "time", "Time", rule={"format": format}, format=format)


def current_datetime(
    format: str = "yyyy-MM-dd'T'HH:mm:ssXXX",  # noqa: A002
    example: str = "2024-01-31T12:30:00Z",
    *,
    ahead: int = 0,
) -> Match:
    """Now, or `ahead` seconds from now (before now where it is negative), in a pattern of Java's
    DateTimeFormatter."""
    args: dict[str, Any] = {"format": format}
    if _whole(ahead):
        args["expression"] = f"now @ now {ahead:+d} seconds"
    return _made(checked("datetime", format, example), "datetime", "DateTime", rule={"format": format}, **args)


def current_epoch(ahead: int = 0, example: int = 1714557600) -> Match:
    """Whole seconds since the epoch, `ahead` seconds from now (RFC 7519, 2: NumericDate). Pact has no such
    generator: other tools keep the example."""
    args: dict[str, Any] = {"ahead": ahead} if _whole(ahead) else {}
    return _made(example, "integer", "Epoch", **args)


def checked(name: str, form: str, example: str) -> str:
    """The example of a date or time, which must have the form of its own pattern."""
    if not isinstance(example, str) or not dates.fits(form, example):
        refuse(
            f"the example {example!r} does not have the form {form!r} of {name}",
            'give both: date("dd.MM.yyyy", "31.01.2024")',
        )
    return example


def _whole(ahead: Any) -> int:
    if isinstance(ahead, bool) or not isinstance(ahead, int):
        refuse(f"ahead={ahead!r} is no whole number of seconds", "for example ahead=3600, or ahead=-30")
    return ahead


def _made(example: Any, match: str, kind: str, rule: dict[str, Any] | None = None, **args: Any) -> Match:
    matcher = Matcher(match=match, args=rule or {})
    return Match(example, (matcher,), generator=Generator(type=kind, args=args))


def _data_type(example: Any) -> str:
    for kind, name in ((bool, "BOOLEAN"), (int, "INTEGER"), (float, "DECIMAL"), (str, "STRING")):
        if isinstance(example, kind):
            return name
    return refuse(
        "from_state() needs an example: text, a number or a boolean", 'for example from_state("id", example="t1")'
    )
