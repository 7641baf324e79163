"""Audit events: an event that says who did what, when and how it ended is recorded, no other."""

from __future__ import annotations

import json

import pytest

from integtest import packs
from integtest.model.http import Request

audit = packs.audit
KIND = "application/cloudevents+json"
EVENT = {
    "specversion": "1.0",
    "id": "6f1c",
    "source": "/claims-assistant",
    "type": "audit.action",
    "time": "2030-01-01T09:30:00Z",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "sequence": "17",
    "tenant": "eu",
    "data": {
        "actor": {"type": "model", "id": "claims-assistant", "on_behalf_of": "ann"},
        "action": "claim.pay",
        "resource": {"type": "claim", "id": "c-1"},
        "outcome": "denied",
        "reason": "above the limit",
        "content_hash": "sha256:" + "ab" * 32,
    },
}


def with_data(**changed: object) -> dict:
    data = {**EVENT["data"], **changed}
    return {**EVENT, "data": {name: value for name, value in data.items() if value is not ...}}


def sent(body: object, kind: str = KIND) -> Request:
    return Request(method="POST", url="/events", headers=(("Content-Type", kind),), body=json.dumps(body).encode())


def test_a_whole_event_is_recorded(contract, takes_request, takes_message):
    made = audit.record(contract)
    assert takes_request(made, sent(EVENT)) == []
    assert takes_request(made, sent(with_data(reason=..., content_hash=...))) == []
    assert takes_message(audit.recorded(contract), EVENT, kind=KIND) == []
    assert made.once == "$.id"


@pytest.mark.parametrize(
    "wrong",
    [
        {k: v for k, v in EVENT.items() if k != "time"},
        {k: v for k, v in EVENT.items() if k != "id"},
        with_data(actor=...),
        with_data(actor={"type": "robot", "id": "r"}),
        with_data(action=""),
        with_data(resource="c-1"),
        with_data(outcome="ok"),
        with_data(content_hash="md5:1"),
        with_data(note="more than the profile"),
        {**EVENT, "traceparent": "none"},
    ],
)
def test_an_event_that_leaves_an_auditor_asking_is_no_such_event(wrong, contract, takes_request):
    assert takes_request(audit.record(contract), sent(wrong)) != []


def test_a_batch_holds_what_was_kept_back(contract, takes_request):
    made, kind = audit.record_batch(contract), "application/cloudevents-batch+json"
    assert takes_request(made, sent([EVENT, {**EVENT, "id": "6f1d"}], kind)) == []
    assert takes_request(made, sent([EVENT, with_data(actor=...)], kind)) != []


def test_what_is_kept_for_later_and_what_is_never_taken_are_told_apart(contract, takes_reply):
    for made, status in ((audit.unavailable(contract), 503), (audit.throttled(contract), 429)):
        assert takes_reply(made, status, Retry_After="30") == []
        assert takes_reply(made, status) != []
    assert takes_reply(audit.invalid(contract), 400, {"error": "data.actor is missing"}) == []
    assert takes_reply(audit.invalid(contract, description="2"), 503) != []
    assert takes_reply(audit.too_large(contract), 413) == []
    assert takes_reply(audit.record_again(contract), 200) == []
