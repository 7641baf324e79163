"""Stand-ins: same length and kind, right check digits, belonging to nobody, known again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.rules.secrets import checksums
from integtest.rules.secrets.personal import is_card
from integtest.rules.secrets.shapes import filled, is_filled, solid
from integtest.rules.secrets.stand_ins import Ledger, is_any_stand_in, is_stand_in, make_stand_in

_REAL = {
    "card": [
        "4111 1111 1111 1111",
        "378282246310005",
        "5555555555554444",
        "6011-0009-9013-9424",
        "3566002020360505",
    ],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "FR1420041010050500013M02606"],
    "email": ["a.b@corp.de", "lena.vogt@kunde-beispiel.de", "x" * 40 + "@example.org"],
    "phone": ["+1 (415) 867-5309", "415-867-5309", "+49 171 5550123", "020 7946 0958"],
    "ssn": ["219-09-9999", "219099999"],
    "nino": ["AB123456C", "AB 12 34 56 C"],
    "dni": ["12345678Z", "X1234567L"],
    "codice-fiscale": ["RSSMRA85T10A562S"],
    "nir": ["255081416802538", "2 55 08 14 168 025 38"],
    "steuer-id": ["86095742719", "86 095 742 719"],
    "bsn": ["111222333"],
    "birth-date": ["1985-03-02", "02.03.1985", "3/2/1985", "19850302", "1985-03-02T10:11:12Z"],
    "token": [
        "2YotnFZFEjr1zCsicMWpAA",
        "ghp_" + "aB3" * 12,
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "hunter2!",
    ],
    "password": ["correct horse battery", "1234", "äöü-ßßß-1"],
    "ip-address": ["10.1.2.3"],
}
_CASES = [(kind, value) for kind, values in _REAL.items() for value in values]


@pytest.mark.parametrize(("kind", "value"), _CASES)
def test_a_stand_in_keeps_length_and_is_known_again_while_the_real_value_is_not(kind, value):
    made = Ledger().stand_in(value, kind)
    assert made != value
    assert len(made) == len(value) or kind == "ip-address"
    assert is_stand_in(made, kind)
    assert is_any_stand_in(made)
    assert not is_any_stand_in(value)


@pytest.mark.parametrize(("kind", "value"), _CASES)
def test_a_value_has_one_stand_in_and_other_values_have_others(kind, value):
    ledger = Ledger()
    first = ledger.stand_in(value, kind)
    other = ledger.stand_in(value[::-1] if value[::-1] != value else f"{value}x", kind)
    assert ledger.stand_in(value, kind) == first != other


@pytest.mark.parametrize("value", _REAL["card"])
def test_a_card_keeps_its_brand_and_grouping_and_passes_luhn(value):
    made = Ledger().stand_in(value, "card")
    assert is_card(made)
    assert made[0] == value[0]
    assert re.sub(r"\d", "9", made) == re.sub(r"\d", "9", value)


@pytest.mark.parametrize("value", _REAL["iban"])
def test_an_account_keeps_its_country_and_passes_its_checksum(value):
    made = Ledger().stand_in(value, "iban")
    assert checksums.iban(made)
    assert made[:2] == value[:2]


@pytest.mark.parametrize("value", _REAL["email"])
def test_an_address_is_at_a_reserved_domain(value):
    assert re.search(r"@(example\.com|x+\.test)$", Ledger().stand_in(value, "email"))


def test_an_american_number_is_in_the_range_for_fiction_and_others_cannot_be_called():
    assert Ledger().stand_in("+1 415-867-5309", "phone").startswith("+1 200-555-01")
    assert re.fullmatch(r"\+49 000 000000\d", Ledger().stand_in("+49 171 5550123", "phone"))


@pytest.mark.parametrize(
    ("kind", "value", "valid"),
    [
        ("dni", "12345678Z", lambda v: checksums.dni_letter(int(v[:8])) == v[8]),
        ("codice-fiscale", "RSSMRA85T10A562S", lambda v: checksums.fiscal_letter(v[:15]) == v[15]),
        ("nir", "255081416802538", lambda v: checksums.nir_key(v[:13]) == v[13:]),
        ("steuer-id", "86095742719", lambda v: checksums.steuer_digit(v[:10]) == v[10]),
        ("bsn", "111222333", checksums.bsn),
    ],
)
def test_national_numbers_have_right_check_digits(kind, value, valid):
    assert valid(value)
    makes = make_stand_in(kind)
    made = [makes(value, number) for number in range(1, 200)]
    assert all(valid(m) for m in made if m is not None)
    assert sum(m is not None for m in made) > 150


def test_published_numbers_pass_the_checks():
    assert checksums.luhn("4111111111111111")
    assert not checksums.luhn("4111111111111112")
    assert checksums.iban("GB82 WEST 1234 5698 7654 32")
    assert not checksums.iban("GB82 WEST 1234 5698 7654 33")
    assert checksums.IBAN_LENGTHS["NO"] == 15
    assert checksums.IBAN_LENGTHS["MT"] == 31


def test_uuids_hex_and_digits_stay_what_they_are():
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
        filled("6f1c2b3a-1111-4222-8333-444455556666", 7),
    )
    assert re.fullmatch(r"[0-9a-f]{40}", filled("da39a3ee5e6b4b0d3255bfef95601890afd80709", 7))
    assert re.fullmatch(r"[1-9]\d{9}", filled("0123456789", 7))


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=60), st.integers(1, 20000))
def test_any_text_has_a_stand_in_of_its_length_that_is_known_again(value, number):
    for make in (filled, solid):
        made = make(value, number)
        assert len(made) == len(value)
        if len(value) >= 8:
            assert is_filled(made)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(_REAL)), st.text("0123456789 -.+/@ABCxyz", min_size=1, max_size=40), st.integers(1, 500)
)
def test_making_again_from_a_stand_in_makes_no_new_one(kind, value, number):
    made = make_stand_in(kind)(value, number)
    if made is not None and sum(c.isalnum() for c in made) >= 8:
        assert is_stand_in(made, kind)


def test_stand_ins_that_are_taken_are_not_given_again():
    ledger = Ledger()
    ledger.keep("Fake0001Fake0001")
    assert ledger.stand_in("Abcdefgh12345678", "token") == "Fake0002Fake0002"


@pytest.mark.parametrize("size", range(1, 9))
def test_short_values_run_out_of_stand_ins_without_an_end(size):
    ledger = Ledger()
    made = [ledger.stand_in(f"{i:0{size}d}"[-size:], "password") for i in range(200)]
    assert all(len(m) == size for m in made)
