"""An example that demands no key and no value of what it shows: only that a container is one.

`values` compares the values of whatever keys are there, and `include ""` accepts them all. A key that the example
does not hold is compared with the example's first value, which is why a scalar comes first.
"""

from __future__ import annotations

from typing import Any

from integtest.authoring.paths import child, sayable
from integtest.authoring.shapes import ANYTHING, Shape, UnsayableError, every, matcher


def loosened(example: Any, path: str, reason: str) -> Shape:
    """Rules under which any container of the example's kind passes; what is in it is left to the schema."""
    found = Shape(_sorted(example), {}, [(path, reason)])
    _loosen(found, found.example, path)
    return found


def _sorted(example: Any) -> Any:
    if isinstance(example, dict):
        scalars_first = sorted(example.items(), key=lambda item: isinstance(item[1], dict | list))
        return {key: _sorted(value) for key, value in scalars_first}
    if isinstance(example, list):
        return [_sorted(value) for value in example]
    return example


def _loosen(found: Shape, example: Any, path: str) -> None:
    if isinstance(example, dict):
        _loosen_object(found, example, path)
    elif isinstance(example, list):
        found.rules[path] = every(matcher("type", min=0))
        kinds = {type(value) if isinstance(value, dict | list) else None for value in example}
        if kinds - {None} and len(example) > 1:
            raise UnsayableError(path, "a list whose elements may be of any kind, with an example of several")
        for value in example[:1]:
            _loosen(found, value, f"{path}[*]")
    else:
        found.rules[path] = ANYTHING


def _loosen_object(found: Shape, example: dict[str, Any], path: str) -> None:
    if not example:
        found.rules[path] = every(matcher("type"))
        return
    if all(isinstance(value, dict | list) for value in example.values()):
        raise UnsayableError(path, "an object of unknown keys whose example shows containers alone")
    found.rules[path] = every(matcher("values"))
    found.rules[f"{path}.*"] = ANYTHING
    for key, value in example.items():
        if isinstance(value, dict | list):
            if not sayable(key):
                raise UnsayableError(path, f"the key {key!r}, which a Pact path cannot name")
            _loosen(found, value, child(path, key))
