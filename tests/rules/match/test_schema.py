"""The JSON Schema half, and how it meets Pact's."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from integtest.adapters.pact_engine import Engine
from integtest.errors import ContractError
from integtest.rules.match import Judge
from tests.rules.match.making import promised_reply, promised_request, reply, request, rule, told


def judged(judge: Judge, schema: Any, seen: Any, expected: Any = None) -> dict[str, str]:
    """Only the schema judges: the example is the same document, by type."""
    pattern = promised_reply({} if expected is None else expected, json_schema=schema, rules={"$": rule("type")})
    return told(judge.response(pattern).judge(reply(seen)))


@pytest.mark.parametrize(
    ("schema", "seen", "message"),
    [
        ({"type": "string"}, 1, "expected a string, got 1"),
        ({"type": ["string", "null"]}, 1, "expected a string or null, got 1"),
        ({"enum": ["a", 2, None]}, "b", 'expected one of "a", 2, null, got "b"'),
        ({"const": "a"}, "b", 'expected "a", got "b"'),
        ({"minimum": 1}, 0, "expected at least 1, got 0"),
        ({"exclusiveMinimum": 0}, 0, "expected more than 0, got 0"),
        ({"maxLength": 1}, "ab", 'expected at most 1 characters, got "ab"'),
        ({"minItems": 1}, [], "expected at least 1 items, got 0"),
        ({"pattern": "^a"}, "b", 'expected text with ^a in it, got "b"'),
        ({"format": "date-time"}, "today", 'expected text of format date-time, got "today"'),
        ({"format": "uuid"}, "1", 'expected text of format uuid, got "1"'),
        ({"uniqueItems": True}, [1, 1], "expected no item twice, got [1,1]"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 5, "expected a string or null, got 5"),
        (
            {"anyOf": [{"type": "string", "minLength": 2}, {"type": "null"}]},
            "a",
            'expected at least 2 characters, got "a"',
        ),
    ],
)
def test_a_fault_that_only_the_schema_sees_is_told_in_plain_words(
    judge: Judge, schema: Any, seen: Any, message: str
) -> None:
    schema = {"type": "object", "properties": {"v": schema}}

    assert judged(judge, schema, {"v": seen}) == {"$.v": message}


def test_a_mismatch_names_the_half_that_found_it_and_the_judgement_both_halves(judge: Judge) -> None:
    schema = {"properties": {"a b": {"items": {"maximum": 3}}}}
    judgement = judge.response(promised_reply({}, json_schema=schema)).judge(reply({"a b": [1, 4]}))

    assert judgement.judges == ("pact", "schema")
    (found,) = judgement.mismatches
    assert (found.judge, found.path, found.actual) == ("schema", "$['a b'][1]", 4)
    assert judge.response(promised_reply({})).judge(reply({})).judges == ("pact",)


def test_keys_missing_or_unexpected_by_the_schema_are_told_at_their_own_place(judge: Judge) -> None:
    schema = {"required": ["a"], "properties": {"a": {}}, "additionalProperties": False}

    assert judged(judge, schema, {"b": 1}) == {"$.a": "key 'a' is missing", "$.b": "key 'b' is not expected"}


def test_one_fault_that_both_halves_see_is_told_once(judge: Judge) -> None:
    schema = {"required": ["a", "b"], "properties": {"a": {"type": "integer"}, "b": {"type": "object"}}}
    pattern = promised_reply({"a": 1, "b": {"c": 1}}, json_schema=schema, rules={"$.a": rule("integer")})

    found = judge.response(pattern).judge(reply({"a": "x"}))

    assert told(found) == {"$.a": 'expected an integer, got "x"', "$.b": "key 'b' is missing"}
    assert {m.judge for m in found.mismatches} == {"pact"}


class Card(BaseModel):
    kind: Literal["card"]
    number: str = Field(min_length=4)


class Cash(BaseModel):
    kind: Literal["cash"]
    amount: float = Field(gt=0)


class Order(BaseModel):
    id: int
    note: str | None = None
    paid: Card | Cash
    tags: dict[str, list[int]] = {}
    parent: Order | None = None


def test_the_branch_of_a_union_that_comes_nearest_explains_the_fault(judge: Judge) -> None:
    schema = Order.model_json_schema()

    assert judged(judge, schema, {"id": 1, "paid": {"kind": "cash", "amount": -1}}) == {
        "$.paid.amount": "expected more than 0, got -1"
    }
    assert judged(judge, schema, {"id": 1, "paid": 7}) == {"$.paid": "expected an object, got 7"}
    assert judged(judge, schema, {"id": 1, "paid": {"kind": "cash", "amount": 1}, "note": 3}) == {
        "$.note": "expected a string or null, got 3"
    }


def test_a_request_may_hold_the_optional_keys_that_its_schema_names_and_no_others(judge: Judge) -> None:
    example = {"id": 1, "paid": {"kind": "cash", "amount": 1.5}}
    rules = {"$": rule("type"), "$.paid.kind": rule("type")}
    compiled = judge.request(promised_request(example, json_schema=Order.model_json_schema(), rules=rules))

    full = example | {"note": "n", "tags": {"any": [1]}, "parent": {**example, "note": None}}
    assert compiled.judge(request(example)).holds
    assert compiled.judge(request(full)).holds
    assert compiled.judge(request(example | {"paid": {"kind": "cash", "amount": 1.5, "number": "4444"}})).holds
    assert told(compiled.judge(request(full | {"nota": 1}))) == {"$.nota": "key 'nota' is not expected"}
    assert told(compiled.judge(request(example | {"paid": {"kind": "cash", "amount": 1, "curency": "x"}}))) == {
        "$.paid.curency": "key 'curency' is not expected"
    }


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        ({}, True),
        ({"type": "object"}, True),
        ({"properties": {"b": {}}}, False),
        ({"properties": {"a": {}}}, True),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, True),
        ({"properties": {"b": {}}, "additionalProperties": True}, True),
        ({"properties": {"b": {}}, "additionalProperties": False}, False),
        ({"patternProperties": {"^a": {}}}, True),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"a": {}}}}}, True),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"b": {}}}}}, False),
        ({"allOf": [{"properties": {"b": {}}}, {"properties": {"a": {}}}]}, True),
        ({"type": "array"}, False),
        (
            {
                "anyOf": [{"$ref": "#/$defs/A"}],
                "$defs": {"A": {"properties": {"b": {"$ref": "#/$defs/A"}}, "anyOf": [{}]}},
            },
            True,
        ),
    ],
)
def test_a_key_is_named_by_a_schema_that_lists_it_or_leaves_keys_open(
    judge: Judge, schema: Any, named: bool
) -> None:
    compiled = judge.request(promised_request({"b": 1}, json_schema=schema))

    found = told(compiled.judge(request({"b": 1, "a": 1})))

    assert ("key 'a' is not expected" not in found.values()) is named


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://schemas.example/user.json"},
        {"$ref": "file:///etc/hostname"},
        {"properties": {"a": {"$ref": "other.json#/a"}}},
        {"type": "no such type"},
        {"pattern": "("},
        {"properties": 5},
    ],
)
def test_a_schema_that_reaches_outside_or_is_none_is_refused_when_it_is_compiled(judge: Judge, schema: Any) -> None:
    with pytest.raises(ContractError, match="JSON Schema of this body cannot be compiled"):
        judge.response(promised_reply({}, json_schema=schema))


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["card", "cash", "", "4444", 0.5])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["id", "note", "paid", "kind", "number", "amount", "tags"]), inner, max_size=4
        ),
    ),
    max_leaves=8,
)
_VALIDATOR = Draft202012Validator(Order.model_json_schema())
_COMPILED = Judge(Engine()).response(
    promised_reply(None, json_schema=Order.model_json_schema(), rules={"$": rule("include", value="")})
)


@settings(max_examples=150, deadline=None)
@given(paid=VALUES, rest=VALUES)
def test_no_good_document_is_refused_and_no_bad_one_accepted(paid: Any, rest: Any) -> None:
    """An independent JSON Schema validator is the judge; the Pact half is told to accept anything."""
    seen = {"id": 1, "paid": paid, **(rest if isinstance(rest, dict) else {})}

    assert _COMPILED.judge(reply(seen)).holds == _VALIDATOR.is_valid(seen)
