"""JSON documents from anywhere: parsed strictly, then read with a pointer to whatever is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from integtest.errors import UnreadableFileError
from integtest.model.http import Place

NOWHERE = Place()
"""For bytes that come from no file."""

MAX_DEPTH = 256
"""Deeper documents are refused: no contract needs them, and every recursive reader breaks on them."""


def parse(data: bytes, place: Place = NOWHERE) -> Any:
    """The document in `data` (RFC 8259, UTF-8); UnreadableFileError with line and column otherwise.

    Refused as well, because readers disagree on them: duplicate keys, NaN and Infinity, numbers beyond a
    double, half surrogate pairs, nesting deeper than `MAX_DEPTH`.
    """
    text = _text(data, place)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        hint = "it seems cut off: write the file again" if error.pos >= len(text.rstrip()) else None
        where = f"line {error.lineno}, column {error.colno}"
        raise unreadable(f"is not JSON: {error.msg} at {where}", place, line=error.lineno, hint=hint) from None
    except RecursionError:
        raise _too_deep(place) from None
    except _RefusedError as error:
        raise unreadable(f"is not usable JSON: {error}", place) from None
    except ValueError:
        raise unreadable("is not usable JSON: a number has thousands of digits", place) from None
    _check(value, place)
    return value


def compact(value: Any) -> bytes:
    """The document as bytes without blanks, keys in the order given, text unescaped where UTF-8 allows."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def unreadable(
    message: str, place: Place, *, pointer: str | None = None, line: int | None = None, hint: str | None = None
) -> UnreadableFileError:
    """An error about the file at `place`, at a JSON pointer or a line in it."""
    file, line = place.file or "the document", line or place.line
    where = f"{file}:{line}" if line else file
    pointer = pointer if pointer is not None else place.pointer
    return UnreadableFileError(message, place=f"{where}#{pointer}" if pointer else where, hint=hint)


def escape(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


class Node:
    """A value of a document and where it stands; every reader names what it wanted and what it found."""

    __slots__ = ("above", "key", "place", "value")

    def __init__(self, value: Any, place: Place, above: Node | None = None, key: str | int = "") -> None:
        self.value = value
        self.place = place
        self.above = above
        self.key = key

    @property
    def pointer(self) -> str:
        """The JSON pointer of this value; "" for the document."""
        return f"{self.above.pointer}/{escape(str(self.key))}" if self.above is not None else ""

    def fail(self, message: str, hint: str | None = None) -> NoReturn:
        """Raise UnreadableFileError for this value."""
        raise unreadable(message, self.place, pointer=self.pointer or "/", hint=hint)

    def at(self, key: str | int, value: Any) -> Node:
        """A value below this one."""
        return Node(value, self.place, self, key)

    def get(self, key: str) -> Node | None:
        """The member `key`, None where it is absent or null."""
        value = self.object().get(key)
        return None if value is None else self.at(key, value)

    def need(self, key: str) -> Node:
        """The member `key`, which must be there."""
        found = self.get(key)
        if found is None:
            self.fail(f"has no {json.dumps(key)}")
        return found

    def object(self) -> dict[str, Any]:
        """The value as an object."""
        if not isinstance(self.value, dict):
            self._not("an object")
        return self.value

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of an object."""
        return ((key, self.at(key, value)) for key, value in self.object().items())

    def list(self) -> list[Node]:
        """The items of an array."""
        if not isinstance(self.value, list):
            self._not("an array")
        return [self.at(index, value) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """The value as a string."""
        if not isinstance(self.value, str):
            self._not("a string")
        return self.value

    def flag(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            self._not("true or false")
        return self.value

    def scalar(self) -> str:
        """The value as text: a string as it is, a number or boolean as JSON writes it."""
        if isinstance(self.value, dict | list) or self.value is None:
            self._not("a string")
        return self.value if isinstance(self.value, str) else json.dumps(self.value)

    def _not(self, wanted: str) -> NoReturn:
        self.fail(f"should be {wanted}, found {kind(self.value)}")


def kind(value: Any) -> str:
    """What JSON calls a value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    names = ((str, "a string"), (dict, "an object"), (list, "an array"))
    return next((name for type_, name in names if isinstance(value, type_)), "a number")


class _RefusedError(ValueError):
    """JSON by its grammar, yet readers disagree on what it says."""


def _text(data: bytes, place: Place) -> str:
    if not data.strip():
        raise unreadable("is empty", place, hint="write it again, or take it out of what is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(
            f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            place,
            line=data.count(b"\n", 0, error.start) + 1,
            hint="JSON files are UTF-8 (RFC 8259, 8.1); is it compressed or of another kind?",
        ) from None
    return text


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _RefusedError(f"the key {json.dumps(twice)} stands twice in one object")
    return made


def _no_constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _RefusedError(f"the number {digits[:40]} is beyond a double")
    return number


def _check(value: Any, place: Place) -> None:
    """No nesting beyond MAX_DEPTH, no text that cannot be written again; without recursion."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_text(item, place)
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, dict):
                below.extend(item)
                below.extend(item.values())
        if not below:
            return
        level = below
    raise _too_deep(place)


def _check_text(text: str, place: Place) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise unreadable("is not usable JSON: half a surrogate pair in a string", place) from None


def _too_deep(place: Place) -> UnreadableFileError:
    return unreadable(f"is nested deeper than {MAX_DEPTH} levels", place)
