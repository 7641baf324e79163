"""A request's body as the value that the index looks up."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

ABSENT = object()
"""No body of the shape in question is like this one."""

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class BodyShape:
    """`kind`: json (equal at `leaves`), form, bytes, empty, or any."""

    kind: str
    leaves: tuple[Steps, ...] = ()


class Content:
    """A request's body, read at most once for each kind of shape."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._document: Any = None
        self._is_json: bool | None = None

    def key(self, shape: BodyShape) -> Hashable:
        """Its value under the shape; ABSENT when no body of this shape is like it."""
        if shape.kind == "any":
            return None
        if shape.kind == "empty":
            return True if not self._body else ABSENT
        if shape.kind == "bytes":
            return self._body
        if shape.kind == "form":
            return form(self._body)
        return self._leaves(shape.leaves)

    def _leaves(self, leaves: tuple[Steps, ...]) -> Hashable:
        if self._is_json is None:
            try:
                self._document = orjson.loads(self._body)
                self._is_json = True
            except orjson.JSONDecodeError:
                self._is_json = False
        if not self._is_json:
            return ABSENT
        found = []
        for steps in leaves:
            value = _at(self._document, steps)
            if value is ABSENT:
                return ABSENT
            found.append(value)
        return tuple(found)


def _at(document: Any, steps: Steps) -> Hashable:
    value = document
    for step in steps:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return ABSENT
        elif not isinstance(value, list) or step >= len(value):
            return ABSENT
        value = value[step]
    return settled(value)


def settled(value: Any) -> Hashable:
    """A scalar so that equal ones compare equal; 1 and 1.0 too, which the judge may tell apart."""
    if isinstance(value, dict | list):
        return ABSENT
    kind = isinstance(value, bool)
    return kind, value


def form(content: bytes) -> Hashable:
    """The fields in any order, but those of one name in theirs."""
    pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
    return tuple(sorted(pairs, key=lambda pair: pair[0]))
