"""Personal data known by its shape: e-mail, phone, card, account and national identity numbers.

Where digits alone say too little, the pattern asks for the separators people write, or for a word before them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from integtest.rules.secrets import checksums
from integtest.rules.secrets.vendors import Detector

_NOT_IN_WORD = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))(?:\.[A-Za-z0-9-]{1,63}){0,8}"
    r"\.(?!(?:png|jpe?g|gif|svg|webp|css|js)(?![a-z]))[A-Za-z]{2,24}(?![\w-]|:[\w.-]{1,100}/)"
)
_PLUS = re.compile(r"(?<![\w+.])\+[1-9](?:[ .()/-]{0,2}\d){7,14}(?!\d)")
_NANP = re.compile(r"(?<![\w.+/-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}(?![\w-]|\.\d)")
_CARD = re.compile(r"(?<![\w.+/-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_IBAN = re.compile(_NOT_IN_WORD + r"[A-Z]{2}\d\d(?: ?[A-Z0-9]){11,30}" + _END)
_SSN = re.compile(r"(?<![\w.-])(?!000|666|9[1-9]|9\d[1-9])\d{3}-\d\d-(?!0000)\d{4}(?![\w-]|\.\d)")
_NINO = re.compile(
    _NOT_IN_WORD + r"(?!BG|GB|KN|NK|NT|TN|ZZ)(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ)"
    r"(?: ?\d\d){3} ?[A-D]" + _END
)
_DNI = re.compile(_NOT_IN_WORD + r"(?:\d{8}|[XYZ]\d{7})[- ]?[A-Z]" + _END)
_FISCAL = re.compile(r"(?i)" + _NOT_IN_WORD + r"[A-Z]{6}\d\d[A-EHLMPRSTZ]\d\d[A-Z]\d{3}[A-Z]" + _END)
_NIR = re.compile(r"(?<![\w.-])[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?![\w-]|\.\d)")
_STEUER = re.compile(r"(?<![\w.-])\d\d \d{3} \d{3} \d{3}(?![\w-]|\.\d)")
_TAX_WORD = re.compile(r"(?i)(?:steuer|tax)[\w .-]{0,20}[:= ]{1,3}(?P<s>\d{11})(?!\d)")
_BSN_WORD = re.compile(r"(?i)(?<![a-z])(?:bsn|burgerservicenummer|sofinummer)[\"': =nr.]{1,6}(?P<s>\d{9})(?!\d)")
_IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")

_ISSUERS = re.compile(
    r"3[47]\d{13}|4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|62\d{14,17}"
)


def is_card(text: str) -> bool:
    """True for digits, bare or in the groups of a card, that an issuer could have given out (ISO/IEC 7812)."""
    number = checksums.digits_of(text)
    if not _ISSUERS.fullmatch(number) or not checksums.luhn(number) or len(set(number)) < 2:
        return False
    return text == number or bool(re.fullmatch(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}", text))


def _is_dni(text: str) -> bool:
    plain = text.replace("-", "").replace(" ", "")
    number = int(plain[:-1].translate(str.maketrans("XYZ", "012")))
    return checksums.dni_letter(number) == plain[-1]


def _is_fiscal(text: str) -> bool:
    return checksums.fiscal_letter(text[:-1].upper()) == text[-1].upper()


def _is_nir(text: str) -> bool:
    plain = text.replace(" ", "")
    return checksums.nir_key(plain[:-2]) == plain[-2:]


def _is_steuer(text: str) -> bool:
    plain = text.replace(" ", "")
    return checksums.steuer_digit(plain[:-1]) == plain[-1]


def _is_ip(text: str) -> bool:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified)


def _numbered(kind: str, pattern: re.Pattern[str], check: Callable[[str], bool] | None = None) -> Detector:
    return Detector(kind, pattern, (), check, near_digits=True)


PERSONAL: tuple[Detector, ...] = (
    Detector("email", _EMAIL, ("@",)),
    _numbered("phone", _PLUS),
    _numbered("phone", _NANP),
    _numbered("card", _CARD, is_card),
    _numbered("iban", _IBAN, checksums.iban),
    _numbered("ssn", _SSN),
    _numbered("nino", _NINO),
    _numbered("dni", _DNI, _is_dni),
    _numbered("codice-fiscale", _FISCAL, _is_fiscal),
    _numbered("nir", _NIR, _is_nir),
    _numbered("steuer-id", _STEUER, _is_steuer),
    _numbered("steuer-id", _TAX_WORD, _is_steuer),
    _numbered("bsn", _BSN_WORD, checksums.bsn),
)
ADDRESSES: tuple[Detector, ...] = (
    Detector("ip-address", _IPV4, (), _is_ip),
    Detector("ip-address", _IPV6, (), _is_ip),
)

_MANY_DIGITS = re.compile(r"\d(?:[ ./()A-Za-z-]{0,2}\d){4,}+")
_BEFORE, _AFTER = 60, 45


def around_digits(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text in which numbers of people can stand: what is around five digits or more."""
    start = end = -1
    for found in _MANY_DIGITS.finditer(text):
        left, right = max(0, found.start() - _BEFORE), found.end() + _AFTER
        if left > end:
            if end >= 0:
                yield start, end
            start = left
        end = max(end, right)
    if end >= 0:
        yield start, end
