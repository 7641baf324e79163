"""Stand-ins for national identity numbers: right check digits, numbers that no office gives out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from integtest.rules.secrets import checksums, shapes
from integtest.rules.secrets.kinds import Shape

_DIGITS = "0123456789"


def _ssn(number: int) -> str:
    return f"90000{number % 10000:04d}"


def _nino(number: int) -> str:
    return f"QQ00{number % 10000:04d}A"


def _dni(number: int) -> str:
    return f"{number % 10000:08d}{checksums.dni_letter(number % 10000)}"


def _nie(number: int) -> str:
    return f"X{number % 10000:07d}{checksums.dni_letter(number % 10000)}"


def _fiscal(number: int) -> str:
    body = f"FKEFKE00A01Z{number % 1000:03d}"
    return body + checksums.fiscal_letter(body)


def _nir(number: int) -> str:
    body = f"1000199{number % 10000:06d}"
    return body + checksums.nir_key(body)


def _steuer(number: int) -> str:
    body = f"{number % 10000:010d}"
    return body + checksums.steuer_digit(body)


def _bsn(number: int) -> str | None:
    """None for a number that has no check digit (one in eleven)."""
    body = f"{number % 10000:08d}"
    return next((body + d for d in _DIGITS if checksums.bsn(body + d)), None)


class _Form(NamedTuple):
    """A kind in one form: `number` is where a stand-in carries its number."""

    kind: str
    form: re.Pattern[str]
    make: Callable[[int], str | None]
    number: slice


_FORMS = (
    _Form("ssn", re.compile(r"\d{9}"), _ssn, slice(5, 9)),
    _Form("nino", re.compile(r"[A-Z]{2}\d{6}[A-Z]"), _nino, slice(4, 8)),
    _Form("dni", re.compile(r"\d{8}[A-Z]"), _dni, slice(4, 8)),
    _Form("dni", re.compile(r"[XYZ]\d{7}[A-Z]"), _nie, slice(4, 8)),
    _Form("codice-fiscale", re.compile(r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]"), _fiscal, slice(12, 15)),
    _Form("nir", re.compile(r"[12]\d{4}(?:\d\d|2[AB])\d{8}"), _nir, slice(9, 13)),
    _Form("steuer-id", re.compile(r"\d{11}"), _steuer, slice(6, 10)),
    _Form("bsn", re.compile(r"\d{9}"), _bsn, slice(4, 8)),
)


def _form_of(kind: str, value: str) -> _Form | None:
    plain = shapes.plain(value)
    return next((f for f in _FORMS if f.kind == kind and plain.isascii() and f.form.fullmatch(plain)), None)


def _make(kind: str, value: str, number: int) -> str | None:
    form = _form_of(kind, value)
    if form is None:
        return shapes.filled(value, number)
    made = form.make(number)
    return made and shapes.poured(value, made)


def _known(kind: str, value: str) -> bool:
    form = _form_of(kind, value)
    if form is None:
        return shapes.is_filled(value)
    return _make(kind, value, int(shapes.plain(value)[form.number])) == value.upper()


def _shape(kind: str) -> Shape:
    return Shape(lambda value, number: _make(kind, value, number), lambda value: _known(kind, value))


SHAPES = {form.kind: _shape(form.kind) for form in _FORMS}
