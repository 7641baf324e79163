"""Schema modes: where they apply, and that what they send is broken in the way they say."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import pytest
from bench import ASK, Closed, Completion, cases, completion, document, keeps, of, promise, sent, told
from pydantic import BaseModel, Field

from integtest import GET, POST, like


class Card(BaseModel):
    kind: Literal["card"]
    last4: str = Field(examples=["4242"])


class Transfer(BaseModel):
    kind: Literal["transfer"]
    iban: str = Field(examples=["DE89370400440532013000"])


class Payment(BaseModel):
    paid_by: Annotated[Card | Transfer, Field(discriminator="kind")]
    note: str | None = None
    items: list[str] = Field(examples=[["a"]])


CARD = {"paid_by": {"kind": "card", "last4": "4242"}, "items": ["a"]}


def payment():
    return promise(Payment, example=CARD)


def test_a_required_field_is_taken_away_and_what_the_consumer_lives_on_goes_first():
    it = completion()
    found = of("required-gone", it)
    assert next(iter(found)) == "/choices/0/message/content"
    assert {"/id", "/choices/0/finish_reason", "/usage"} <= set(found)
    assert not any(keeps(it, case) for case in found.values())
    assert "content" not in document(found["/choices/0/message/content"])["choices"][0]["message"]


def test_an_optional_field_is_no_required_one():
    assert "/note" not in of("required-gone", promise(Payment, example={**CARD, "note": "n"}))


def test_of_an_example_without_a_model_every_member_is_required():
    found = of("required-gone", promise({"a": like(1), "b": {"c": "x"}}))
    assert set(found) == {"/a", "/b", "/b/c"}


def test_null_comes_first_where_the_contract_allows_it_even_if_the_example_shows_nothing_there():
    it = promise(Payment, example=CARD)
    found = of("null", it)
    assert next(iter(found)) == "/note"
    assert keeps(it, found["/note"])
    assert found["/note"].oracle.differs
    assert not keeps(it, found["/paid_by"])


def test_null_is_nothing_new_where_null_stands_already():
    assert "/content" not in of("null", promise({"content": None, "a": 1}))


@pytest.mark.parametrize(
    ("variant", "text"), [("overflow", b"1e309"), ("nan", b"NaN"), ("negative-zero", b"-0"), ("deep", b"[[[[")]
)
def test_what_no_encoder_writes_comes_as_it_stands(variant, text):
    found = of("wrong-type", promise({"score": 0.5}))
    assert text in sent(found[f"/score:{variant}"])


def test_a_number_beyond_a_double_comes_with_the_rounded_ones_forbidden():
    case = of("wrong-type", completion())["/usage/total_tokens:beyond-2^53"]
    assert document(case)["usage"]["total_tokens"] == 2**53 + 1
    assert "9007199254740992" in case.oracle.never


def test_numbers_come_as_text_and_text_as_numbers():
    class Account(BaseModel):
        owner: str = Field(examples=["Ada"])
        cents: int = Field(examples=[12])

    it = promise(Account)
    found = of("wrong-type", it)
    assert document(found["/cents"])["cents"] == "12"
    assert document(found["/owner"])["owner"] == 7
    assert not keeps(it, found["/cents"])


def test_a_type_that_the_contract_allows_too_is_no_wrong_type():
    class Loose(BaseModel):
        size: int | str = Field(examples=[3])

    assert "/size" not in of("wrong-type", promise(Loose, example={"size": 3}))


def test_a_new_value_of_an_enumeration_prefers_what_the_consumer_decides_by():
    it = completion()
    found = of("new-enum", it)
    assert next(iter(found)) == "/choices/0/finish_reason"
    value = document(found["/choices/0/finish_reason"])["choices"][0]["finish_reason"]
    assert value not in ("stop", "length", "tool_calls")
    assert not keeps(it, found["/choices/0/finish_reason"])
    assert found["/choices/0/finish_reason"].oracle.differs


def test_a_new_value_is_spelt_like_the_known_ones():
    class Run(BaseModel):
        state: Literal["RUNNING", "DONE"]

    assert document(of("new-enum", promise(Run))["/state"])["state"].isupper()


def test_text_without_an_enumeration_has_no_new_value():
    assert not of("new-enum", promise({"state": "running"}))


def test_an_extra_member_keeps_the_promise_at_every_level():
    it = completion()
    found = of("extra-field", it)
    assert set(found) == {
        "/integtest_added",
        "/choices/0/integtest_added",
        "/choices/0/message/integtest_added",
        "/usage/integtest_added",
    }
    assert all(keeps(it, case) for case in found.values())
    assert {case.oracle.healthy for case in found.values()} == {("tolerate",)}


def test_no_extra_member_where_the_contract_forbids_it():
    assert not of("extra-field", promise(Closed))


def test_no_extra_member_among_the_keys_of_a_map():
    class Labels(BaseModel):
        labels: dict[str, str] = Field(examples=[{"a": "b"}])

    assert set(of("extra-field", promise(Labels, example={"labels": {"a": "b"}}))) == {"/integtest_added"}


def test_the_other_branch_of_a_union_keeps_the_promise():
    it = payment()
    found = of("other-variant", it)
    (case,) = (one for key, one in found.items() if key.startswith("/paid_by"))
    assert document(case)["paid_by"]["kind"] == "transfer"
    assert keeps(it, case)


def test_a_reply_without_a_union_has_no_other_variant():
    assert not of("other-variant", promise(Closed))


def test_a_page_of_html_comes_with_the_promised_status_as_html_and_as_json():
    found = of("html-page", completion())
    assert set(found) == {"", "as-json"}
    response = found[""].injection.scripts[0].faults[0].response
    assert response.status == 200 and response.content_type.startswith("text/html")
    with pytest.raises(ValueError):
        json.loads(sent(found["as-json"]))
    assert found[""].oracle.healthy == ("refuse",)


def test_who_was_promised_no_body_may_overlook_a_page():
    assert of("html-page", promise())[""].oracle.healthy == ("refuse", "tolerate")


@pytest.mark.parametrize("status", [204, 304])
def test_no_page_where_there_can_be_no_body(status):
    assert not of("html-page", promise(status=status))


def test_no_page_in_place_of_a_page():
    assert not of("html-page", promise(body="<p>hello</p>", headers={"Content-Type": "text/html"}))


def test_a_message_is_broken_in_its_contents():
    it = told(Payment)
    found = of("required-gone", it)
    fault = found["/items"].injection.scripts[0].faults[0]
    assert fault.kind == "contents"
    assert "items" not in document(found["/items"])
    assert not of("html-page", it)


def test_tool_arguments_are_broken_where_the_reply_holds_a_tool_call():
    example = {
        "id": "chatcmpl-1",
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {
                            "id": "call_1",
                            "type": "function",
                            "function": {"name": "f", "arguments": '{"claim": "c-7"}'},
                        }
                    ],
                },
                "finish_reason": "tool_calls",
            }
        ],
        "usage": {"total_tokens": 1},
    }
    it = promise(Completion, POST("/chat/completions", json=ASK), "model_gateway", example=example)
    found = of("tool-arguments", it)
    place = "/choices/0/message/tool_calls/0/function/arguments"
    assert {f"{place}:{name}" for name in ("cut", "no-object", "empty", "unknown-argument")} == set(found)
    cut = document(found[f"{place}:cut"])["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    with pytest.raises(ValueError):
        json.loads(cut)


def test_tool_arguments_are_broken_where_the_contract_promises_tool_calls_that_the_example_lacks():
    found = of("tool-arguments", completion())
    (case,) = found.values()
    assert case.pointer == "/choices/0/message/tool_calls"
    arguments = document(case)["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    with pytest.raises(ValueError):
        json.loads(arguments)


def test_arguments_of_no_tool_are_none():
    assert not of("tool-arguments", promise({"arguments": "a b c"}))
    assert not of("tool-arguments", promise({"input": {"text": "x"}}))


def test_the_input_of_a_tool_use_block_is_broken_too():
    block = {"type": "tool_use", "id": "t1", "name": "refund", "input": {"claim": "c-7"}}
    found = of("tool-arguments", promise({"content": [block]}))
    assert document(found["/content/0/input:missing-argument"])["content"][0]["input"] == {}


def test_an_embedding_has_another_dimension_only_where_numbers_are_promised():
    class Embedding(BaseModel):
        embedding: list[float] = Field(examples=[[0.1, 0.2, 0.3]])

    found = of("embedding-size", promise(Embedding, example={"embedding": [0.1, 0.2, 0.3]}))
    sizes = {key: len(document(case)["embedding"]) for key, case in found.items()}
    assert sizes == {"/embedding:shorter": 2, "/embedding:longer": 6, "/embedding:empty": 0}
    assert not of("embedding-size", promise({"embedding": ["a"]}))
    assert not of("embedding-size", promise({"point": [1.5, 2.5]}))


STREAM = b'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n'


def test_unknown_events_comments_and_pings_come_between_the_events_of_a_stream():
    it = promise(STREAM, GET("/events"), headers={"Content-Type": "text/event-stream"})
    found = of("unknown-event", it)
    assert set(found) == {"event", "comment", "ping"}
    for case in found.values():
        body = sent(case)
        assert all(part + b"\n\n" in body for part in STREAM.split(b"\n\n") if part)
        assert len(body) > len(STREAM)


def test_a_reply_that_is_no_stream_has_no_events():
    assert not of("unknown-event", completion())


def test_an_empty_reply_has_no_schema_to_break():
    layers = {case.layer for case in cases(promise())}
    assert "schema" in layers
    assert {case.mode for case in cases(promise()) if case.layer == "schema"} == {"html-page"}
