"""What a miss may show of the difference between a promise and a request: places and shapes, no secret."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from integtest.model.contract import SecretUse
from integtest.model.finding import Mismatch
from integtest.rules.match.words import shown
from integtest.rules.secrets import MASK, mask_headers, mask_text
from integtest.rules.secrets.names import kind_of

_LONGEST = 4096
"""Characters of a value that are looked through; to cut it first might cut a secret in two and miss both."""
_NAMING = ("is missing", "is not expected")
"""How messages end that name no value."""
_PARTS = {"header": "header", "query": "query", "form": "body", "json": "body"}


def mask_mismatch(mismatch: Mismatch, uses: Collection[SecretUse], known: Mapping[str, str]) -> Mismatch:
    """The mismatch for display. `uses` are the secrets that the interaction's request carries; `known` maps
    names of environment variables to secret values."""
    seen = mismatch.expected, mismatch.actual
    if mismatch.part == "header":
        masked = [_header(mismatch.path, value, uses, known) for value in seen]
    elif (name := _name(mismatch.path)) and (kind_of(name) or _is_used(mismatch, name, uses)):
        masked = [value and MASK for value in seen]
    else:
        masked = [_text(value, known) for value in seen]
    return mismatch.model_copy(
        update={"expected": masked[0], "actual": masked[1], "message": _message(mismatch, masked, known)}
    )


def _name(path: str) -> str:
    """The last step of a path that is a name: `$.tokens[0]['#text']` is about `tokens`."""
    steps = path.replace("['", ".").replace("']", "").replace("[", ".").replace("]", "").split(".")
    return next((step for step in reversed(steps) if step[:1].isalpha()), "")


def _header(name: str, value: Any, uses: Collection[SecretUse], known: Mapping[str, str]) -> Any:
    if value is None:
        return None
    masked = mask_headers(((name, str(value)),), known)[0][1]
    used = any(use.part == "header" and use.name.lower() == name.lower() for use in uses)
    return MASK if used and masked == value else masked


def _is_used(mismatch: Mismatch, name: str, uses: Collection[SecretUse]) -> bool:
    return any(
        _PARTS[use.part] == mismatch.part and name in (use.name, use.name.rsplit(".", 1)[-1]) for use in uses
    )


def _text(value: Any, known: Mapping[str, str]) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else _json(value)
    if len(text) > _LONGEST:
        return f"a text of {len(text)} characters"
    masked = mask_text(text, known)
    return value if masked == text else masked


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return repr(value)


def _message(mismatch: Mismatch, masked: list[Any], known: Mapping[str, str]) -> str:
    """The message with the masked values in place of the seen ones, where it holds them."""
    expected, actual = masked
    if [mismatch.expected, mismatch.actual] == masked or mismatch.message.endswith(_NAMING):
        return mask_text(mismatch.message, known)
    if expected == actual:
        return f"expected another value than {actual}"
    return f"expected {shown(expected)}, got {shown(actual)}"
