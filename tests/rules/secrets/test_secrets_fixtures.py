"""The pair of cassettes that shows the rule: one that leaks, and what scrubbing makes of it."""

from __future__ import annotations

from pathlib import Path

from integtest.codecs.cassette_yaml import dumps, loads
from integtest.model.http import Place
from integtest.rules.secrets import Policy, Scrubber, check

_FOLDER = Path(__file__).parents[3] / "fixtures" / "rules" / "secrets"


def _read(name):
    return loads((_FOLDER / name).read_bytes(), Place(file=name))


def test_the_leaky_cassette_is_found_place_by_place():
    found = [(f.location.pointer, f.message) for exchange in _read("leaky.yaml").exchanges for f in check(exchange)]
    assert [(pointer.split("/", 3)[-1], message.split(" stands")[0]) for pointer, message in found] == [
        ("Authorization", "a user's name"),
        ("Authorization", "a password"),
        ("Set-Cookie/sid", "a cookie"),
        ("access_token", "a token"),
        ("Authorization", "a token"),
        ("claimant/name", "a person's name"),
        ("claimant/email", "an e-mail address"),
        ("claimant/phone", "a phone number"),
        ("claimant/date_of_birth", "a birth date"),
        ("iban", "an IBAN"),
        ("Location/query/access_token", "a token"),
    ]


def test_scrubbing_the_leaky_cassette_gives_the_other_one_byte_for_byte():
    scrubbed = Scrubber(Policy(allow_list=False)).cassette(_read("leaky.yaml")).cassette
    assert dumps(scrubbed) == (_FOLDER / "scrubbed.yaml").read_bytes()


def test_the_scrubbed_cassette_has_no_finding():
    assert check(_read("scrubbed.yaml").exchanges) == []
