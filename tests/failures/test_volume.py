"""Volume modes: where they apply, and what comes."""

from __future__ import annotations

from bench import Completion, completion, document, fault, of, promise, told
from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply


class Item(BaseModel):
    id: str = Field(examples=["a"])


class Page(BaseModel):
    items: list[Item]
    next_cursor: str | None = None
    has_more: bool = False


def page():
    return promise(Page, example={"items": [{"id": "a"}], "next_cursor": None, "has_more": False})


def test_429_comes_with_every_form_of_retry_after_and_the_wait_is_the_oracle():
    found = of("too-many-requests", completion())
    sent = {key: fault(case).response.header("retry-after") for key, case in found.items()}
    assert sent == {
        "seconds": "2",
        "http-date": "{http-date:+3}",
        "fraction": "1.5",
        "none": None,
        "an-hour": "3600",
    }
    assert {key: [gap.seconds for gap in case.oracle.gaps] for key, case in found.items()} == {
        "seconds": [2.0],
        "http-date": [2.0],
        "fraction": [1.0],
        "none": [],
        "an-hour": [],
    }
    assert found["seconds"].injection.scripts[0].then == "whole"
    assert found["an-hour"].oracle.healthy == ("refuse",)


def test_a_promised_429_is_no_failure_and_a_message_has_no_rate():
    assert not of("too-many-requests", promise({"error": "slow"}, status=429))
    assert not of("too-many-requests", told({"id": "1"}))


def test_a_models_answer_ends_at_the_limit_and_its_prompt_is_too_long():
    found = of("context-exceeded", completion())
    assert set(found) == {"/choices/0/finish_reason:length", "400"}
    assert document(found["/choices/0/finish_reason:length"])["choices"][0]["finish_reason"] == "length"
    assert found["/choices/0/finish_reason:length"].oracle.differs
    assert document(found["400"])["error"]["code"] == "context_length_exceeded"
    assert found["400"].oracle.calls == 3


def test_only_model_gateways_have_a_context():
    assert not of("context-exceeded", promise(Completion, POST("/chat/completions", json={"messages": []}), "auth"))
    assert not of("context-exceeded", promise({"data": []}, GET("/models"), "model_gateway"))


def test_every_page_names_the_same_next_one():
    case = of("cursor-loop", page())["/next_cursor"]
    assert document(case)["next_cursor"] == "page-2"
    assert document(case)["has_more"] is True
    assert case.injection.scripts[0].then == "again"
    assert case.oracle.calls == 5


def test_the_loop_holds_for_the_promises_of_further_pages_too():
    contract = Contract(consumer="c", provider="p")
    body = {"items": [{"id": "a"}], "next_cursor": "p2"}
    one = contract.http("first page", request=GET("/things"), reply=Reply(200, body))
    two = contract.http("next page", request=GET("/things", query={"cursor": "p2"}), reply=Reply(200, body))
    (case,) = of("cursor-loop", one, two).values()
    assert [script.target.description for script in case.injection.scripts] == ["first page", "next page"]
    assert [(limit.target.description, limit.at_most) for limit in case.oracle.limits] == [("next page", 5)]


def test_a_list_without_a_cursor_has_no_loop_nor_has_a_next_step_without_a_list():
    assert not of("cursor-loop", promise({"items": [{"id": "a"}]}))
    assert not of("cursor-loop", promise({"next": "approve"}))


def test_a_list_comes_empty_and_a_hundredfold_with_identifiers_of_their_own():
    found = of("volume-shift", page())
    assert next(iter(found)) == "/items:none"
    assert document(found["/items:none"])["items"] == []
    many = [item["id"] for item in document(found["/items:many"])["items"]]
    assert len(many) == len(set(many)) == 100


def test_a_large_body_does_not_grow_a_hundredfold():
    big = promise({"items": [{"text": "x" * 1_000_000}]})
    assert len(document(of("volume-shift", big)["/items:many"])["items"]) < 10


def test_what_is_no_list_of_things_has_no_volume():
    assert not of("volume-shift", promise({"a": 1, "embedding": [0.1, 0.2]}))
