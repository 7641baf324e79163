"""Check digits: what tells a card, bank account or national number from any other digits."""

from __future__ import annotations

_DIGITS = "0123456789"
_ALNUM = _DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits_of(text: str) -> str:
    """The ASCII digits of a text."""
    return "".join(c for c in text if c in _DIGITS)


def luhn_digit(body: str) -> str:
    """The digit that completes `body` (ISO/IEC 7812-1)."""
    total = 0
    for index, char in enumerate(reversed(body)):
        value = int(char) * (2 - index % 2)
        total += value - 9 * (value > 9)
    return str(-total % 10)


def luhn(number: str) -> bool:
    """True when the last digit is the check digit of the rest."""
    return len(number) > 1 and luhn_digit(number[:-1]) == number[-1]


def iban_check(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 13616)."""
    number = "".join(str(_ALNUM.index(c)) for c in account + country + "00")
    return f"{98 - int(number) % 97:02d}"


_REGISTRY = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24
    FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
    LI21 LT20 LU21 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22
    SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
"""
IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _REGISTRY.split()}
"""Characters of an IBAN by country (the IBAN registry)."""


def iban(text: str) -> bool:
    """True for an IBAN, with or without spaces."""
    plain = text.replace(" ", "").replace("\xa0", "").upper()
    if not plain.isascii() or not plain.isalnum() or len(plain) != IBAN_LENGTHS.get(plain[:2]):
        return False
    return plain[2:4].isdigit() and iban_check(plain[:2], plain[4:]) == plain[2:4]


def nir_key(body: str) -> str:
    """The key of a French NIR: `body` is its first 13 characters, with 2A or 2B for Corsica."""
    plain = body.upper().replace("2A", "19").replace("2B", "18")
    return f"{97 - int(plain) % 97:02d}"


def dni_letter(number: int) -> str:
    """The letter of a Spanish DNI."""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]


def steuer_digit(body: str) -> str:
    """The last digit of a German tax id (ISO 7064, MOD 11,10)."""
    product = 10
    for char in body:
        total = (int(char) + product) % 10 or 10
        product = 2 * total % 11
    return str((11 - product) % 10)


def bsn(number: str) -> bool:
    """True for a Dutch BSN of nine digits (the eleven test)."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return len(number) == len(weights) and sum(int(d) * w for d, w in zip(number, weights, strict=True)) % 11 == 0


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def fiscal_letter(body: str) -> str:
    """The last letter of an Italian codice fiscale; `body` is its first 15 characters."""
    places = (int(c) if c in _DIGITS else ord(c) - ord("A") for c in body)
    return chr(ord("A") + sum(_ODD[p] if i % 2 == 0 else p for i, p in enumerate(places)) % 26)
