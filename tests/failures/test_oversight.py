"""Oversight modes: where they apply, and what a healthy service does."""

from __future__ import annotations

from typing import Literal

from bench import document, fault, of, promise, told
from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Failing, Reply


class Review(BaseModel):
    status: Literal["approved", "waiting", "declined"]
    content_hash: str = Field(examples=["sha256:00ff12ab34cd"])


class Decision(BaseModel):
    result: bool = Field(examples=[True])


def review(**options):
    return promise(Review, GET("/reviews/1"), "human_review", **options)


def decision(result=True, kind="compliance"):
    return promise(Decision, POST("/decide", json={"input": 1}), kind, example={"result": result})


def sink(path="/v1/traces", kind="monitoring", **options):
    contract = Contract(consumer="c", provider="p", kind=kind)
    return contract.http("it", request=POST(path, json={"a": 1}), reply=Reply(200, {"ok": True}), **options)


def test_an_approval_is_pending_or_refused_in_the_contracts_own_words():
    found = of("approval-unsound", review())
    sent = {key: document(case)["status"] for key, case in found.items() if key.startswith("/status")}
    assert sent == {"/status:pending": "waiting", "/status:rejected": "declined"}
    assert {case.oracle.healthy for case in found.values()} == {("hold", "refuse")}


def test_where_the_words_are_open_an_approval_also_expires():
    found = of("approval-unsound", promise({"state": "APPROVED"}, kind="human_review"))
    assert {key: document(case)["state"] for key, case in found.items()} == {
        "/state:pending": "PENDING",
        "/state:expired": "EXPIRED",
    }


def test_waiting_for_a_person_may_take_its_time():
    found = of("approval-unsound", review())
    assert (found["/status:pending"].oracle.calls, found["/status:pending"].oracle.within) == (None, 600.0)
    assert found["/status:rejected"].oracle.calls == 10


def test_an_approval_of_other_contents_has_another_hash_of_the_same_form():
    changed = document(of("approval-unsound", review())["/content_hash:altered"])
    assert changed["content_hash"] == "sha256:ff00ed54cb32"


def test_a_decision_that_comes_twice_is_carried_out_once():
    found = of("approval-unsound", told({"decision": "approved"}, kind="human_review"))
    assert [fault(found[key]).concurrently for key in ("twice", "twice-at-once")] == [False, True]
    assert all(
        found[key].oracle.once and found[key].oracle.healthy == ("tolerate",) for key in ("twice", "twice-at-once")
    )
    assert "/decision:pending" in found


def test_what_is_no_approval_has_none_to_break():
    assert not of("approval-unsound", promise(Review, kind="data_pipeline"))
    assert not of("approval-unsound", promise({"status": "declined"}, kind="human_review"))


def test_a_sink_is_down_full_limited_slow_or_picky():
    found = of("sink-down", sink())
    assert set(found) == {"503", "413", "429", "slow", "partial-success"}
    assert document(found["partial-success"])["partialSuccess"]["rejectedSpans"] == "1"
    assert fault(found["slow"]).seconds > found["slow"].oracle.within
    assert {case.oracle.healthy for case in found.values()} == {("tolerate",)}


def test_an_audit_trail_of_any_area_is_a_sink():
    assert set(of("sink-down", sink("/audit/events", "compliance"))) == {"503", "413", "429", "slow"}


def test_a_declared_error_or_a_guard_lets_the_service_stop():
    assert of("sink-down", sink(failing=Failing(raises=["builtins:OSError"])))["503"].oracle.healthy == (
        "refuse",
        "tolerate",
    )
    guarded = sink("/audit", "compliance", guards=[decision()])
    assert of("sink-down", guarded)["503"].oracle.healthy == ("tolerate", "refuse", "hold")


def test_questions_to_monitoring_and_control_of_it_are_no_sinks():
    assert not of("sink-down", promise({"data": []}, GET("/v1/metrics"), "monitoring"))
    assert not of("sink-down", sink("/api/v2/silences"))


def test_a_policy_says_nothing_in_three_ways():
    found = of("policy-undefined", decision())
    assert {key: document(case) for key, case in found.items()} == {
        "/result:absent": {},
        "/result:null": {"result": None},
        "empty": {},
    }
    assert {case.oracle.healthy for case in found.values()} == {("hold", "refuse")}
    assert not of("policy-undefined", decision(kind="data_pipeline"))


def test_who_would_have_refused_anyway_may_do_so():
    assert "tolerate" in of("policy-undefined", decision(False))["empty"].oracle.healthy
    assert "tolerate" in of("guardrail-down", decision(False))["500"].oracle.healthy


def test_while_the_guardrail_is_away_what_it_guards_stays_quiet():
    contract = Contract(consumer="c", provider="opa", kind="compliance")
    model = promise({"answer": 1}, POST("/chat", json={}), "model_gateway")
    guard = contract.http("decides", request=POST("/d", json={}), reply=Reply(200, Decision), guards=[model])
    found = of("guardrail-down", guard, model)
    assert set(found) == {"500", "stall", "refused", "once"}
    assert [len(found[key].oracle.quiet) for key in ("500", "stall", "refused", "once")] == [1, 1, 1, 0]
    assert found["500"].oracle.healthy == ("hold", "refuse")
    assert not of("guardrail-down", model)
