"""Stand-ins for what has a form of its own: addresses that belong to nobody, numbers with right check digits.

`make(value, number)` gives a stand-in, or None where this number has none; `known(value)` tells one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from integtest.rules.secrets import checksums, shapes
from integtest.rules.secrets.vendors import prefix_of


class Shape(NamedTuple):
    """How stand-ins of a kind are made and known again."""

    make: Callable[[str, int], str | None]
    known: Callable[[str], bool]


def _token(value: str, number: int) -> str:
    prefix = prefix_of(value)
    return prefix + shapes.filled(value[len(prefix) :], number)


def _is_token(value: str) -> bool:
    return shapes.is_filled(value[len(prefix_of(value)) :])


def _solid(value: str, number: int) -> str:
    prefix = prefix_of(value)
    return prefix + shapes.solid(value[len(prefix) :], number)


_EMAIL = re.compile(r"(?:fake|f)\d+@(?:example\.com|x{1,3}\.test)")


def _email(value: str, number: int) -> str:
    """At domains reserved by RFC 2606; the same length from nine characters on."""
    if len(value) >= 20:
        return f"fake{number:0{len(value) - 16}d}@example.com"
    label = "x" * min(3, max(1, len(value) - 8))
    return f"f{number:0{max(1, len(value) - 7 - len(label))}d}@{label}.test"


_DIALLED = re.compile(r"[+\d ().x/-]+")
_NANP = re.compile(r"1?[234]0055501\d\d")


def _phone(value: str, number: int) -> str | None:
    """North America: exchange 555-01xx in an area that does not exist; elsewhere a subscriber number of zeros."""
    old = checksums.digits_of(value)
    if "+1" in value[:3] or (not value.startswith("+") and re.fullmatch(r"1?[2-9]\d{9}", old)):
        made = f"{2 + number // 100 % 3}0055501{number % 100:02d}"
        return (
            shapes.poured(value, ("1" + made)[-len(old) :])
            if len(old) in (10, 11)
            else shapes.filled(value, number)
        )
    head = old[:2] if value.startswith("+") else ""
    rest = len(old) - len(head)
    return shapes.poured(value, head + str(number % shapes.capacity(rest)).zfill(rest))


def _is_phone(value: str) -> bool:
    old = checksums.digits_of(value)
    if len(old) < 7 or not _DIALLED.fullmatch(value):
        return False
    if _NANP.fullmatch(old):
        return True
    rest = old[2:] if value.startswith("+") else old
    return rest.isdecimal() and 0 <= shapes.numeral(rest) < shapes.capacity(len(rest))


_BRANDS = (
    ("34", "3700000"),
    ("37", "3700000"),
    ("36", "3600000"),
    ("38", "3600000"),
    ("30", "3600000"),
    ("35", "3528000"),
    ("5", "5100000"),
    ("2", "2221000"),
    ("62", "6200000"),
    ("6", "6011000"),
    ("", "4000000"),
)


def _card(value: str, number: int) -> str | None:
    """Luhn-valid, with the brand's first digit and an issuer number of zeros."""
    old = checksums.digits_of(value)
    if not 13 <= len(old) <= 19:
        return shapes.filled(value, number)
    issuer = next(new for start, new in _BRANDS if old.startswith(start))
    space = len(old) - len(issuer) - 1
    body = issuer + str(number % shapes.capacity(space)).zfill(space)
    return shapes.poured(value, body + checksums.luhn_digit(body))


def _is_card(value: str) -> bool:
    old = checksums.digits_of(value)
    if not 13 <= len(old) <= 19:
        return shapes.is_filled(value)
    return _card(value, shapes.numeral(old[7:-1])) == value


def _iban(value: str, number: int) -> str | None:
    plain = shapes.plain(value)
    if not 15 <= len(plain) <= 34 or not plain.isascii() or not plain[:2].isalpha():
        return shapes.filled(value, number)
    places = sum(c.isdecimal() for c in plain[4:])
    source = iter(str(number % shapes.capacity(places)).zfill(places))
    account = "".join(next(source, "0") if c.isdecimal() else "X" for c in plain[4:])
    return shapes.poured(value, plain[:2] + checksums.iban_check(plain[:2], account) + account)


def _is_iban(value: str) -> bool:
    plain = shapes.plain(value)
    if not 15 <= len(plain) <= 34 or not plain.isascii() or not plain[:2].isalpha():
        return shapes.is_filled(value)
    return _iban(value, shapes.numeral(checksums.digits_of(plain[4:]))) == value


_FIRST_DAY = date(1900, 1, 1)
_DAYS = 3650
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.,+Z-]*)?")
_LOCAL = re.compile(r"(\d\d?)([./-])(\d\d?)\2(\d{4})")


def _birth_date(value: str, number: int) -> str:
    """In the first ten years of 1900, in the same format."""
    if _MOMENT.fullmatch(value):
        return f"{_FIRST_DAY + timedelta(days=number % _DAYS)}" + re.sub(r"\d", "0", value[10:])
    if found := _LOCAL.fullmatch(value):
        both = f"{number % 12 + 1:02d}" if len(found[1]) == len(found[3]) == 2 else str(number % 9 + 1)
        return f"{both}{found[2]}{both}{found[2]}{1900 + number // 12 % 10}"
    if re.fullmatch(r"(?:19|20)\d{6}", value):
        return f"{_FIRST_DAY + timedelta(days=number % _DAYS):%Y%m%d}"
    return shapes.filled(value, number)


def _is_birth_date(value: str) -> bool:
    if _MOMENT.fullmatch(value) or re.fullmatch(r"(?:19|20)\d{6}", value):
        return value.startswith("190")
    return value[-4:-1] == "190" if _LOCAL.fullmatch(value) else shapes.is_filled(value)


_ADDRESS = re.compile(r"[0-9a-f.:]{1,45}")
_NETS = ("192.0.2.", "198.51.100.", "203.0.113.")


def _ip(value: str, number: int) -> str:
    """From the blocks for documentation (RFC 5737, RFC 3849)."""
    if ":" in value:
        return f"2001:db8::{number:x}"
    return f"{_NETS[number // 254 % 3]}{number % 254 + 1}"


def _is_ip(value: str) -> bool:
    return value.startswith((*_NETS, "2001:db8::")) and _ADDRESS.fullmatch(value) is not None


GENERAL = Shape(_token, _is_token)
SOLID = Shape(_solid, _is_token)
SHAPES: dict[str, Shape] = {
    "email": Shape(_email, lambda v: bool(_EMAIL.fullmatch(v))),
    "phone": Shape(_phone, _is_phone),
    "card": Shape(_card, _is_card),
    "iban": Shape(_iban, _is_iban),
    "birth-date": Shape(_birth_date, _is_birth_date),
    "date": Shape(_birth_date, _is_birth_date),
    "ip-address": Shape(_ip, _is_ip),
    "known": SOLID,
}
