"""Cases from recordings: variants that were seen, and incidents."""

from __future__ import annotations

import json

import pytest
from bench import document, fault, of, promise, sent
from pydantic import BaseModel, Field

from integtest import POST, Contract, Reply
from integtest.model.http import Exchange, Place, Request, Response, TransportFailure


class Claim(BaseModel):
    id: str = Field(examples=["c-1"])
    note: str | None = None
    limit: int | None = None


def seen(body, status=200, **more):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(content))), ("X-Trace", "1"))
    reply = Response(status=status, headers=headers, body=content, **more)
    return Exchange(request=Request(method="GET", url="/things"), response=reply, place=Place(file="claims.yaml"))


USUAL = [seen({"id": f"c-{n}", "limit": 5}) for n in range(8)]


def test_a_member_that_few_recordings_have_becomes_a_case():
    found = of(
        "recorded-variant", promise(Claim), seen=[*USUAL, seen({"id": "c-9", "limit": 5, "note": "call back"})]
    )
    assert document(found["/note:there"])["note"] == "call back"
    assert "1 of 9" in found["/note:there"].why


def test_null_and_absence_that_are_rare_become_cases():
    shown = promise(Claim, example={"id": "c-1", "limit": 5})
    found = of("recorded-variant", shown, seen=[*USUAL, seen({"id": "x", "limit": None}), seen({"id": "y"})])
    assert document(found["/limit:null"]) == {"id": "x", "limit": None}
    assert document(found["/limit:absent"]) == {"id": "y"}


def test_what_all_recordings_have_is_no_variant():
    assert not of("recorded-variant", promise(Claim, example={"id": "c", "limit": 5}), seen=USUAL)


def test_a_rare_status_becomes_a_case_with_its_own_reply():
    found = of("recorded-status", promise(Claim), seen=[*USUAL, seen({"detail": "no"}, 409), seen({}, 202)])
    assert set(found) == {"409", "202"}
    assert document(found["409"]) == {"detail": "no"}
    assert found["409"].oracle.healthy == ("refuse",)
    assert found["202"].oracle.healthy == ("refuse", "tolerate")


def test_a_status_that_is_promised_for_the_same_request_may_be_known_to_the_consumer():
    shop = Contract(consumer="c", provider="p")
    same, other = POST("/orders", json={"id": "a"}), POST("/orders", json={"id": "b"})
    placed = shop.http("places an order", request=same, reply=Reply(200, Claim))
    again = shop.http("places it again", given="it is placed", request=same, reply=Reply(409))
    wrong = shop.http("places none", request=other, reply=Reply(422))
    found = of("recorded-status", placed, again, wrong, seen=[*USUAL, seen({}, 409), seen({}, 422)])
    assert {name: case.oracle.healthy for name, case in found.items()} == {
        "409": ("refuse", "tolerate"),
        "422": ("refuse",),
    }


def test_the_largest_body_becomes_a_case_where_it_is_large():
    big = {"id": "c" * 5000}
    (case,) = of("recorded-largest", promise(Claim), seen=[*USUAL, seen(big)]).values()
    assert document(case) == big
    assert not of("recorded-largest", promise(Claim), seen=[seen({"id": "c"})])


@pytest.mark.parametrize(
    ("error", "kind"),
    [("timeout", "stall"), ("refused", "refuse"), ("dns", "refuse"), ("reset", "reset"), ("closed", "empty")],
)
def test_a_recorded_failure_of_the_connection_fails_again(error, kind):
    down = Exchange(request=Request(method="GET", url="/"), error=TransportFailure(kind=error))
    found = of("recorded-failure", promise(Claim), seen=[*USUAL, down, down])
    assert [fault(case).kind for case in found.values()] == [kind]


def test_a_body_that_was_cut_is_cut_again():
    found = of("recorded-failure", promise(Claim), seen=[seen(b'{"id": "c', complete=False)])
    assert fault(found["cut"]).kind == "short"
    assert sent(found["cut"]) == b'{"id": "c'


def test_a_recorded_reply_that_breaks_the_promise_is_an_incident():
    found = of("recorded-reply", promise(Claim), seen=[*USUAL, seen({"id": 7}), seen(b"<html>"), seen({"id": 7})])
    assert [sent(case) for case in found.values()] == [b'{"id": 7}', b"<html>"]
    assert "claims.yaml" in found["1"].why


def test_what_belonged_to_the_recorded_connection_is_not_sent_again():
    (case,) = of("recorded-status", promise(Claim), seen=[seen({}, 202)]).values()
    assert fault(case).response.header("content-length") is None
    assert fault(case).response.header("x-trace") == "1"


def test_without_recordings_there_are_no_recorded_cases():
    for mode in ("recorded-variant", "recorded-status", "recorded-reply", "recorded-largest", "recorded-failure"):
        assert not of(mode, promise(Claim))
