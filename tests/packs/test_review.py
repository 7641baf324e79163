"""Human review: events that a decision needs are taken, others not; what was approved is executed once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integtest import POST, Contract, Reply, packs
from integtest.errors import ContractError
from integtest.model.http import Request
from integtest.rules.conversation import Said, judge

review = packs.review
KIND = "application/cloudevents+json"
HASH = "sha256:" + "ab" * 32
SOON = "2030-01-01T12:00:00Z"
DATA = {
    "requested": {"ask": "May 900 EUR be paid?", "deadline": SOON, "reason": "above the limit"},
    "assigned": {"reviewer": "ann", "deadline": SOON},
    "decided": {"decision": "approved", "decided_by": "ann"},
    "escalated": {"escalated_to": "bob", "reason": "above ann's limit", "deadline": SOON},
    "expired": {"deadline": SOON},
}
COMES = {
    "assigned": review.assigned,
    "decided": review.decided,
    "escalated": review.escalated,
    "expired": review.expired,
}


def event(state: str, **changed: Any) -> dict[str, Any]:
    data = {"content_hash": HASH, **DATA[state], **changed}
    return {
        "specversion": "1.0",
        "id": f"e-{state}",
        "source": "/reviews",
        "type": f"review.{state}",
        "subject": "r-1",
        "time": "2030-01-01T09:30:00Z",
        "data": {name: value for name, value in data.items() if value is not ...},
    }


def sent(body: object) -> Request:
    return Request(method="POST", url="/reviews", headers=(("Content-Type", KIND),), body=json.dumps(body).encode())


def test_a_request_says_what_is_decided_on_and_until_when(contract, takes_request):
    made = review.request(contract)
    assert takes_request(made, sent(event("requested"))) == []
    assert takes_request(made, sent(event("requested", reason=...))) == []
    assert (made.once, made.repeatable) == ("$.id", True)


@pytest.mark.parametrize(
    "wrong",
    [
        event("requested", content_hash=...),
        event("requested", content_hash="ab" * 32),
        event("requested", deadline=...),
        event("requested", deadline="soon"),
        event("requested", ask=""),
        event("assigned"),
        {k: v for k, v in event("requested").items() if k != "subject"},
        {k: v for k, v in event("requested").items() if k != "time"},
    ],
)
def test_a_request_without_that_is_none(wrong, contract, takes_request):
    assert takes_request(review.request(contract), sent(wrong)) != []


@pytest.mark.parametrize("state", COMES)
def test_each_step_is_told_with_what_it_needs(state, contract, takes_message):
    made = COMES[state](contract)
    assert takes_message(made, event(state), kind=KIND) == []
    for name in ("content_hash", *DATA[state]):
        assert takes_message(made, event(state, **{name: ...}), kind=KIND) != [], name
    other = "expired" if state != "expired" else "assigned"
    assert takes_message(made, event(other), kind=KIND) != []


def test_a_refusal_is_no_approval(contract, takes_message):
    yes, no = review.decided(contract), review.decided(contract, decision="rejected")
    for made, right, wrong in ((yes, "approved", "rejected"), (no, "rejected", "approved")):
        assert takes_message(made, event("decided", decision=right), kind=KIND) == []
        for decision in (wrong, "approve", "", None):
            assert takes_message(made, event("decided", decision=decision), kind=KIND) != []


def test_the_types_and_fields_may_be_the_teams_own(contract, takes_request, takes_message):
    terms: dict[str, Any] = {"prefix": "com.example.review", "extra": {"amount": int}}
    asks, told = review.request(contract, **terms), review.decided(contract, path=None, **terms)
    asked = {**event("requested", amount=900), "type": "com.example.review.requested"}
    answer = {**event("decided", amount=900), "type": "com.example.review.decided"}
    assert takes_request(asks, sent(asked)) == []
    assert takes_request(asks, sent({**event("requested"), "type": asked["type"]})) != []
    assert takes_request(asks, sent(event("requested", amount=900))) != []
    assert takes_message(told, answer, kind=KIND) == []
    assert takes_message(told, {**event("decided"), "type": answer["type"]}, kind=KIND) != []
    assert takes_message(told, event("decided", amount=900), kind=KIND) != []
    assert told.delivery is None


def test_errors_are_told_apart(contract, takes_reply):
    assert takes_reply(review.invalid(contract), 400, {"error": "data.deadline is missing"}) == []
    assert takes_reply(review.content_changed(contract), 409, {"error": "another content"}) == []
    assert takes_reply(review.unavailable(contract), 503, Retry_After="30") == []
    assert takes_reply(review.unavailable(contract, description="2"), 503) != []
    assert takes_reply(review.unavailable(contract, description="3"), 202, Retry_After="30") != []


PAYMENTS = Contract(consumer="claims", provider="payments")
PAY = PAYMENTS.http(
    "pays",
    request=POST("/pay", json={"review_id": "r-1", "content_hash": HASH, "key": "k"}),
    reply=Reply(201),
    once="$.key",
)


def said(state: str, **changed: Any) -> Said:
    return Said(documents=(event(state, **changed),))


def paid(content: str = HASH, key: str = "k-1") -> Said:
    return Said(documents=({"review_id": "r-1", "content_hash": content},), executes=True, once=key)


APPROVED = [said("requested"), said("assigned"), said("decided")]


@pytest.mark.parametrize(
    ("happened", "rules"),
    [
        ([*APPROVED, paid()], []),
        ([*APPROVED, said("decided"), paid(), paid()], []),
        ([said("requested"), said("escalated"), said("assigned"), said("escalated"), *APPROVED[2:], paid()], []),
        ([said("requested"), said("assigned"), said("decided", decision="rejected")], []),
        ([said("requested"), said("expired")], []),
        ([*APPROVED, paid(), paid(key="k-2")], ["conversation-twice"]),
        ([*APPROVED, paid(content="sha256:" + "cd" * 32)], ["conversation-altered"]),
        ([*APPROVED], ["conversation-open"]),
        ([said("requested")], ["conversation-open"]),
        ([said("requested"), said("assigned"), paid()], ["conversation-unapproved", "conversation-open"]),
        ([said("requested"), said("expired"), paid()], ["conversation-unapproved"]),
        (
            [said("requested"), said("assigned"), said("decided", decision="rejected"), paid()],
            ["conversation-unapproved"],
        ),
        ([said("requested"), said("expired"), said("decided"), paid()], ["conversation-illegal"]),
        ([said("requested"), said("decided"), paid()], ["conversation-illegal"]),
        ([said("assigned"), said("expired")], ["conversation-illegal"]),
    ],
)
def test_what_happened_is_held_to_the_table_and_to_one_execution(happened, rules, contract):
    table = review.conversation(contract, executes=PAY)
    assert [one.rule for one in judge(table, contract.info, happened).findings] == rules


def test_a_table_of_the_teams_own_stands_in_place_of_the_profiles(contract):
    direct = {"requested": ["decided", "expired"]}
    table = review.conversation(contract, executes=PAY, transitions=direct)
    report = judge(table, contract.info, [said("requested"), said("decided"), paid()])
    assert report.findings == ()
    with pytest.raises(ContractError, match="final"):
        review.conversation(contract, name="2", transitions={**direct, "decided": ["requested"]})


# The replies below are what LangGraph's API 0.16 and Label Studio 1.23 answer.
THREAD = {"thread_id": "01a22446-0000-7000-8000-000000000000", "metadata": {}, "config": {}, "values": None}
ASKS = {
    "value": {"ask": "approve?", "amount": 900},
    "id": "817138df40b4c54b000f22836fde5e9e",
    "response_schema": None,
}


def test_an_interrupt_is_no_end_though_both_are_200(contract, takes_reply):
    overlay = review.langgraph
    stops, ends, resumed = overlay.interrupts(contract), overlay.ends(contract), overlay.resume(contract)
    waiting, done = {"amount": 900, "__interrupt__": [ASKS]}, {"amount": 900, "decision": "approve"}
    assert takes_reply(stops, 200, waiting) == []
    assert takes_reply(stops, 200, done) != []
    assert takes_reply(stops, 200, {**waiting, "__interrupt__": []}) != []
    for made in (ends, resumed):
        assert takes_reply(made, 200, done) == []
        assert takes_reply(made, 200, waiting) != []


def test_a_thread_that_waits_says_so(contract, takes_reply):
    overlay = review.langgraph
    thread, state = overlay.thread(contract), overlay.state(contract)
    waits = {**THREAD, "status": "interrupted", "interrupts": {"t-1": [ASKS]}}
    assert takes_reply(thread, 200, waits) == []
    assert takes_reply(thread, 200, {**waits, "status": "idle"}) != []
    assert takes_reply(thread, 200, {**waits, "interrupts": {}}) != []
    task = {"id": "t-1", "name": "review", "interrupts": [ASKS]}
    assert takes_reply(state, 200, {"values": {"amount": 900}, "next": ["review"], "tasks": [task]}) == []
    assert takes_reply(state, 200, {"values": {"amount": 900}, "next": [], "tasks": []}) != []


def test_langgraphs_errors_are_told_apart(contract, takes_reply):
    overlay = review.langgraph
    errors = [(overlay.no_thread, 404), (overlay.unknown_assistant, 422), (overlay.busy, 409)]
    for function, status in errors:
        made = function(contract)
        assert takes_reply(made, status, {"detail": "no"}) == []
        assert takes_reply(made, status, {"detail": ""}) != []
        assert takes_reply(made, 200, {"amount": 900, "decision": "approve"}) != []


REGION = {"from_name": "decision", "to_name": "answer", "type": "choices", "value": {"choices": ["approve"]}}
ANNOTATION = {"id": 9, "result": [REGION], "completed_by": 1, "was_cancelled": False, "task": 1, "lead_time": None}
TASK = {"id": 1, "data": {"answer": "refund"}, "is_labeled": False, "project": 1, "annotations": []}


def test_a_skipped_task_is_no_answer(contract, takes_reply):
    made = review.label_studio.annotate(contract)
    assert takes_reply(made, 201, ANNOTATION) == []
    for changed in ({"was_cancelled": True}, {"result": []}, {"result": "bad"}, {"completed_by": None}):
        assert takes_reply(made, 201, {**ANNOTATION, **changed}) != []


def test_an_open_task_and_a_decided_one_are_told_apart(contract, takes_reply):
    opened, decided = review.label_studio.task(contract), review.label_studio.decided_task(contract)
    ann = {"id": 1, "email": "ann@example.org", "first_name": ""}
    shown = {**TASK, "is_labeled": True, "annotations": [{**ANNOTATION, "completed_by": ann}]}
    assert takes_reply(opened, 200, TASK) == []
    assert takes_reply(decided, 200, shown) == []
    assert takes_reply(decided, 200, {**shown, "annotations": [ANNOTATION]}) == []
    assert takes_reply(opened, 200, shown) != []
    assert takes_reply(decided, 200, TASK) != []


def test_a_webhook_without_a_delivery_id_can_still_be_told_from_its_repetition(contract, takes_message):
    made = review.label_studio.annotation_created(contract)
    told = {
        "action": "ANNOTATION_CREATED",
        "annotation": {**ANNOTATION, "updated_at": "2026-11-28T23:21:59.801793Z"},
        "task": TASK,
        "project": {"id": 1},
    }
    assert takes_message(made, told) == []
    assert takes_message(made, {**told, "annotation": ANNOTATION}) != []
    assert takes_message(made, {**told, "action": "ANNOTATIONS_DELETED"}) != []


def test_label_studios_errors_have_one_shape(contract, takes_reply):
    told = {"id": "506c79f8", "status_code": 401, "version": "1.23.2", "detail": "no", "exc_info": None}
    for function, status in ((review.label_studio.no_token, 401), (review.label_studio.no_task, 404)):
        made = function(contract)
        assert takes_reply(made, status, {**told, "status_code": status}) == []
        assert takes_reply(made, status, {"detail": "no"}) != []
