"""What a miss may show of the difference between a promise and a request: places and shapes, no secret."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from integtest.model.contract import SecretUse
from integtest.model.finding import Mismatch
from integtest.rules.match.words import shown
from integtest.rules.secrets import MASK, mask_headers, mask_text
from integtest.rules.secrets.names import kind_of

_PARTS = {"header": "header", "query": "query", "form": "body", "json": "body"}


def mask_mismatch(mismatch: Mismatch, uses: Collection[SecretUse], known: Mapping[str, str]) -> Mismatch:
    """The mismatch for display. `uses` are the secrets that the interaction's request carries; `known` maps
    names of environment variables to secret values."""
    if mismatch.part == "header":
        expected, actual = (
            _header(mismatch.path, value, uses, known) for value in (mismatch.expected, mismatch.actual)
        )
        return _rewritten(mismatch, expected, actual, known)
    name = mismatch.path.replace("]", "").replace("'", "").replace("[", ".").rsplit(".", 1)[-1]
    if kind_of(name) or _is_used(mismatch, name, uses):
        expected, actual = (value and MASK for value in (mismatch.expected, mismatch.actual))
        return _rewritten(mismatch, expected, actual, known)
    return _rewritten(mismatch, _text(mismatch.expected, known), _text(mismatch.actual, known), known)


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
    return mask_text(value if isinstance(value, str) else shown(value), known)


def _rewritten(mismatch: Mismatch, expected: Any, actual: Any, known: Mapping[str, str]) -> Mismatch:
    if (expected, actual) == (mismatch.expected, mismatch.actual):
        return mismatch.model_copy(update={"message": mask_text(mismatch.message, known)})
    if expected is None or actual is None:  # a message about what is missing or unexpected names no value
        message = mask_text(mismatch.message, known)
    elif expected == actual:
        message = f"expected another value than {actual}"
    else:
        message = f"expected {shown(expected)}, got {shown(actual)}"
    return mismatch.model_copy(update={"expected": expected, "actual": actual, "message": message})
