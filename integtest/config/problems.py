"""Pydantic's errors about a configuration, in plain words with the key and a hint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from integtest.config.hints import did_you_mean
from integtest.config.settings import SECTIONS, FailOn, ProviderSettings, Settings
from integtest.errors import ConfigError

_KINDS = {
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a duration",
    "string_too_short": "must not be empty",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
}


def config_error(error: ValidationError, place: str, prefix: str) -> ConfigError:
    """One error for all that is wrong; `prefix` is the table's dotted name, "" at the top."""
    problems = [_problem(dict(item), prefix) for item in error.errors(include_url=False)]
    if len(problems) == 1:
        key, text, hint = problems[0]
        return ConfigError(text, place=f"{place}: {key}", hint=hint)
    lines = [f"{key}: {text}{f' ({hint})' if hint else ''}" for key, text, hint in problems]
    return ConfigError("\n  ".join([f"{len(lines)} settings cannot be used", *lines]), place=place)


def _problem(item: Mapping[str, Any], prefix: str) -> tuple[str, str, str | None]:
    loc = tuple(item["loc"])
    key = ".".join([part for part in (prefix,) if part] + [_key(part) for part in loc]) or prefix
    if item["type"] == "extra_forbidden":
        return key, "unknown key", did_you_mean(str(loc[-1]), _keys_beside(loc))
    text, hint = _words(item)
    return key, text, hint


def _words(item: Mapping[str, Any]) -> tuple[str, str | None]:
    kind, given = item["type"], item["input"]
    secretive = "headers" in item["loc"]
    got = _got(given, show=not secretive)
    if kind == "value_error":
        return str(item["ctx"]["error"]), None
    if kind == "literal_error":
        return f"must be one of {', '.join(get_args(FailOn))}; got {got}", did_you_mean(
            str(given), get_args(FailOn)
        )
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"must be {words} {item['ctx'][bound]}, got {got}", None
    hint = f'write ["{given}"]' if kind == "tuple_type" and isinstance(given, str) else None
    return f"{_KINDS.get(kind, item['msg'])}, got {got}", hint


def _keys_beside(loc: tuple[Any, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    if loc[0] == "providers" and len(loc) == 3:
        model = ProviderSettings
    elif len(loc) == 2:
        model = SECTIONS.get(str(loc[0]), Settings)
    return [name.replace("_", "-") for name in model.model_fields]


def _key(part: object) -> str:
    text = str(part)
    return text.replace("_", "-") if text in Settings.model_fields else text


def _got(value: Any, *, show: bool) -> str:
    """What was written, by kind; a value is shown only where it cannot be a secret."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}" if show else "a number"
    if isinstance(value, str):
        return f'"{value[:40]}"' if show and value else "text" if value else "empty text"
    if isinstance(value, list | tuple):
        return "a list"
    return "a table" if isinstance(value, dict) else f"a {type(value).__name__}"
