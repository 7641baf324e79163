"""Date and time patterns of Java's DateTimeFormatter, as far as an example can be checked against them."""

from __future__ import annotations

import re

from integtest.authoring.patterns import literal

_LETTERS = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|([^A-Za-z'])")
_FIELDS = {
    "X": r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
    "x": r"[+-][0-9]{2}(?::?[0-9]{2})?",
    "Z": r"[+-][0-9]{2}:?[0-9]{2}",
    "a": "(?:AM|PM|am|pm)",
}


def fits(form: str, example: str) -> bool:
    """Whether an example has the form of a pattern; letters that are not numbers may be any word."""
    return re.fullmatch("".join(map(_field, _LETTERS.finditer(form))), example) is not None


def _field(found: re.Match[str]) -> str:
    if found[1] is not None:
        return literal(found[1].replace("''", "'") or "'")
    if found[3] is not None:
        return literal(found[3])
    letter, size = found[2], len(found[0])
    if letter in "yuMdHhKkmsSn" and not (letter == "M" and size > 2):
        return f"[0-9]{{{size}}}" if size > 1 else "[0-9]+"
    return _FIELDS.get(letter, r"[\w/.+:-]+")
