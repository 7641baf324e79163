"""What holds of each function of each pack: what it registers compiles, and its own example keeps it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from docs.pack_pages import functions, models
from integtest import GET, Budget, Contract, Reply, packs
from integtest.codecs import pact_read, pact_v4
from integtest.errors import ContractError
from integtest.model.contract import AsyncMessage
from integtest.model.message import Message
from integtest.rules.match import example_request, example_response
from tests.codecs import pact_oracle
from tests.codecs.pact_schema import V4

MENU = [
    pytest.param(function, id=f"{pack}.{name}")
    for pack in packs.PACKS
    for name, function in functions(getattr(packs, pack)).items()
]
each = pytest.mark.parametrize("function", MENU)
each_pack = pytest.mark.parametrize("pack", packs.PACKS)


def document(contract: Contract) -> tuple[bytes, dict[str, Any]]:
    data = pact_v4.dumps(contract.build())
    return data, json.loads(data)


@each
def test_it_compiles_to_a_v4_pact_that_pacts_library_and_we_read_alike(function, contract):
    made = function(contract)
    data, written = document(contract)
    jsonschema.Draft202012Validator(V4).validate(written)
    assert [one["description"] for one in pact_oracle.read(data)] == [made.description]
    assert pact_v4.dumps(pact_read.loads(data)) == data


@each
def test_its_own_examples_keep_the_promise(function, contract, judge):
    made = function(contract)
    if isinstance(made, AsyncMessage):
        body = made.message.body
        shown = Message(contents=body.content, content_type=body.content_type, metadata=made.message.metadata)
        assert judge.message(made.message).judge(shown).mismatches == ()
        return
    assert judge.request(made.request).judge(example_request(made.request)).mismatches == ()
    assert judge.response(made.response).judge(example_response(made.response)).mismatches == ()


@each
def test_what_the_caller_says_replaces_the_packs_choice(function, contract):
    other = contract.http("pays", request=GET("/pay"), reply=Reply(200))
    made = function(
        contract,
        description="said by the team",
        given="a state of the team",
        budget=Budget(p95="9s"),
        guards=[other],
        pending=True,
        comments="why",
    )
    assert made.description == "said by the team"
    assert [state.name for state in made.states] == ["a state of the team"]
    assert made.budget == Budget(p95="9s")
    assert [guard.description for guard in made.guards] == ["pays"]
    assert (made.pending, made.comments) == (True, {"text": ["why"]})


@each
def test_the_place_of_a_promise_is_the_users_line(function, contract):
    assert function(contract).place.file == __file__


@each
def test_a_consumer_may_wait_for_what_is_slow_but_well(function, contract):
    made = function(contract)
    if made.budget is not None and made.failing is not None:
        slowest = max(made.budget.model_dump(exclude_none=True, exclude={"throughput"}).values())
        assert made.failing.within > slowest


@each_pack
def test_a_whole_menu_on_one_contract_is_unambiguous(pack, contract):
    made = [function(contract) for function in functions(getattr(packs, pack)).values()]
    assert list(contract.interactions) == made
    _, written = document(contract)
    assert len(written["interactions"]) == len(made)


@each_pack
def test_its_models_read_what_they_show(pack):
    found = models(getattr(packs, pack))
    assert found
    for model in found.values():
        assert model.__doc__


def test_a_pack_needs_a_contract_and_says_so():
    with pytest.raises(ContractError) as caught:
        packs.oauth2.client_credentials("identity")  # type: ignore[arg-type]
    assert "a pack writes into a contract, not into str" in str(caught.value)
    assert str(caught.value).startswith(__file__)


def test_the_callers_own_model_replaces_the_body_and_keeps_status_and_headers(contract, takes_reply):
    made = packs.oauth2.invalid_client(contract, body={"error": "invalid_client", "hint": "ask"})
    assert takes_reply(made, 401, {"error": "invalid_client", "hint": "ask"}, WWW_Authenticate="Basic") == []
    assert takes_reply(made, 401, {"error": "invalid_client"}, WWW_Authenticate="Basic") != []
    assert takes_reply(made, 401, {"error": "invalid_client", "hint": "ask"}) != []


def test_a_class_of_statuses_survives_the_callers_model(contract, takes_reply):
    made = packs.openai.bad_key(contract, status="4xx", body=packs.openai.CompatibleError)
    for status in (400, 401, 403):
        assert takes_reply(made, status, {"error": {"message": "no"}}) == []
    assert takes_reply(made, 500, {"error": {"message": "no"}}) != []


def test_an_unknown_option_is_refused_by_name(contract):
    with pytest.raises(ContractError, match="has no budgets="):
        packs.oauth2.client_credentials(contract, budgets=Budget(p95="1s"))  # type: ignore[call-arg]


def test_an_unknown_pack_is_no_attribute():
    with pytest.raises(AttributeError, match="oauth3"):
        packs.oauth3  # noqa: B018
    assert dir(packs) == sorted(packs.PACKS)
