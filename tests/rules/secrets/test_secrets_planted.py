"""Nothing planted survives: kinds by positions, in both modes, found again by undoing every encoding."""

from __future__ import annotations

from functools import cache

import pytest
from planted_secrets import BY_SHAPE, NAMED, NAMED_POSITIONS, SHAPE_POSITIONS, core, everything_in, planted

from integtest.rules.secrets import KeyMasker, Policy, Scrubber, check, mask_exchange

_DETECTING, _LISTED = Policy(allow_list=False), Policy(allow_list=True)
_PLANTED = planted()


def _of(kind):
    return [(what, secret, exchange) for what, secret, exchange in _PLANTED if what.startswith(f"{kind} in ")]


_KINDS = sorted({what.split(" in ")[0] for what, _, _ in _PLANTED})


def test_the_corpus_is_as_broad_as_promised():
    assert len(BY_SHAPE) + len(NAMED) >= 60
    assert len(SHAPE_POSITIONS) + len(NAMED_POSITIONS) >= 60
    assert len(_PLANTED) > 2500


def test_the_finder_of_survivors_finds_what_is_planted():
    blind = [what for what, secret, exchange in _PLANTED if not _survivors(exchange, secret)]
    assert blind == []


@cache
def _scrubbed(kind, listed):
    policy = _LISTED if listed else _DETECTING
    return [(what, s, e, Scrubber(policy).exchange(e)) for what, s, e in _of(kind)]


def _survivors(exchange, secret):
    return [part for part in core(secret) for text in everything_in(exchange) if part in text]


@pytest.mark.parametrize("policy", [_DETECTING, _LISTED], ids=["detecting", "allow-list"])
@pytest.mark.parametrize("kind", _KINDS)
def test_no_byte_of_a_planted_secret_survives_in_any_position(kind, policy):
    for what, secret, _, scrubbed in _scrubbed(kind, listed=policy is _LISTED):
        if policy is _LISTED and what.endswith(" in binary"):
            assert scrubbed.doubts, what
            continue
        assert not _survivors(scrubbed.exchange, secret), what
        assert not scrubbed.doubts, what
        assert scrubbed.replaced, what


@pytest.mark.parametrize("policy", [_DETECTING, _LISTED], ids=["detecting", "allow-list"])
@pytest.mark.parametrize("kind", _KINDS)
def test_a_second_pass_changes_nothing_and_finds_nothing(kind, policy):
    for what, _, _, scrubbed in _scrubbed(kind, listed=policy is _LISTED):
        once = scrubbed.exchange
        again = Scrubber(policy).exchange(once)
        assert again.exchange == once, what
        assert again.replaced == [], what
        if policy is _DETECTING:
            assert check(once) == [], what


@pytest.mark.parametrize("policy", [_DETECTING, _LISTED], ids=["detecting", "allow-list"])
@pytest.mark.parametrize("kind", _KINDS)
def test_a_lookup_sees_the_same_request_before_and_after_scrubbing(kind, policy):
    masker = KeyMasker(policy)
    for what, _, exchange, scrubbed in _scrubbed(kind, listed=policy is _LISTED):
        assert masker.mask(exchange.request) == masker.mask(scrubbed.exchange.request), what


@pytest.mark.parametrize("kind", _KINDS)
def test_a_report_shows_nothing_planted_and_a_check_finds_it(kind):
    for what, secret, exchange in _of(kind):
        assert not _survivors(mask_exchange(exchange), secret), what
        found = check(exchange)
        assert found, what
        assert all(part not in finding.model_dump_json() for finding in found for part in core(secret)), what


@pytest.mark.parametrize("kind", _KINDS)
def test_frames_are_cut_where_they_were(kind):
    for what, _, exchange, scrubbed in _scrubbed(kind, listed=False):
        before, after = exchange.response, scrubbed.exchange.response
        if before is None or not before.frames or before.header("content-encoding"):
            continue
        assert b"".join(f.data for f in after.frames) == after.body, what
        assert [f.at for f in after.frames] == [f.at for f in before.frames], what
        if len(after.body) == len(before.body):
            assert [len(f.data) for f in after.frames] == [len(f.data) for f in before.frames], what
