"""Recordings that others made: scrubbed twice alike, still found by a lookup, touched only where people show."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from integtest.codecs.cassette_yaml import loads
from integtest.errors import IntegtestError
from integtest.model.http import Place
from integtest.rules.secrets import KeyMasker, Policy, Scrubber, check

_CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
_FOLDERS = {"py-gitguardian": 70, "datadog-api-client": 130}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not _CORPORA.is_dir(), reason="the corpora are not beside the checkout"),
]


def _cassettes(folder):
    found = []
    for path in sorted((_CORPORA / folder).rglob("*.yaml")):
        try:
            found.append(loads(path.read_bytes(), Place(file=path.name)))
        except IntegtestError:
            assert path.name == "openapi-v1.yaml"
    return found


@pytest.mark.parametrize("listed", [False, True], ids=["detecting", "allow-list"])
@pytest.mark.parametrize("folder", _FOLDERS)
def test_a_corpus_is_scrubbed_the_same_a_second_time_and_lookups_hold(folder, listed):
    policy = Policy(allow_list=listed)
    masker, seen = KeyMasker(policy), 0
    for cassette in _cassettes(folder):
        done = Scrubber(policy).cassette(cassette)
        assert done.doubts == [], cassette.place.file
        again = Scrubber(policy).cassette(done.cassette)
        assert again.cassette == done.cassette, cassette.place.file
        assert [f.location.pointer for e in done.cassette.exchanges for f in check(e)] == []
        for before, after in zip(cassette.exchanges, done.cassette.exchanges, strict=True):
            assert masker.mask(before.request) == masker.mask(after.request)
            seen += 1
    assert seen >= _FOLDERS[folder]


def test_only_people_cookies_and_credentials_are_replaced_in_the_corpora():
    kinds = Counter(
        replacement.kind
        for folder in _FOLDERS
        for cassette in _cassettes(folder)
        for replacement in Scrubber(Policy(allow_list=False)).cassette(cassette).replaced
    )
    assert set(kinds) == {"cookie", "email", "name", "user-name", "password", "token"}
