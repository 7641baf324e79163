"""Deriving: the same for the same contract, bounded, and never an error, whatever is promised."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path

from bench import cases, completion, promise, told
from hypothesis import given, settings

from integtest import POST, Contract, Reply
from integtest.errors import ContractError
from integtest.failures.catalogue import modes

_FILE = Path(__file__).parent.parent / "authoring" / "kinds.py"
_SPEC = importlib.util.spec_from_file_location("kinds_of_bodies", _FILE)
kinds = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(kinds)

MINE = ("schema", "semantics", "volume", "ordering")


def test_ids_are_unique_and_the_same_every_time():
    for it in (completion(), told({"id": "1", "sequence": 3}), promise({"items": [{"id": "a"}], "next": "p"})):
        one, other = cases(it), cases(it)
        assert one == other
        assert len({case.id for case in one}) == len(one)


def test_every_case_says_what_and_why_and_from_where():
    for case in cases(completion()):
        assert case.what and case.why and case.source
        assert not case.what.endswith(".")


def test_one_case_of_a_mode_is_the_one_that_a_run_takes():
    counted = Counter(case.mode for case in cases(completion()) if case.primary)
    assert set(counted.values()) == {1}


def test_numbers_are_those_of_the_catalogue_and_each_is_given_once():
    numbers = [one.number for one in modes() if one.number is not None]
    assert len(numbers) == len(set(numbers))
    mine = {one.number for one in modes() if one.layer in MINE and one.number is not None}
    schema = {9, 24, 25, 27, 28, 29, 30, 42, 44, 53}
    semantics = {8, 14, 26, 31, 32, 33, 34, 35, 50}
    assert schema | semantics | {11, 43, 45, 46} | {17, 36, 37, 38, 39, 49} == mine


def test_a_guard_closes_where_the_promise_is_broken_and_stays_open_where_it_is_kept():
    contract = Contract(consumer="c", provider="p", kind="compliance")
    guarded = completion()
    allow = contract.http(
        "allows", request=POST("/decide", json={"a": 1}), reply=Reply(200, {"allow": True}), guards=[guarded]
    )
    quiet = {case.id: bool(case.oracle.quiet) for case in cases(allow, guarded)}
    assert quiet["required-gone:/allow"]
    assert not quiet["extra-field:/integtest_added"]


def test_a_body_of_many_fields_and_a_large_one_have_a_bounded_number_of_cases():
    wide = cases(promise({f"field_{n}": {"id": n, "text": "x", "at": "2024-05-01T10:00:00Z"} for n in range(500)}))
    assert max(Counter(case.mode for case in wide).values()) <= 40 * 5
    large = cases(promise({"texts": ["x" * 10_000] * 100, **{f"f{n}": n for n in range(50)}}))
    assert max(Counter(case.mode for case in large).values()) <= 20


def test_deep_and_odd_documents_are_taken():
    deep: object = 1
    for _ in range(60):
        deep = {"a": deep}
    assert cases(promise(deep))
    assert cases(promise({"": 1, "a/b": {"~": [None]}, "0": [[]]}))


@given(kinds.bodies())
@settings(max_examples=150, deadline=None)
def test_whatever_model_is_promised_its_cases_are_derived_and_bounded(kind):
    try:
        promised = (promise(kind.annotation), told(kind.annotation))
    except ContractError:
        return
    for it in promised:
        found = cases(it)
        assert len({case.id for case in found}) == len(found)
        assert len(found) < 2_000
        assert json.dumps([case.id for case in found])
