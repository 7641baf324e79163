"""Presidio: what its API document prints is taken, and what no consumer could use is not."""

from __future__ import annotations

import pytest

from integtest import packs

presidio = packs.presidio

LEAN = {
    "analysis_explanation": None,
    "end": 38,
    "entity_type": "US_DRIVER_LICENSE",
    "score": 0.6499999999999999,
    "start": 30,
}
CHANGED = {
    "text": "hello world, my name is ANONYMIZED. My number is: ",
    "items": [
        {"operator": "redact", "entity_type": "PHONE_NUMBER", "start": 50, "end": 50, "text": ""},
        {"operator": "replace", "entity_type": "NAME", "start": 24, "end": 34, "text": "ANONYMIZED"},
    ],
}


def test_the_documents_examples_are_taken(contract, takes_reply):
    assert takes_reply(presidio.analyze(contract), 200, [LEAN]) == []
    assert takes_reply(presidio.analyze(contract, description="two"), 200, [LEAN, {**LEAN, "score": 1.0}]) == []
    assert takes_reply(presidio.anonymize(contract), 200, CHANGED) == []
    assert takes_reply(presidio.supported_entities(contract), 200, ["PHONE_NUMBER", "US_SSN"]) == []
    assert takes_reply(presidio.anonymize_bad_json(contract), 400, {"error": "Invalid request json"}) == []
    text = "Invalid input, text can not be empty"
    assert takes_reply(presidio.anonymize_invalid(contract), 422, {"error": text}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        [{**LEAN, "score": 1.2}],
        [{**LEAN, "start": "30"}],
        [{k: v for k, v in LEAN.items() if k != "end"}],
        [[LEAN]],
    ],
)
def test_what_does_not_say_where_the_data_is_is_refused(wrong, contract, takes_reply):
    assert takes_reply(presidio.analyze(contract), 200, wrong) != []


def test_nothing_found_is_an_empty_list(contract, takes_reply):
    made = presidio.analyze_nothing(contract)
    assert takes_reply(made, 200, []) == []
    assert takes_reply(made, 200, [LEAN]) != []
    assert takes_reply(made, 200, None) != []


def test_several_texts_give_a_list_for_each(contract, takes_reply):
    made = presidio.analyze_many(contract)
    assert takes_reply(made, 200, [[LEAN], []]) == []
    assert takes_reply(made, 200, [LEAN]) != []


def test_the_analyzers_error_status_is_an_argument(contract, takes_reply):
    told = {"error": "No text provided"}
    made = presidio.analyze_refused(contract, status=[400, 422, 500])
    assert takes_reply(made, 500, told) == []
    assert takes_reply(made, 400, told) == []
    assert takes_reply(made, 200, []) != []
    assert takes_reply(made, 500, {"message": "no"}) != []
