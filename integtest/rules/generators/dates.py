"""Dates and times: Pact's expressions ("next monday", "now + 1 day @ noon") and Java's format letters."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from integtest.errors import ContractError

_DAYS = ("mon", "tues", "wed", "thurs", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STEP = re.compile(r"\s*([+-])\s*(\d+)\s*([a-z]+)")
_DATE_BASE = re.compile(r"\s*(now|today|yesterday|tomorrow)\b|\s*(next|last)\s+([a-z]+)")
_TIME_BASE = re.compile(r"\s*(now|midnight|noon)\b|\s*(\d+)\s*o'clock(?:\s*(am|pm)\b)?|\s*(next|last)\s+([a-z]+)")
_TIMES = {"hour": 3600.0, "minute": 60.0, "second": 1.0, "millisecond": 0.001}


def moment(expression: str | None, kind: str, now: datetime) -> datetime:
    """The moment that an expression of a Date, Time or DateTime generator means; `now` without one."""
    written = (expression or "").strip()
    if kind == "Time":
        return _time(written, now)
    date, _, time = written.partition("@")
    return _time(time, _date(date, now))


def _date(written: str, now: datetime) -> datetime:
    found = _DATE_BASE.match(written)
    at = now
    if found and found[1]:
        at += timedelta(days={"yesterday": -1, "tomorrow": 1}.get(found[1], 0))
    elif found:
        at = _beside(at, 1 if found[2] == "next" else -1, found[3], written)
    return _steps(written, found.end() if found else 0, at, _moved)


def _time(written: str, now: datetime) -> datetime:
    found = _TIME_BASE.match(written)
    at = now
    if found and found[1] in {"midnight", "noon"}:
        at = _at_hour(at, 0 if found[1] == "midnight" else 12)
    elif found and found[2]:
        at = _o_clock(at, int(found[2]), found[3], written)
    elif found and found[4]:
        at = _shifted(at, 1 if found[4] == "next" else -1, found[5], written)
    return _steps(written, found.end() if found else 0, at, _shifted)


_Move = Callable[[datetime, int, str, str], datetime]


def _steps(written: str, start: int, at: datetime, move: _Move) -> datetime:
    while start < len(written.rstrip()):
        found = _STEP.match(written, start)
        if found is None:
            raise _refused(written)
        at = move(at, int(found[1] + found[2]), found[3], written)
        start = found.end()
    return at


def _moved(at: datetime, count: int, unit: str, written: str) -> datetime:
    unit = unit.removesuffix("s")
    if unit in {"day", "week"}:
        return at + timedelta(days=count * (7 if unit == "week" else 1))
    if unit not in {"month", "year"}:
        raise _refused(written)
    months = at.year * 12 + at.month - 1 + count * (12 if unit == "year" else 1)
    return _in_month(at, months // 12, months % 12 + 1)


def _in_month(at: datetime, year: int, month: int) -> datetime:
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def _beside(at: datetime, count: int, unit: str, written: str) -> datetime:
    """The next (1) or last (-1) such day, week, month, year, weekday or month of a year."""
    if unit == "fortnight":
        return at + timedelta(weeks=2 * count)
    day = next((n for n, name in enumerate(_DAYS) if unit in {name, _LONG[name]}), None)
    if day is not None:
        away = (day - at.weekday()) % 7 if count > 0 else (at.weekday() - day) % 7
        return at + timedelta(days=count * (away or 7))
    month = next((n for n, name in enumerate(_MONTHS, 1) if unit in {name, _LONG[name]}), None)
    if month is None:
        return _moved(at, count, unit, written)
    passed = month <= at.month if count > 0 else month >= at.month
    return _in_month(at, at.year + (count if passed else 0), month)


_LONG = dict(zip(_DAYS, map(str.lower, calendar.day_name), strict=True)) | dict(
    zip(_MONTHS, (name.lower() for name in calendar.month_name[1:]), strict=True)
)


def _shifted(at: datetime, count: int, unit: str, written: str) -> datetime:
    seconds = _TIMES.get(unit.removesuffix("s"))
    if seconds is None:
        raise _refused(written)
    return at + timedelta(seconds=count * seconds)


def _o_clock(at: datetime, hour: int, half: str | None, written: str) -> datetime:
    if not 1 <= hour <= 12:
        raise _refused(written)
    if half:
        return _at_hour(at, hour % 12 + (12 if half == "pm" else 0))
    return _at_hour(at, hour if at.hour < hour else (hour + 12) % 24)


def _at_hour(at: datetime, hour: int) -> datetime:
    return at.replace(hour=hour, minute=0, second=0, microsecond=0)


def _refused(written: str) -> ContractError:
    return ContractError(
        f"the date expression {written!r} cannot be read",
        hint='write one such as "now + 1 day", "next monday" or "today @ noon - 5 minutes"',
    )


def formatted(at: datetime, pattern: str) -> str:
    """The moment in a pattern of Java's DateTimeFormatter; ContractError for a letter that is not known."""
    pieces = re.findall(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|(.)", pattern, re.DOTALL)
    return "".join(
        _letters(at, letters, pattern) if letters else other or (quoted.replace("''", "'") if quoted else "'")
        for quoted, letters, _, other in pieces
    )


def _letters(at: datetime, letters: str, pattern: str) -> str:
    letter, width = letters[0], len(letters)
    if letter in _NUMBERS:
        value = _NUMBERS[letter](at)
        return f"{value % 100:02d}" if letter in "yu" and width == 2 else f"{value:0{width}d}"
    if letter in _TEXTS:
        return _TEXTS[letter](at, width)
    raise ContractError(f"the date format {pattern!r} has the letter {letter!r}, which is not known")


_NUMBERS: dict[str, Callable[[datetime], int]] = {
    "y": lambda at: at.year,
    "u": lambda at: at.year,
    "d": lambda at: at.day,
    "D": lambda at: at.timetuple().tm_yday,
    "H": lambda at: at.hour,
    "k": lambda at: at.hour or 24,
    "K": lambda at: at.hour % 12,
    "h": lambda at: at.hour % 12 or 12,
    "m": lambda at: at.minute,
    "s": lambda at: at.second,
    "w": lambda at: at.isocalendar().week,
    "e": lambda at: at.isoweekday(),
}


def _month(at: datetime, width: int) -> str:
    if width < 3:
        return f"{at.month:0{width}d}"
    return calendar.month_abbr[at.month] if width == 3 else calendar.month_name[at.month]


def _weekday(at: datetime, width: int) -> str:
    return calendar.day_abbr[at.weekday()] if width < 4 else calendar.day_name[at.weekday()]


def _offset(at: datetime, width: int, zero: str) -> str:
    away = at.utcoffset() or timedelta()
    if zero and not away:
        return zero
    minutes = int(away.total_seconds() // 60)
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    hours = f"{sign}{minutes // 60:02d}"
    if width == 1:
        return hours + (f"{minutes % 60:02d}" if minutes % 60 else "")
    return f"{hours}{':' if width % 2 else ''}{minutes % 60:02d}"


_TEXTS: dict[str, Callable[[datetime, int], str]] = {
    "M": _month,
    "L": _month,
    "E": _weekday,
    "a": lambda at, _: "AM" if at.hour < 12 else "PM",
    "G": lambda _, width: "Anno Domini" if width == 4 else "AD",
    "S": lambda at, width: f"{at.microsecond:06d}".ljust(width, "0")[:width],
    "n": lambda at, width: str(at.microsecond * 1000).rjust(width, "0"),
    "X": lambda at, width: _offset(at, width, "Z"),
    "x": lambda at, width: _offset(at, width, ""),
    "Z": lambda at, width: _offset(at, 2 if width < 5 else 3, "" if width < 5 else "Z"),
    "z": lambda at, _: at.tzname() or "UTC",
    "V": lambda at, _: at.tzname() or "UTC",
}
