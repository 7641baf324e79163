"""Pact's rules and the JSON Schema together judge as an independent JSON Schema validator does on pydantic's schema."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from integtest import GET, POST, Contract, Reply
from integtest.adapters.pact_engine import Engine
from integtest.errors import ContractError
from integtest.model.contract import HttpInteraction
from integtest.model.http import Request, Response
from integtest.rules.match import Judge
from tests.authoring.kinds import Kind, bodies, mutated

JUDGE = Judge(Engine())
FORMATS = jsonschema.FormatChecker(["date", "uuid"])
_TIME = r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"


@FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(_TIME, value, re.ASCII))


def promised(body: Any) -> HttpInteraction:
    contract = Contract(consumer="c", provider="p")
    return contract.http("answers", request=GET("/"), reply=Reply(200, body))


def independent(annotation: Any) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(TypeAdapter(annotation).json_schema(), format_checker=FORMATS)


def whole(value: Any) -> bool:
    """Whether a number is written as 1.0 somewhere, which JSON Schema calls an integer and Pact a decimal."""
    if isinstance(value, float):
        return value.is_integer()
    if isinstance(value, dict | list):
        return any(whole(item) for item in (value.values() if isinstance(value, dict) else value))
    return False


def _validates(annotation: Any, value: Any) -> bool:
    try:
        TypeAdapter(annotation).validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def judged(found: HttpInteraction, value: Any) -> tuple[Any, ...]:
    reply = Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(value).encode())
    return JUDGE.response(found.response).judge(reply).mismatches


def sayable(kind: Kind) -> HttpInteraction:
    try:
        return promised(kind.annotation)
    except ContractError as error:
        assume(not isinstance(error, ContractError))
        raise


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies(), st.data())
def test_no_good_reply_is_refused_and_no_bad_one_accepted(kind: Kind, data: st.DataObject) -> None:
    """Bad is what the schema refuses; good is what it accepts, unless the model itself refuses it: "x" for Decimal."""
    found = sayable(kind)
    judge = independent(kind.annotation)
    for strategy in (kind.values, mutated(kind.values), mutated(kind.values), mutated(kind.values)):
        value = data.draw(strategy)
        assume(not whole(value))
        mismatches = judged(found, value)
        good = judge.is_valid(value)
        if good and mismatches:
            assert not _validates(kind.annotation, value), (value, mismatches, found.response)
        assert good or mismatches, (value, found.response)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_the_example_keeps_its_own_rules_and_schema(kind: Kind) -> None:
    found = sayable(kind)
    assert judged(found, json.loads(found.response.body.content)) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies(), st.data())
def test_a_request_holds_what_its_closed_schema_allows_and_nothing_else(kind: Kind, data: st.DataObject) -> None:
    contract = Contract(consumer="c", provider="p")
    try:
        found = contract.http("asks", request=POST("/", json=kind.annotation), reply=Reply(200))
    except ContractError:
        assume(False)
    assert found.request.json_schema is not None
    schema = jsonschema.Draft202012Validator(found.request.json_schema, format_checker=FORMATS)
    judge = JUDGE.request(found.request)
    for strategy in (kind.values, mutated(kind.values), mutated(kind.values)):
        value = data.draw(strategy)
        assume(not whole(value))
        headers = (("Content-Type", "application/json"),)
        sent = Request(method="POST", url="/", headers=headers, body=json.dumps(value).encode())
        assert schema.is_valid(value) == judge.judge(sent).holds, (value, found.request)
