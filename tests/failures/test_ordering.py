"""Ordering modes: where they apply, and what is done."""

from __future__ import annotations

from bench import document, fault, of, promise, told
from pydantic import BaseModel, Field

from integtest import DELETE, GET, POST, PUT, Contract, Reply
from integtest.failures.derive import book_of, derive


class Event(BaseModel):
    id: str = Field(examples=["e-1"])
    sequence: int = Field(examples=[4])


class Note(BaseModel):
    text: str = Field(examples=["hello"])


BODY = {"items": [{"id": "a"}], "next_cursor": "p2"}


def test_the_second_page_fails_once():
    (case,) = of("stale-retry", promise(BODY)).values()
    (script,) = case.injection.scripts
    assert script.faults[0] is None and script.faults[1].response.status == 503
    assert script.then == "whole"
    assert case.oracle.healthy == ("recover", "refuse")


def test_the_promise_of_the_next_page_is_what_fails_where_there_is_one():
    contract = Contract(consumer="c", provider="p")
    one = contract.http("first page", request=GET("/things"), reply=Reply(200, BODY))
    two = contract.http("next page", request=GET("/things", query={"cursor": "p2"}), reply=Reply(200, BODY))
    (case,) = of("stale-retry", one, two).values()
    assert [script.target.description for script in case.injection.scripts] == ["next page"]


def test_without_pages_no_retry_starts_in_the_middle():
    assert not of("stale-retry", promise({"items": [{"id": "a"}]}))


def test_a_message_that_can_be_known_again_comes_twice_and_twice_at_once():
    found = of("duplicate", told(Event))
    assert [(fault(case).times, fault(case).concurrently) for case in found.values()] == [(2, False), (2, True)]
    assert all(case.oracle.once and case.oracle.healthy == ("tolerate",) for case in found.values())


def test_a_message_is_known_again_by_its_metadata_too():
    assert of("duplicate", told(Note, metadata={"ce-id": "1"}))


class Booking(BaseModel):
    id: str = Field(examples=["e-1"])
    order: str = Field(examples=["o-1"])


def test_what_the_contract_calls_a_message_s_own_is_what_it_is_known_by():
    contract = Contract(consumer="c", provider="p")
    told = contract.message("books", contents=Booking, once="$.order")
    hook = contract.incoming(
        "says so",
        request=POST("/hook", json={"text": "hi"}, headers={"X-Delivery": "d-1"}),
        once="header.x-delivery",
    )
    for one, name in ((told, "$.order"), (hook, "header.x-delivery")):
        found = of("duplicate", one)
        assert {case.variant for case in found.values()} == {None, "concurrently"}
        assert all(f"and {name} tells that it is the same one" in case.why for case in found.values())


def test_a_message_without_any_identity_cannot_be_known_again():
    assert not of("duplicate", told(Note))
    assert not of("duplicate", promise(Event))


def test_a_message_that_says_its_order_comes_late():
    (case,) = of("reordered", told(Event)).values()
    assert fault(case).kind == "hold-back"
    assert "/sequence" in case.why
    assert not of("reordered", told(Note))


def test_any_message_may_be_lost_and_no_call():
    assert fault(of("lost-message", told(Note))[""]).kind == "drop"
    assert not of("lost-message", promise(Note))


def thing(*requests):
    contract = Contract(consumer="c", provider="p")
    return [
        contract.http(f"{request.method} it", request=request, reply=Reply(200, {"version": 7, "text": "x"}))
        for request in requests
    ]


def test_an_older_version_comes_after_a_newer_one_where_the_consumer_writes_too():
    read, write = thing(GET("/things/1"), PUT("/things/1", json={"text": "x"}))
    (case,) = of("stale-read", read, write).values()
    (script,) = case.injection.scripts
    assert script.faults[0] is None
    assert document(case)["version"] == 6
    assert fault(case).response.header("age") == "86400"


def test_who_only_reads_cannot_tell_what_is_stale():
    (read,) = thing(GET("/things/1"))
    assert not of("stale-read", read)


def test_a_read_without_a_version_cannot_be_told_to_be_stale():
    contract = Contract(consumer="c", provider="p")
    read = contract.http("read", request=GET("/t"), reply=Reply(200, {"text": "x"}))
    write = contract.http("write", request=PUT("/t", json={"text": "x"}), reply=Reply(200))
    assert not of("stale-read", read, write)


def test_what_was_deleted_is_read_again_at_the_provider_only():
    read, gone = thing(GET("/things/1"), DELETE("/things/1"))
    assert not of("use-after-delete", gone, read)
    (case,) = derive(gone, book_of([gone, read]), side="provider")
    assert case.mode == "use-after-delete"
    assert case.injection.scripts[0].target.description == "GET it"
    assert not [one for one in derive(gone, book_of([gone]), side="provider") if one.mode == "use-after-delete"]
