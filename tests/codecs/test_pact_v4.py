"""Writing V4: the same bytes for the same contract, equal after reading, valid for Pact's own tools."""

import json
import random
from typing import Any

import jsonschema
import pact_oracle
import pytest
from hypothesis import HealthCheck, given, settings
from pact_schema import V4
from pact_strategies import contracts, placeless

from integtest.codecs import pact_read, pact_v4
from integtest.errors import ContractError
from integtest.model.contract import Contract, ContractInfo, HttpInteraction, ProviderState
from integtest.model.matching import Body, Matcher, RequestPattern, ResponsePattern, RuleList, RuleSet

slowly = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def sorted_as_written(contract: Contract) -> Contract:
    order = {text: index for index, text in enumerate(map(json.dumps, pact_v4.document(contract)["interactions"]))}
    ranked = sorted(contract.interactions, key=lambda one: order[json.dumps(pact_v4.interaction_document(one))])
    return contract.model_copy(update={"interactions": tuple(ranked)})


@slowly
@given(contracts)
def test_a_contract_is_equal_after_writing_and_reading(contract: Contract) -> None:
    again = pact_read.loads(pact_v4.dumps(contract))
    assert placeless(again) == placeless(sorted_as_written(contract))


@slowly
@given(contracts)
def test_a_written_pact_reads_and_writes_to_the_same_bytes(contract: Contract) -> None:
    data = pact_v4.dumps(contract)
    assert pact_v4.dumps(pact_read.loads(data)) == data


@slowly
@given(contracts)
def test_a_written_pact_is_what_the_v4_format_allows(contract: Contract) -> None:
    jsonschema.Draft202012Validator(V4).validate(json.loads(pact_v4.dumps(contract)))


@slowly
@given(contracts)
def test_pacts_library_reads_a_written_pact_with_the_same_contents(contract: Contract) -> None:
    known = [one for one in contract.interactions if "tomorrow" not in one.model_dump_json()]
    contract = contract.model_copy(update={"interactions": tuple(known)})
    seen = pact_oracle.read(pact_v4.dumps(contract))
    kinds = [(one["kind"], one["description"]) for one in seen]
    assert sorted(kinds) == sorted((one.type, one.description) for one in known)


@slowly
@given(contracts)
def test_the_order_of_registration_does_not_show(contract: Contract) -> None:
    shuffled = list(contract.interactions)
    random.Random(0).shuffle(shuffled)
    other = contract.model_copy(update={"interactions": tuple(shuffled)})
    assert pact_v4.dumps(other) == pact_v4.dumps(contract)


def small(**terms: Any) -> Contract:
    info = ContractInfo(consumer="ünï", provider="p")
    body = Body(state="present", content=b'{"z":1,"a":[]}', content_type="application/json")
    rules = RuleSet(body={"$.z": RuleList(matchers=(Matcher(match="integer"),))})
    interaction = HttpInteraction(
        contract=info,
        description="reads",
        request=RequestPattern(),
        response=ResponsePattern(body=body, rules=rules),
        **terms,
    )
    return Contract(info=info, interactions=(interaction,))


def test_a_written_pact_is_sorted_indented_utf_8_with_a_newline_at_its_end() -> None:
    data = pact_v4.dumps(small())
    text = data.decode()
    assert text.startswith('{\n  "consumer": {\n    "name": "ünï"\n  },\n  "interactions": [')
    assert text.endswith("}\n")
    assert [line.strip() for line in text.splitlines() if line.startswith('  "')] == [
        '"consumer": {',
        '"interactions": [',
        '"metadata": {',
        '"provider": {',
    ]


def test_the_keys_of_an_example_keep_their_order() -> None:
    assert pact_v4.dumps(small()).index(b'"z": 1') < pact_v4.dumps(small()).index(b'"a": []')


def test_nothing_but_the_contract_is_written() -> None:
    document = json.loads(pact_v4.dumps(small()))
    assert document["metadata"] == {"pactSpecification": {"version": "4.0"}}
    assert set(document["interactions"][0]) == {"type", "description", "request", "response"}


def test_our_own_part_stands_in_comments_and_holds_only_what_is_set() -> None:
    document = json.loads(pact_v4.dumps(small(once="$.id", repeatable=True)))
    assert document["interactions"][0]["comments"] == {"integtest": {"once": "$.id", "repeatable": True}}


def test_a_value_that_json_cannot_hold_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match="cannot hold set"):
        pact_v4.dumps(small(states=(ProviderState(name="s", params={"ids": {1, 2}}),)))


def test_the_state_parameters_order_makes_no_other_interaction() -> None:
    one = small(states=(ProviderState(name="s", params={"u": {"b": 1, "a": 2}}),))
    other = small(states=(ProviderState(name="s", params={"u": {"a": 2, "b": 1}}),))
    assert one.interactions[0].identity == other.interactions[0].identity
    assert pact_read.loads(pact_v4.dumps(one)).interactions[0].identity == one.interactions[0].identity
