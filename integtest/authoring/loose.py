"""An example that demands no key and no value of what it shows: only that a container is one.

Under `eachKey` the engine neither demands the example's keys nor compares others with anything; `include ""`
accepts every scalar; each container has its own rule, since the engine demands a container where the example
has one. Of a rule at `.*` and one with `eachKey` at one place the engine takes either, at random: they never meet.
"""

from __future__ import annotations

from typing import Any

from integtest.authoring.paths import child, sayable
from integtest.authoring.shapes import ANYTHING, BY_HAND, Shape, UnsayableError, every, matcher

SHOW_ALIKE = "show elements of one kind in the example"
_FREE = every(matcher("eachKey", value="key", rules=[{"match": "type"}]))


def loosened(example: Any, path: str, reason: str) -> Shape:
    """Rules under which any container of the example's kind passes; what is in it is left to the schema."""
    found = Shape(example, {}, [(path, reason)])
    _loosen(found, example, path)
    return found


def _loosen(found: Shape, example: Any, path: str) -> None:
    if isinstance(example, dict):
        _loosen_object(found, example, path)
    elif isinstance(example, list):
        _loosen_list(found, example, path)
    else:
        found.rules[path] = ANYTHING


def _loosen_list(found: Shape, example: list[Any], path: str) -> None:
    found.rules[path] = every(matcher("type", min=0))
    kinds = {type(value) if isinstance(value, dict | list) else None for value in example}
    if len(kinds) > 1:
        raise UnsayableError(path, "a list whose example shows elements of several kinds", SHOW_ALIKE)
    for value in example:
        _loosen(found, value, f"{path}[*]")


def _loosen_object(found: Shape, example: dict[str, Any], path: str) -> None:
    found.rules[path] = _FREE
    for key, value in example.items():
        if sayable(key):
            _loosen(found, value, child(path, key))
        elif any(isinstance(other, dict | list) for other in example.values()):
            raise UnsayableError(
                path, f"the key {key!r}, which a Pact path cannot name, beside objects or lists", BY_HAND
            )
        else:
            found.rules[f"{path}.*"] = ANYTHING
