"""RabbitMQ: a message that no queue keeps is told from one that is kept, though both are 200."""

from __future__ import annotations

import json

from pydantic import BaseModel

from integtest import packs
from integtest.model.http import Request
from integtest.model.message import Message

rabbitmq = packs.rabbitmq
MESSAGE = {
    "properties": {},
    "routing_key": "claim.decided",
    "payload": "my body",
    "payload_encoding": "string",
}  # as the manual prints it, with this pack's routing key
# As RabbitMQ 3.10 hands it out.
TAKEN = {
    "payload_bytes": 7,
    "redelivered": False,
    "exchange": "claims",
    "routing_key": "claim.decided",
    "message_count": 0,
    "properties": {"content_type": "application/json"},
    "payload": '{"a":1}',
    "payload_encoding": "string",
}


def sent(body: object, vhost: str = "%2F") -> Request:
    head = (("Content-Type", "application/json"), ("Authorization", "Basic dTpw"))
    path = f"/api/exchanges/{vhost}/claims/publish"
    return Request(method="POST", url=path, headers=head, body=json.dumps(body).encode())


def test_only_a_routed_message_is_kept(contract, takes_reply):
    kept, lost = rabbitmq.publish(contract), rabbitmq.unrouted(contract)
    assert takes_reply(kept, 200, {"routed": True}) == []
    assert takes_reply(lost, 200, {"routed": False}) == []
    assert takes_reply(kept, 200, {"routed": False}) != []
    assert takes_reply(lost, 200, {"routed": True}) != []
    assert takes_reply(kept, 200, {}) != []


def test_a_message_is_sent_with_all_its_parts(contract, takes_request):
    made = rabbitmq.publish(contract)
    assert takes_request(made, sent(MESSAGE)) == []
    assert takes_request(made, sent({**MESSAGE, "payload": "bXkgYm9keQ==", "payload_encoding": "base64"})) == []
    for name in MESSAGE:
        assert takes_request(made, sent({k: v for k, v in MESSAGE.items() if k != name})) != []
    assert takes_request(made, sent({**MESSAGE, "payload": {"a": 1}})) != []
    assert takes_request(made, sent({**MESSAGE, "payload_encoding": "auto"})) != []
    assert takes_request(made, sent({**MESSAGE, "routing_key": "claim.opened"})) != []


def test_the_virtual_host_is_one_part_of_the_path(contract, takes_request):
    assert takes_request(rabbitmq.publish(contract), sent(MESSAGE, vhost="claims")) != []
    other = rabbitmq.publish(contract, description="elsewhere", vhost="claims")
    assert takes_request(other, sent(MESSAGE, vhost="claims")) == []


def test_what_is_handed_out_is_told_from_an_empty_queue(contract, takes_reply):
    taken, empty = rabbitmq.take(contract), rabbitmq.empty(contract)
    assert takes_reply(taken, 200, [TAKEN]) == []
    assert takes_reply(taken, 200, [{**TAKEN, "properties": []}]) == []
    assert takes_reply(empty, 200, []) == []
    assert takes_reply(taken, 200, []) != []
    assert takes_reply(empty, 200, [TAKEN]) != []
    assert takes_reply(taken, 200, [TAKEN, TAKEN]) != []
    assert takes_reply(taken, 200, [{**TAKEN, "redelivered": "no"}]) != []


def test_a_message_on_a_queue_says_what_it_is_and_has_an_id(contract, judge):
    class Decided(BaseModel):
        decision: str
        amount: int

    made = rabbitmq.message(contract, contents=Decided)
    about = {"exchange": "claims", "routing_key": "claim.decided", "redelivered": True, "message_id": "m-77"}

    def wrong(body: object, **changed: object) -> bool:
        told = {name: value for name, value in {**about, **changed}.items() if value is not ...}
        seen = Message(contents=json.dumps(body).encode(), content_type="application/json", metadata=told)
        return bool(judge.message(made.message).judge(seen).mismatches)

    good = {"decision": "approve", "amount": 5}
    assert not wrong(good)
    assert wrong({"decision": "approve"})
    for name in about:
        assert wrong(good, **{name: ...})
    assert wrong(good, routing_key="claim.opened")
    assert wrong(good, message_id="")


def test_errors_have_a_word_and_a_reason(contract, takes_reply):
    for function, status in (
        (rabbitmq.bad_login, 401),
        (rabbitmq.bad_publish, 400),
        (rabbitmq.no_exchange, 404),
        (rabbitmq.no_queue, 404),
        (rabbitmq.queue_differs, 400),
    ):
        made = function(contract)
        assert takes_reply(made, status, {"error": "not_authorized", "reason": "Login failed"}) == []
        assert takes_reply(made, status, {"error": "not_authorized"}) != []
        assert takes_reply(made, 200, {"routed": True}) != []
    assert takes_reply(rabbitmq.declare_queue(contract), 204) == []
    assert takes_reply(rabbitmq.declare_queue(contract, description="2"), 400) != []
