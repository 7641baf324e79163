"""Matchers and generators for examples written by hand, under the names of Pact V4.

A matcher stands in an example in place of a value: `{"id": integer(7), "tags": each_like("new")}`. A plain value
in an example is matched exactly, in a request and in a reply, unless a matcher around it says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from integtest.authoring.generate import (
    checked,
    current_date,
    current_datetime,
    current_epoch,
    current_time,
    from_state,
    random_boolean,
    random_decimal,
    random_hex,
    random_int,
    random_string,
    random_uuid,
)
from integtest.authoring.patterns import either, foreign, literal, problem
from integtest.authoring.places import refuse
from integtest.authoring.values import Match
from integtest.model.matching import Matcher

__all__ = [
    "all_of",
    "any_value",
    "array_containing",
    "binary",
    "boolean",
    "content_type",
    "current_date",
    "current_datetime",
    "current_epoch",
    "current_time",
    "date",
    "datetime",
    "decimal",
    "each_key",
    "each_like",
    "each_value",
    "equals",
    "from_state",
    "includes",
    "integer",
    "like",
    "not_empty",
    "null",
    "number",
    "one_of",
    "random_boolean",
    "random_decimal",
    "random_hex",
    "random_int",
    "random_string",
    "random_uuid",
    "regex",
    "semver",
    "time",
    "uuid",
]

_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


def like(example: Any) -> Match:
    """Any value of the example's type; what is nested in it too, where it has no matcher of its own."""
    return Match(example, (_rule("type"),))


def regex(pattern: str, example: str) -> Match:
    """Text that `pattern` matches from its first to its last character, in every Pact engine."""
    wrong = problem(pattern)
    if wrong:
        refuse(f"regex({pattern!r}) is not a regular expression: {wrong}")
    if piece := foreign(pattern):
        refuse(
            f"Pact's engine does not read {piece!r} in regex({pattern!r}) as Python does", "write it without that"
        )
    if not re.fullmatch(pattern, example):
        refuse(f"the example {example!r} does not match its own pattern {pattern!r}", "the whole text must match")
    return Match(
        example, (_rule("regex", regex=pattern),), text=f"(?:{pattern.removeprefix('^').removesuffix('$')})"
    )


def one_of(*values: str) -> Match:
    """One of these texts; the first is the example."""
    if not values:
        refuse("one_of() needs at least one value")
    return regex(either(list(values)), values[0])


def integer(example: int = 1) -> Match:
    """A whole number, written without a fraction."""
    _kind("integer", example, int)
    return Match(example, (_rule("integer"),), text="-?[0-9]+")


def decimal(example: float = 1.5) -> Match:
    """A number with a fraction."""
    _kind("decimal", example, float)
    return Match(example, (_rule("decimal"),), text=r"-?[0-9]+\.[0-9]+")


def number(example: float = 1) -> Match:
    """Any number."""
    _kind("number", example, (int, float))
    return Match(example, (_rule("number"),), text=r"-?[0-9]+(?:\.[0-9]+)?")


def boolean(example: bool = True) -> Match:
    """True or false."""
    if not isinstance(example, bool):
        refuse(f"boolean({example!r}) needs True or False")
    return Match(example, (_rule("type"),), text="(?:true|false)")


def null() -> Match:
    """JSON's null."""
    return Match(None, (_rule("null"),))


def uuid(example: str = "fc763eba-0905-41c5-a27f-3934ab26786c") -> Match:
    """A UUID in its 36 characters."""
    return replace(regex(_UUID, example), text=_UUID)


def date(format: str = "yyyy-MM-dd", example: str = "2024-01-31") -> Match:  # noqa: A002  # Pact's name
    """A date in a pattern of Java's DateTimeFormatter, as Pact has it."""
    return Match(checked("date", format, example), (_rule("date", format=format),))


def time(format: str = "HH:mm:ss", example: str = "12:30:00") -> Match:  # noqa: A002  # Pact's name
    """A time of day in a pattern of Java's DateTimeFormatter, as Pact has it."""
    return Match(checked("time", format, example), (_rule("time", format=format),))


def datetime(format: str = "yyyy-MM-dd'T'HH:mm:ssXXX", example: str = "2024-01-31T12:30:00Z") -> Match:  # noqa: A002
    """A date with a time in a pattern of Java's DateTimeFormatter, as Pact has it."""
    return Match(checked("datetime", format, example), (_rule("datetime", format=format),))


def each_like(example: Any, *, min: int = 1, max: int | None = None) -> Match:  # noqa: A002  # Pact's names
    """A list whose every element is like the example; `min` 0 allows an empty list."""
    if min < 0 or (max is not None and max < min):
        refuse(f"each_like(min={min}, max={max}) allows no list")
    bounds = {"min": min} if max is None else {"min": min, "max": max}
    return Match([] if max == 0 else [example] * (min or 1), (_rule("type", **bounds),), inner="elements")


def each_key(example: Any, key: Match) -> Match:
    """An object whose every key obeys `key`; its values keep their own matchers."""
    shown = example.example if isinstance(example, Match) else example
    wrong = [name for name in _object(shown) if key.text and not re.fullmatch(key.text, name)]
    if wrong:
        refuse(f"the key {wrong[0]!r} of the example does not obey its own matcher")
    rules = [{"match": m.match, **m.args} for m in key.matchers]
    rule = _rule("eachKey", value=str(key.example), rules=rules)
    if isinstance(example, Match):
        return replace(example, matchers=(*example.matchers, rule))
    return Match(example, (rule,))


def each_value(example: dict[str, Any]) -> Match:
    """An object whose every value, under whatever key, obeys the matchers of the example's values."""
    return Match(_object(example), (_rule("values"),), inner="values")


def array_containing(*variants: Any) -> Match:
    """A list that holds, somewhere and in any order, at least one element for each variant."""
    if not variants:
        refuse("array_containing() needs at least one variant")
    return Match(list(variants), inner="none")


def includes(text: str, example: str | None = None) -> Match:
    """Text that holds `text`."""
    if example is not None and text not in example:
        refuse(f"the example {example!r} does not include {text!r}")
    return Match(example or text, (_rule("include", value=text),), text=f".*{literal(text)}.*")


def equals(value: Any) -> Match:
    """Exactly this value, also within `like`."""
    return Match(value, (_rule("equality"),))


def semver(example: str = "1.0.0") -> Match:
    """A semantic version."""
    return Match(example, (_rule("semver"),))


def not_empty(example: Any) -> Match:
    """A value of the example's type that is not empty."""
    return Match(example, (_rule("type"), _rule("notEmpty")))


def any_value(example: str | float | bool | None = None) -> Match:
    """Anything, as long as it is there."""
    if isinstance(example, dict | list):
        refuse(
            "any_value() takes a scalar example: Pact demands a container of a container", "leave the example out"
        )
    return Match(example, (_rule("include", value=""),))


def content_type(media_type: str, example: bytes) -> Match:
    """A body whose bytes are recognised as this media type, whatever they are."""
    return Match(example, (_rule("contentType", value=media_type),))


def binary(example: bytes, media_type: str = "application/octet-stream") -> Match:
    """Bytes of this media type; another name of `content_type`."""
    return content_type(media_type, example)


def all_of(first: Match, *others: Match) -> Match:
    """All these matchers at once, with the first one's example; `a & b` is the same."""
    for other in others:
        first = first & other
    return first


def _object(example: Any) -> dict[str, Any]:
    if not isinstance(example, dict) or not example:
        refuse("the example must be an object with at least one key", 'for example each_value({"a": integer(1)})')
    return example


def _kind(name: str, example: Any, kind: type | tuple[type, ...]) -> None:
    if not isinstance(example, kind) or isinstance(example, bool):
        refuse(f"{name}({example!r}) needs an example of its own kind")


def _rule(match: str, **args: Any) -> Matcher:
    return Matcher(match=match, args=args)
