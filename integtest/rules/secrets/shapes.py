"""Stand-ins of the same shape: made from a value's outline and a number, never from what the value says.

A stand-in keeps length, punctuation and kind (digits, hex, UUID, letter case). It is known again cheaply: the
number is read out of it, and making it once more from that number must give the same text.
"""

from __future__ import annotations

import re

_HEX = re.compile(r"[0-9a-f]{8,}|[0-9A-F]{8,}")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_RUN = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(?i)fa[k4]e(\d{4,9})")
_NUMBERED_SHORT = re.compile(r"[Ff](\d{0,6})")
_SHORT = 8
_LONG_DIGITS = 7
"""Digits in a row that stay digits; a stand-in's own numbering has fewer."""


def capacity(length: int) -> int:
    """How many stand-ins there are of a length: few enough that a real value is hardly taken for one."""
    return int(10 ** (length // 2 if length >= 6 else max(length - 3, 0)))


def digits(length: int, number: int) -> str:
    """A stand-in of digits alone, fit for a JSON number: "1", zeros, the number."""
    return ("1" + str(number % capacity(length)).zfill(length - 1))[:length]


def _unit(letters: str) -> str:
    """What is repeated: hex digits for a hex value, else in the value's own case."""
    if _HEX.fullmatch(letters):
        return "FA4E" if letters.isupper() else "fa4e"
    if not any(c.islower() for c in letters):
        return "FAKE"
    return "Fake" if any(c.isupper() for c in letters) else "fake"


def _stream(letters: str, length: int, number: int) -> str:
    """Letters and digits without end: "Fake0001Fake0001…", or "F001" where that does not fit."""
    unit = _unit(letters)
    if length < _SHORT:
        return (unit[0] + str(number % capacity(length)).zfill(length - 1))[:length]
    unit += str(number).zfill(4)
    return (unit * (length // len(unit) + 1))[:length]


def solid(value: str, number: int) -> str:
    """A stand-in without punctuation, which is found again in the middle of any text."""
    return _stream("".join(_RUN.findall(value)), len(value), number)


def filled(value: str, number: int) -> str:
    """The stand-in for any text: letters and digits replaced, punctuation and white space kept."""
    if _UUID.fullmatch(value):
        made = f"fa4e{number % 10000:04d}-fa4e-{value[14]}000-{value[19]}000-{number:012d}"
        return made.upper() if value.isupper() else made
    runs = _RUN.findall(value)
    count = sum(map(len, runs))
    if 2 * count < len(value):
        return solid(value, number)
    letters = "".join(runs)
    if letters.isdecimal():
        source = iter(digits(count, number))
        return _RUN.sub(lambda run: "".join(next(source) for _ in run[0]), value)
    letters = "".join(run for run in runs if not _is_number(run))
    source = iter(_stream(letters, len(letters), number))

    def fill(run: re.Match[str]) -> str:
        if _is_number(run[0]):
            return digits(len(run[0]), number)
        return "".join(next(source) for _ in run[0])

    return _RUN.sub(fill, value)


def poured(value: str, characters: str) -> str | None:
    """The characters in place of the value's letters and digits, or None when they do not fit."""
    if sum(c.isalnum() for c in value) != len(characters):
        return None
    source = iter(characters)
    return "".join(next(source) if c.isalnum() else c for c in value)


def plain(value: str) -> str:
    """The letters, in upper case, and digits of a value."""
    return "".join(c for c in value if c.isalnum()).upper()


def _is_number(run: str) -> bool:
    return len(run) >= _LONG_DIGITS and run.isdecimal()


def numeral(text: str) -> int:
    """The number that digits write; -1 for more digits than a stand-in's number ever has."""
    plain = text.lstrip("0")
    return int(plain or 0) if len(plain) < 19 else -1


def _number_in(value: str) -> int | None:
    if _UUID.fullmatch(value):
        return int(value[24:]) if value[24:].isdecimal() else None
    runs = _RUN.findall(value)
    letters = "".join(runs)
    if letters.isdecimal():
        return numeral(letters[1:])
    letters = "".join(run for run in runs if not _is_number(run))
    found = _NUMBERED.match(letters)
    longest = max((run for run in runs if _is_number(run)), key=len, default="")
    if found is None and longest:
        return numeral(longest[1:])
    found = found or _NUMBERED_SHORT.fullmatch(letters)
    return int(found[1] or 0) if found else None


STAND_IN = re.compile(
    r"(?=([Ff][Aa][Kk4][Ee]\d{4,5}))(?:\1)+(?:[Ff](?:[Aa](?:[Kk4](?:[Ee]\d{0,3})?)?)?)?"
    r"|(?<![A-Za-z0-9])[Ff]0\d{4,5}(?![A-Za-z0-9])"
)
"""Finds what `solid` made in the middle of a text."""


_FRAGMENTS = re.compile(
    r"(?i)(?=.*fa[k4]e\d{2})(?:a?[k4]?e?\d{0,5})(?:f(?:a(?:[k4](?:e\d{0,5})?)?)?|1?0{3,}\d{0,5})++"
)


def is_part(value: str) -> bool:
    """True for a part cut out of what `filled` made, or several parts in a row."""
    return len(value) < 10000 and _FRAGMENTS.fullmatch("".join(_RUN.findall(value))) is not None


def is_filled(value: str) -> bool:
    """True for what `filled` or `solid` made."""
    number = _number_in(value)
    return number is not None and number >= 0 and filled(value, number) == value
