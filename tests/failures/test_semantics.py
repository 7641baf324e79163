"""Semantics modes: where they apply, and what comes."""

from __future__ import annotations

from datetime import datetime

import pytest
from bench import completion, document, fault, keeps, of, promise, sent, told
from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, from_state


class Lease(BaseModel):
    expires_in: int = Field(gt=0, examples=[3600])
    count: int = Field(ge=0, examples=[3])
    owner: str = Field(min_length=1, examples=["Ada"])


def statuses(found):
    return [fault(case).response.status for case in found.values()]


def test_every_server_error_comes_as_the_provider_or_its_proxy_says_it():
    found = of("server-error", completion())
    assert statuses(found) == [503, 500, 502, 504]
    assert b"<html>" in sent(found["502"])
    assert "error" in document(found["500"])
    assert {case.oracle.healthy for case in found.values()} == {("refuse",)}


def test_telemetry_that_fails_may_be_overlooked():
    found = of("server-error", promise({"ok": True}, kind="monitoring"))
    assert {case.oracle.healthy for case in found.values()} == {("refuse", "tolerate")}


def test_a_promised_status_is_not_injected_as_a_failure():
    assert 503 not in statuses(of("server-error", promise({"error": "down"}, status=503)))


def test_a_permanent_refusal_is_asked_for_once():
    found = of("permanent-refusal", completion())
    assert statuses(found)[0] == 422
    assert {case.oracle.calls for case in found.values()} == {1}
    assert statuses(of("permanent-refusal", promise({"a": 1})))[0] == 404


def test_no_message_is_answered_with_a_status():
    it = told({"id": "1"})
    assert not of("server-error", it)
    assert not of("permanent-refusal", it)
    assert not of("unsupported-operation", it)


def test_an_operation_is_refused_with_what_is_allowed_instead():
    found = of("unsupported-operation", completion())
    assert statuses(found) == [405, 501]
    assert fault(found["405"]).response.header("allow")


def test_an_error_comes_inside_a_success_in_the_gateways_own_words():
    case = of("sentinel", completion())["error-200"]
    assert fault(case).response.status == 200
    assert set(document(case)["error"]) == {"message", "type", "param", "code"}
    assert case.oracle.healthy == ("refuse",)


def test_a_json_rpc_call_fails_with_a_json_rpc_error_of_the_same_id():
    request = POST("/mcp", json={"jsonrpc": "2.0", "id": 7, "method": "tools/list"})
    case = of("sentinel", promise({"jsonrpc": "2.0", "id": 7, "result": {"tools": []}}, request))["error-200"]
    assert document(case)["id"] == 7
    assert document(case)["error"]["code"] == -32603


def test_an_error_inside_a_success_is_the_one_that_the_contract_promises_elsewhere():
    contract = Contract(consumer="c", provider="p")
    it = contract.http("issues", request=GET("/a"), reply=Reply(200, {"token": "x"}))
    other = contract.http("refuses", request=GET("/b"), reply=Reply(401, {"error": "invalid_client"}))
    assert document(of("sentinel", it, other)["error-200"]) == {"error": "invalid_client"}


def test_minus_one_comes_where_it_cannot_be_meant():
    found = of("sentinel", promise(Lease))
    assert {"/expires_in:minus-one", "/count:minus-one", "/owner:empty-text"} <= set(found)
    assert found["/count:minus-one"].oracle.never == ("-1", "-1.0")
    assert document(found["/owner:empty-text"])["owner"] == ""


def test_minus_one_is_an_honest_number_elsewhere():
    class Place(BaseModel):
        latitude: float = Field(examples=[48.1])

    assert set(of("sentinel", promise(Place))) == {"error-200"}


@pytest.mark.parametrize("value", ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00+02:00"])
def test_a_time_comes_in_other_formats_and_stays_the_same_instant(value):
    found = of("time-format", promise({"updated_at": value}))
    at = datetime.fromisoformat(value)
    assert document(found["/updated_at:epoch-ms"])["updated_at"] == at.timestamp() * 1000
    assert datetime.fromisoformat(document(found["/updated_at:other-offset"])["updated_at"]) == at
    assert datetime.fromisoformat(document(found["/updated_at:no-offset"])["updated_at"]).tzinfo is None


def test_seconds_since_1970_come_as_milliseconds():
    found = of("time-format", promise({"created": 1735689600}))
    assert document(found["/created:epoch-ms"])["created"] == 1735689600000


def test_a_number_that_is_no_time_has_no_format():
    assert not of("time-format", promise({"created": 12, "price": 1735689600, "name": "2024"}))


def test_a_number_with_a_unit_in_its_name_comes_a_thousand_times_as_large():
    found = of("other-unit", promise({"expires_in": 60, "latencyMs": 12.5, "count": 3, "ratio": 0.5}))
    assert set(found) == {"/expires_in", "/latencyMs", "/ratio"}
    assert document(found["/latencyMs"])["latencyMs"] == 12500
    assert "milliseconds" in found["/latencyMs"].why


def test_what_the_contract_bounds_comes_first_in_another_unit():
    class Score(BaseModel):
        amount: int = Field(examples=[5])
        score: float = Field(ge=0, le=1, examples=[0.5])

    it = promise(Score)
    found = of("other-unit", it)
    assert next(iter(found)) == "/score"
    assert not keeps(it, found["/score"])


def test_addresses_come_with_another_slash_case_and_prefix():
    found = of("renamed-address", promise({"token_endpoint": "https://id.example/oauth/token"}))
    assert document(found["/token_endpoint:slash"])["token_endpoint"] == "https://id.example/oauth/token/"
    assert document(found["/token_endpoint:prefix"])["token_endpoint"] == "https://id.example/v2/oauth/token"
    assert not [key for key in of("renamed-address", promise({"name": "a/b"})) if key.startswith("/")]


def test_the_promised_path_is_not_found_only_where_it_is_always_the_same():
    assert fault(of("renamed-address", completion())["moved"]).response.status == 404
    thread = promise({"a": 1}, GET("/threads/{id}", path={"id": from_state("id", example="t1")}), given="t")
    assert "moved" not in of("renamed-address", thread)


def test_another_issuer_has_to_be_refused():
    found = of("wrong-environment", promise({"issuer": "https://id.example", "name": "x"}))
    assert set(found) == {"/issuer"}
    assert found["/issuer"].oracle.healthy == ("refuse",)
    assert document(found["/issuer"])["issuer"] != "https://id.example"


def test_an_answer_that_says_nothing_of_its_environment_cannot_be_of_another_one():
    assert not of("wrong-environment", completion())


def test_a_promised_header_is_dropped_and_garbled():
    it = promise({"a": 1}, headers={"ETag": '"1"'})
    found = of("setting-ignored", it)
    assert fault(found["etag-gone"]).response.header("etag") is None
    assert fault(found["etag-garbled"]).response.header("etag") not in (None, '"1"')
    assert fault(found["content-type"]).response.content_type.startswith("text/plain")


def test_more_items_come_than_were_asked_for():
    it = promise({"items": [{"id": "a"}]}, GET("/things", query={"limit": "2"}))
    assert len(document(of("setting-ignored", it)["/items:limit"])["items"]) == 5


def test_no_limit_is_ignored_where_none_was_asked_for():
    assert "/items:limit" not in of("setting-ignored", promise({"items": [{"id": "a"}]}))
