"""Finds fixed texts: values met before, and the values that the configuration calls secret."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

_HEAD = 6
_WORD = re.compile(r"(?<![A-Za-z0-9])(?=([A-Za-z0-9][\s\S]{5}))")
_FEW = 8


class Literals:
    """Texts that are looked for where a word begins; one pass finds any number of them."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._heads: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def known(self) -> tuple[tuple[str, str], ...]:
        """The texts and their kinds."""
        return tuple(self._texts.items())

    def add(self, text: str, kind: str) -> None:
        """Looks for this text, of this kind, too; not for one of fewer than six characters, or that begins with
        punctuation."""
        if text in self._texts or len(text) < _HEAD or not (text[0].isascii() and text[0].isalnum()):
            return
        self._texts[text] = kind
        self._heads.setdefault(text[:_HEAD], []).append(text)

    def absent(self, text: str) -> bool:
        """True when none stands in the text; cheap for short texts."""
        if not self._texts or len(text) < _HEAD:
            return True
        if len(self._texts) <= _FEW:
            return not any(known in text for known in self._texts)
        return next(self.spans(text), None) is None

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where they stand, as whole words, and their kinds."""
        if len(self._texts) <= _FEW:
            yield from self._one_by_one(text)
            return
        heads = self._heads
        for word in _WORD.finditer(text):
            for known in heads.get(word[1], ()):
                end = word.start() + len(known)
                if text.startswith(known, word.start()) and not _is_alnum(text[end : end + 1]):
                    yield word.start(), end, self._texts[known]

    def _one_by_one(self, text: str) -> Iterator[tuple[int, int, str]]:
        for known, kind in self._texts.items():
            start = text.find(known)
            while start >= 0:
                end = start + len(known)
                if not _is_alnum(text[max(0, start - 1) : start]) and not _is_alnum(text[end : end + 1]):
                    yield start, end, kind
                start = text.find(known, end)


def _is_alnum(char: str) -> bool:
    return char.isascii() and char.isalnum()


class Form(NamedTuple):
    """One way in which a known value may be written, and how its stand-in is written then."""

    text: str
    value: str
    style: str
    """A name in `_STYLES`, or `base64:PAD:ALPHABET`."""

    def write(self, new: str) -> str:
        """The stand-in in this form."""
        return _write(new, self.style) if self.style.startswith("base64") else _STYLES[self.style](new)


def _slashes(value: str) -> str:
    return json.dumps(value)[1:-1].replace("/", "\\/")


_STYLES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda value: quote(value, safe=""),
    "percent-bare": quote,
    "plus": quote_plus,
    "json": lambda value: json.dumps(value)[1:-1],
    "json-bare": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "json-twice": lambda value: json.dumps(json.dumps(value)[1:-1])[1:-1],
    "slashes": _slashes,
    "hex": lambda value: value.encode("utf-8", "replace").hex(),
}


def _write(value: str, style: str) -> str:
    """The characters of a base64 text that hold nothing but `value`, which begins `pad` bytes after a group."""
    _, pad, alphabet = style.split(":")
    data = value.encode("utf-8", "replace")
    text = base64.b64encode(b"\0" * int(pad) + data).decode().rstrip("=")
    whole = (int(pad) + len(data)) % 3 == 0
    core = text[(0, 2, 3)[int(pad)] : len(text) - (not whole)]
    return core.replace("+", "-").replace("/", "_") if alphabet == "url" else core


def forms(known: Mapping[str, str], shortest: int = 6) -> tuple[Form, ...]:
    """All ways in which the values may be written, longest first; `known` maps a variable to its value."""
    found: dict[str, Form] = {}
    for value in known.values():
        if len(value) < shortest:
            continue
        for style, write in _STYLES.items():
            found.setdefault(write(value), Form(write(value), value, style))
        for style in (f"base64:{pad}:{name}" for pad in range(3) for name in ("standard", "url")):
            text = _write(value, style)
            if len(text) >= shortest:
                found.setdefault(text, Form(text, value, style))
    return tuple(sorted(found.values(), key=lambda form: -len(form.text)))
