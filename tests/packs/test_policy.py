"""Cerbos and OPA: a decision is what the services' own documents print; what is no clear yes is no yes."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from integtest import packs

cerbos, opa = packs.cerbos, packs.opa


def answer(**actions: str) -> dict:
    """Cerbos' answer as its own document's examples have it."""
    result = {"resource": {"id": "XX125", "kind": "album:object", "policyVersion": "default"}, "actions": actions}
    return {
        "requestId": "c2db17b8-4f9f-4fb1-acfd-9162a02be42b",
        "results": [result],
        "cerbosCallId": "01HHENANTHFD",
    }


def test_cerbos_answers_are_taken_by_their_effect(contract, takes_reply):
    allow, deny = cerbos.allow(contract), cerbos.deny(contract)
    assert takes_reply(allow, 200, answer(view="EFFECT_ALLOW")) == []
    assert takes_reply(deny, 200, answer(view="EFFECT_DENY")) == []
    assert takes_reply(allow, 200, answer(view="EFFECT_DENY")) != []
    assert takes_reply(deny, 200, answer(view="EFFECT_ALLOW")) != []


@pytest.mark.parametrize(
    "wrong",
    [
        answer(comment="EFFECT_ALLOW"),
        answer(view="ALLOW"),
        answer(view="EFFECT_NO_MATCH"),
        {"results": []},
        {"results": [{"resource": {"id": "XX125", "kind": "album:object"}}]},
        {"requestId": "1"},
        {"code": 3, "message": "no"},
    ],
)
def test_what_is_no_clear_yes_is_not_taken_for_one(wrong, contract, takes_reply):
    assert takes_reply(cerbos.allow(contract), 200, wrong) != []


def test_cerbos_decides_on_each_action_by_its_own_name(contract, takes_reply):
    effects = {"view:public": "EFFECT_ALLOW", "comment": "EFFECT_DENY"}
    made = cerbos.check(contract, effects=effects)
    assert takes_reply(made, 200, answer(**effects)) == []
    assert takes_reply(made, 200, answer(**{"view:public": "EFFECT_ALLOW"})) != []
    assert takes_reply(made, 200, answer(**{"view:public": "EFFECT_DENY", "comment": "EFFECT_DENY"})) != []


def test_cerbos_errors_have_a_code_and_a_message(contract, takes_reply):
    told = {"code": 3, "message": "failed to extract JWT: invalid JWT", "details": []}
    for promise in (cerbos.bad_token, cerbos.bad_request):
        made = promise(contract)
        assert takes_reply(made, 400, told) == []
        assert takes_reply(made, 400, {**told, "code": 13}) != []
        assert takes_reply(made, 200, answer(view="EFFECT_DENY")) != []
        assert takes_reply(made, 400, {"error": "invalid JWT"}) != []
    assert takes_reply(cerbos.unavailable(contract), 503, {"code": 14, "message": "policies"}) == []


def test_opas_printed_answers_are_taken(contract, takes_reply):
    allowed, denied, undefined = opa.allowed(contract), opa.denied(contract), opa.undefined(contract)
    logged = {"decision_id": "b84cf736-213d-4932-a8e4-bb5c648f1b4d"}
    assert takes_reply(allowed, 200, {"result": True, **logged}) == []
    assert takes_reply(denied, 200, {"result": False}) == []
    assert takes_reply(undefined, 200, {}) == []
    assert takes_reply(undefined, 200, logged) == []


def test_undefined_is_neither_yes_nor_no(contract, takes_reply):
    allowed, denied, undefined = opa.allowed(contract), opa.denied(contract), opa.undefined(contract)
    for made in (allowed, denied):
        assert takes_reply(made, 200, {}) != []
        assert takes_reply(made, 200, {"result": None}) != []
        assert takes_reply(made, 200, {"result": "true"}) != []
    assert takes_reply(allowed, 200, {"result": False}) != []
    for result in (True, False, None, {}):
        assert takes_reply(undefined, 200, {"result": result}) != []
    assert takes_reply(undefined, 404, {}) != []


def test_opa_answers_with_a_document_of_the_teams_own(contract, takes_reply):
    class Decision(BaseModel):
        allow: bool
        reasons: list[str]

    made = opa.document(contract, result=Decision)
    assert takes_reply(made, 200, {"result": {"allow": False, "reasons": ["too much"]}}) == []
    assert takes_reply(made, 200, {"result": {"allow": False}}) != []
    assert takes_reply(made, 200, {}) != []


def test_opas_errors_have_a_code_and_a_message(contract, takes_reply):
    printed = {
        "code": "invalid_parameter",
        "message": "error(s) occurred while compiling module(s)",
        "errors": [
            {
                "code": "rego_unsafe_var_error",
                "message": "var x is unsafe",
                "location": {"file": "example", "row": 3, "col": 1},
            }
        ],
    }
    bad, broken = opa.malformed_input(contract), opa.evaluation_error(contract)
    assert takes_reply(bad, 400, printed) == []
    assert takes_reply(bad, 400, {"code": "invalid_parameter", "message": "no"}) == []
    assert takes_reply(bad, 400, {"message": "no"}) != []
    assert takes_reply(broken, 500, {"code": "internal_error", "message": "eval_conflict_error"}) == []
    assert takes_reply(broken, 200, {}) != []
