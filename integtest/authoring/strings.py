"""Text that satisfies a schema: from common words, from the pattern, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

FORMATS = {
    "date-time": "2024-01-31T12:30:00Z",
    "date": "2024-01-31",
    "time": "12:30:00Z",
    "duration": "PT1H",
    "uuid": "fc763eba-0905-41c5-a27f-3934ab26786c",
    "uuid1": "8c5f1d80-1e2b-11ef-9262-0242ac120002",
    "uuid3": "6fa459ea-ee8a-3ca4-894e-db77e160355e",
    "uuid4": "fc763eba-0905-41c5-a27f-3934ab26786c",
    "uuid5": "886313e1-3b8a-5372-9b90-0c9aee199e5d",
    "uuid7": "01890a5d-ac96-774b-bcce-b302099a8057",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "name-email": "User <user@example.com>",
    "uri": "https://example.com/",
    "uri-reference": "https://example.com/",
    "iri": "https://example.com/",
    "multi-host-uri": "postgres://user@example.com/db",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "ipvanyaddress": "192.0.2.1",
    "ipvanyinterface": "192.0.2.0/24",
    "ipvanynetwork": "192.0.2.0/24",
    "ipv4interface": "192.0.2.0/24",
    "ipv4network": "192.0.2.0/24",
    "ipv6interface": "2001:db8::/32",
    "ipv6network": "2001:db8::/32",
    "json-pointer": "/a",
    "regex": "^a$",
    "base64": "c3RyaW5n",
    "base64url": "c3RyaW5n",
    "json-string": "{}",
    "color": "#00ff00",
}
_WORDS = ("string", "1", "a", "abc", "A", "ABC", "0", "1.5", "a1", "")


def sample(schema: Mapping[str, Any]) -> str | None:
    """Text for a string schema, the same on every run; None when nothing simple satisfies it."""
    fits = _fits(schema)
    if schema.get("contentMediaType") == "application/json":
        return "{}"
    for word in (FORMATS.get(schema.get("format", ""), "string"), *_WORDS):
        if fits(word):
            return word
    if "pattern" in schema:
        return _from_pattern(schema, fits)
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    text = ("string" * (low // 6 + 1))[: max(low, 1) if high is None else min(high, max(low, 1))]
    return text if fits(text) else None


def _fits(schema: Mapping[str, Any]) -> Callable[[str], bool]:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    pattern = schema.get("pattern")

    def fits(text: str) -> bool:
        if len(text) < low or (high is not None and len(text) > high):
            return False
        try:
            return pattern is None or re.search(pattern, text) is not None
        except re.error:
            return False

    return fits


def _from_pattern(schema: Mapping[str, Any], fits: Callable[[str], bool]) -> str | None:
    low = min(schema.get("minLength", 0), 4096)
    for extra in (0, 1, 2, low):
        try:
            text = _Writer(schema["pattern"], extra).write()
        except _UnknownError:
            return None
        if fits(text):
            return text
    return None


class _UnknownError(Exception):
    """The pattern holds something that this writer does not know."""


class _Writer:
    """Writes one text that a simple pattern matches; `extra` repeats more than the least where that is allowed."""

    def __init__(self, pattern: str, extra: int) -> None:
        self._pattern = pattern
        self._at = 0
        self._extra = extra

    def write(self) -> str:
        text = self._alternatives()
        if self._at != len(self._pattern):
            raise _UnknownError
        return text

    def _alternatives(self) -> str:
        first = self._sequence()
        while self._peek() == "|":
            self._at += 1
            self._sequence()
        return first

    def _sequence(self) -> str:
        parts: list[str] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeat(self._atom()))
        return "".join(parts)

    def _atom(self) -> str:
        char = self._take()
        if char in "^$":
            return ""
        if char == ".":
            return "a"
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char in "*+?{":
            raise _UnknownError
        return char

    def _group(self) -> str:
        if self._peek() == "?":
            if not self._pattern.startswith("?:", self._at):
                raise _UnknownError
            self._at += 2
        text = self._alternatives()
        if self._take() != ")":
            raise _UnknownError
        return text

    def _escape(self) -> str:
        char = self._take()
        known = {
            "d": "1",
            "w": "a",
            "s": " ",
            "D": "a",
            "S": "a",
            "W": "-",
            "b": "",
            "n": "\n",
            "t": "\t",
            "r": "\r",
        }
        if char in known:
            return known[char]
        if not char or char.isalnum():
            raise _UnknownError
        return char

    def _class(self) -> str:
        start = self._at
        while self._take() != "]" or self._at == start + 1:
            if self._pattern[self._at - 1] == "\\":
                self._take()
        body = self._pattern[start - 1 : self._at]
        found = next((char for char in _CANDIDATES if re.fullmatch(body, char)), None)
        if found is None:
            raise _UnknownError
        return found

    def _repeat(self, text: str) -> str:
        low, high = self._bounds()
        count = low if high is not None and high <= low else low + self._extra
        count = count if high is None else min(count, high)
        if count > 4096:
            raise _UnknownError
        return text * count

    def _bounds(self) -> tuple[int, int | None]:
        found = re.compile(r"([*+?]|\{(\d+)(,?)(\d*)\})\??").match(self._pattern, self._at)
        if not found:
            return 1, 1
        self._at = found.end()
        if found[2] is None:
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[1]]
        low = int(found[2])
        return low, (int(found[4]) if found[4] else None) if found[3] else low

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise _UnknownError
        self._at += 1
        return char


_CANDIDATES = "aA1bBzZ0_-. /:@#" + "".join(map(chr, range(33, 127))) + "é\n"
