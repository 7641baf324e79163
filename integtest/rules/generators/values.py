"""One generator, one value."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from integtest.errors import ContractError
from integtest.model.matching import Generator
from integtest.rules.generators.dates import formatted, moment
from integtest.rules.generators.regexes import text_for

_FORMATS = {"Date": "yyyy-MM-dd", "Time": "HH:mm:ss", "DateTime": "yyyy-MM-dd'T'HH:mm:ss.SSSZ"}
_LONGEST = 100_000
_REFERENCE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Source:
    """What values are made from. `base_url` is that of a stub: without it MockServerURL keeps the example."""

    values: Mapping[str, Any]
    rng: Random
    now: datetime
    base_url: str | None = None


class Kept(Exception):  # noqa: N818 - no error: the example is the value
    """The generator has nothing to say here; the example stays."""


def made(generator: Generator, example: Any, source: Source, where: str) -> Any:
    """The value that takes the example's place; Kept when the example stays, ContractError when the generator
    is unknown or cannot do what it says."""
    make = _MAKERS.get(generator.type)
    if make is None:
        raise ContractError(
            f"the generator {generator.type!r} at {where} is unknown",
            hint=f"known are {', '.join(sorted(_MAKERS))}; those of a plugin cannot be used",
        )
    try:
        return make(generator.args, example, source)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ContractError(f"the generator {generator.type!r} at {where} cannot make a value: {error}") from error


def references(generator: Generator) -> list[str]:
    """The names of provider state values that a generator asks for."""
    if generator.type != "ProviderState":
        return []
    expression = str(generator.args.get("expression", ""))
    return _REFERENCE.findall(expression) or [expression]


def _int(args: Mapping[str, Any], example: Any, source: Source) -> Any:
    value = source.rng.randint(int(args.get("min", 0)), int(args.get("max", 10)))
    return str(value) if isinstance(example, str) else value


def _decimal(args: Mapping[str, Any], example: Any, source: Source) -> Any:
    digits = int(args.get("digits", 10))
    if digits < 2:
        text = _of(string.digits, digits, source)
    else:
        point = source.rng.randint(1, digits - 1)
        first = source.rng.choice("123456789") if point > 1 else source.rng.choice(string.digits)
        written = first + _of(string.digits, digits - 2, source) + source.rng.choice("123456789")
        text = f"{written[:point]}.{written[point:]}"
    return float(text) if isinstance(example, int | float) and not isinstance(example, bool) else text


def _of(chars: str, count: int, source: Source) -> str:
    if not 0 <= count <= _LONGEST:
        raise ValueError(f"a length of {count}; at most {_LONGEST} is made")
    return "".join(source.rng.choices(chars, k=count))


def _uuid(args: Mapping[str, Any], _: Any, source: Source) -> str:
    value = UUID(int=source.rng.getrandbits(128), version=4)
    written = args.get("format") or "lower-case-hyphenated"
    forms = {
        "simple": value.hex,
        "lower-case-hyphenated": str(value),
        "upper-case-hyphenated": str(value).upper(),
        "URN": value.urn,
    }
    if written not in forms:
        raise ValueError(f"{written!r} is no format of a UUID")
    return forms[written]


def _boolean(_: Mapping[str, Any], example: Any, source: Source) -> Any:
    value = source.rng.random() < 0.5
    return str(value).lower() if isinstance(example, str) else value


def _dated(kind: str) -> Callable[[Mapping[str, Any], Any, Source], str]:
    def make(args: Mapping[str, Any], _: Any, source: Source) -> str:
        return formatted(moment(args.get("expression"), kind, source.now), args.get("format") or _FORMATS[kind])

    return make


def _state(args: Mapping[str, Any], _: Any, source: Source) -> Any:
    expression = str(args["expression"])
    values = {**source.values, **_nested(source.values)}
    names = _REFERENCE.findall(expression) or [expression]
    if any(name not in values for name in names):
        raise Kept
    whole = _REFERENCE.fullmatch(expression)
    if whole or not _REFERENCE.search(expression):
        return _typed(values[names[0]], args.get("dataType"))
    return _typed(_REFERENCE.sub(lambda found: as_text(values[found[1]]), expression), args.get("dataType"))


def _nested(values: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = values.get("providerState")
    return inner if isinstance(inner, Mapping) else {}


def _typed(value: Any, kind: Any) -> Any:
    """The value as its dataType says; RAW or none leaves it."""
    name = str(kind or "RAW").upper()
    if name == "STRING":
        return as_text(value)
    if name == "INTEGER":
        return int(as_text(value))
    if name in {"DECIMAL", "FLOAT"}:
        return float(as_text(value))
    if name == "BOOLEAN":
        return _truth(as_text(value))
    if name == "RAW":
        return value
    raise ValueError(f"{kind!r} is no data type")


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def as_text(value: Any) -> str:
    """A value as it stands in a path, query or header."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return value if isinstance(value, str) else str(value)


def _mock_url(args: Mapping[str, Any], _: Any, source: Source) -> str:
    if source.base_url is None:
        raise Kept
    example, pattern = str(args["example"]), re.compile(str(args["regex"]))
    found = pattern.search(example)
    if found is None or not found.groups():
        raise ValueError(f"{pattern.pattern!r} has no group that matches in {example!r}")
    return example[: found.start()] + source.base_url.rstrip("/") + found[1] + example[found.end() :]


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Any, Source], Any]] = {
    "RandomInt": _int,
    "RandomDecimal": _decimal,
    "RandomHexadecimal": lambda args, _, source: _of("0123456789ABCDEF", int(args.get("digits", 10)), source),
    "RandomString": lambda args, _, source: _of(
        string.ascii_letters + string.digits, int(args.get("size", 10)), source
    ),
    "RandomBoolean": _boolean,
    "Regex": lambda args, _, source: text_for(str(args["regex"]), source.rng),
    "Uuid": _uuid,
    "Date": _dated("Date"),
    "Time": _dated("Time"),
    "DateTime": _dated("DateTime"),
    "Epoch": lambda args, _, source: int(source.now.timestamp()) + int(args.get("ahead", 0)),
    "ProviderState": _state,
    "MockServerURL": _mock_url,
}
