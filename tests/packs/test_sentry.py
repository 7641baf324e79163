"""Sentry's envelope: frames as the documentation prints them; limits in any answer."""

from __future__ import annotations

import json

import pytest

from integtest import packs
from integtest.model.http import Request

sentry = packs.sentry
KIND = "application/x-sentry-envelope"
KEY = "Sentry sentry_key=e12d836b15bb49d7bbf99e64295d995b, sentry_version=7, sentry_client=sentry.python/2.1"
EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"
# "Envelopes", Full Examples: an attachment and an event; an event without trailing newline; the id with dashes.
PRINTED = [
    f'{{"event_id":"{EVENT_ID}","dsn":"https://e12d836b15bb49d7bbf99e64295d995b:@sentry.io/42"}}\n'
    '{"type":"event","length":41,"content_type":"application/json"}\n'
    '{"message":"hello world","level":"error"}\n'
    '{"type":"attachment","length":10,"content_type":"text/plain","filename":"hello.txt"}\n\xef\xbb\xbfHello\r\n\n',
    f'{{"event_id": "{EVENT_ID}", "sent_at": "2030-01-01T09:30:00Z"}}\n{{"type": "event"}}\n{{"message":"hi"}}',
    '{"event_id":"9ec79c33-ec99-42ab-8353-589fcb2e04dc"}\n{"type":"event"}\n{"message":"hi"}\n',
]
WRONG = {
    "nothing": "",
    "the event alone": '{"message":"hi"}',
    "no id": '{}\n{"type":"event"}\n{"message":"hi"}\n',
    "an id that is none": '{"event_id":"1"}\n{"type":"event"}\n{"message":"hi"}\n',
    "no header of the item": f'{{"event_id":"{EVENT_ID}"}}\n{{"message":"hi"}}\n',
    "no type": f'{{"event_id":"{EVENT_ID}"}}\n{{"length":16}}\n{{"message":"hi"}}\n',
    "another item": f'{{"event_id":"{EVENT_ID}"}}\n{{"type":"session"}}\n{{"sid":"1"}}\n',
    "no item": f'{{"event_id":"{EVENT_ID}"}}\n{{"type":"event"}}\n',
    "an event that is no object": f'{{"event_id":"{EVENT_ID}"}}\n{{"type":"event"}}\nhello\n',
}


def sent(body: str, key: str = KEY, project: int = 1) -> Request:
    head = (("Content-Type", KIND), ("X-Sentry-Auth", key))
    return Request(method="POST", url=f"/api/{project}/envelope/", headers=head, body=body.encode())


@pytest.mark.parametrize("body", PRINTED)
def test_printed_envelopes_may_be_sent(body, contract, takes_request):
    assert takes_request(sentry.event(contract), sent(body)) == []


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_what_is_not_framed_so_may_not(body, contract, takes_request):
    assert takes_request(sentry.event(contract), sent(body)) != []


def test_the_key_stands_in_its_header_in_any_order(contract, takes_request):
    made = sentry.event(contract)
    assert takes_request(made, sent(PRINTED[0], key="Sentry sentry_version=7, sentry_key=abc")) == []
    for wrong in ("Bearer abc", "Sentry sentry_version=7", "Sentry sentry_key="):
        assert takes_request(made, sent(PRINTED[0], key=wrong)) != []
    assert takes_request(made, sent(PRINTED[0], project=2)) != []


def test_a_frame_of_our_own_says_how_long_its_item_is():
    head, item, payload, rest = sentry.envelope("event", {"message": "größer"}, dsn="https://k@localhost/1").split(
        "\n"
    )
    assert json.loads(head) == {"event_id": EVENT_ID, "dsn": "https://k@localhost/1"}
    assert json.loads(item) == {"type": "event", "length": len(payload.encode())}
    assert (json.loads(payload), rest) == ({"message": "größer"}, "")


def test_an_event_that_was_taken_is_answered_with_its_id(contract, takes_reply):
    made = sentry.event(contract)
    assert takes_reply(made, 200, {"id": EVENT_ID}) == []
    for wrong in ({}, {"id": ""}, {"id": None}, {"id": "1"}):
        assert takes_reply(made, 200, wrong) != []


@pytest.mark.parametrize(
    "limits",
    [
        "60:transaction:key, 2700:default;error;security:organization",
        "60::organization, 2700::organization",
        "2700:metric_bucket:organization:quota_exceeded:custom",
        "86400:transaction;span:organization",
        "0.5:error:project:usage_exceeded",
    ],
)
def test_printed_limits_are_read_in_any_answer(limits, contract, takes_reply):
    all_of, some = sentry.rate_limited(contract), sentry.some_limited(contract)
    told = {"X_Sentry_Rate_Limits": limits}
    assert takes_reply(all_of, 429, Retry_After="2700", **told) == []
    assert takes_reply(some, 200, {"id": EVENT_ID}, **told) == []


@pytest.mark.parametrize("limits", ["", "later", "60", "error:60:key", "60:ERROR:key"])
def test_what_is_no_limit_is_not_taken_for_one(limits, contract, takes_reply):
    made = sentry.rate_limited(contract)
    assert takes_reply(made, 429, Retry_After="2700", X_Sentry_Rate_Limits=limits) != []
    assert takes_reply(made, 429, Retry_After="2700") != []


def test_refusals_are_told_by_their_status(contract, takes_reply):
    for function, status in ((sentry.too_large, 413), (sentry.bad_key, 403), (sentry.malformed, 400)):
        made = function(contract)
        assert takes_reply(made, status) == []
        assert takes_reply(made, status, {"detail": "no"}) == []
        assert takes_reply(made, 200, {"id": EVENT_ID}) != []
