"""Timing modes: where they apply, and what a healthy consumer does."""

from __future__ import annotations

from bench import Completion, completion, fault, of, promise, told

from integtest import GET, POST, PUT, Contract, Failing, Reply
from integtest.failures.judge import judge
from integtest.model.failure import Call, Observation
from integtest.model.http import Exchange, Request

PAID = {"paid": True}


def test_an_answer_never_comes_or_stops_in_the_middle():
    found = {key: fault(case) for key, case in of("stall", completion()).items()}
    assert {key: one.kind for key, one in found.items()} == {"": "stall", "mid-body": "stall-body"}
    assert set(of("stall", promise(request=GET("/health"), status=204))) == {""}
    assert not of("stall", told({"id": "1"}))


def test_a_drip_outlasts_every_deadline_and_no_wait_of_it_is_long():
    for interaction in (promise({"a": 1}), completion(), promise({"rows": ["x" * 100] * 5000})):
        case = of("drip", interaction)[""]
        size, done = len(interaction.response.example), fault(case)
        waits = -(-size // done.at) - 1
        assert 100 < waits * done.seconds < 140
        assert waits * done.seconds > case.oracle.within
    assert not of("drip", promise(request=GET("/health"), status=204))


def test_who_recovers_needs_one_call_more_for_each_failure():
    found = of("fails-then-recovers", completion())
    for variant, times in (("once", 1), ("twice", 2)):
        (script,) = found[variant].injection.scripts
        assert (len(script.faults), script.then) == (times, "whole")
        assert found[variant].oracle.limits[0].more == times
        assert found[variant].oracle.healthy == ("recover", "refuse")


def test_who_declares_tries_has_to_come_through():
    def declared(calls, request):
        contract = Contract(consumer="c", provider="p")
        failing = Failing(calls=calls)
        return contract.http("it", request=request, reply=Reply(200, PAID), failing=failing)

    get = of("fails-then-recovers", declared(2, GET("/x")))
    assert (get["once"].oracle.healthy, get["twice"].oracle.healthy) == (("recover",), ("recover", "refuse"))
    post = of("fails-then-recovers", declared(3, POST("/x", json={"n": 1})))
    assert post["once"].oracle.healthy == ("recover", "refuse")  # to try again may pay twice


def test_failures_for_good_are_capped_and_apart():
    found = of("never-recovers", completion())
    assert {key: fault(case).kind for key, case in found.items()} == {"503": "reply", "reset": "reset"}
    assert all(case.oracle.calls == 8 and case.oracle.gaps for case in found.values())


def test_only_what_acts_can_be_done_twice():
    paid = promise(PAID, POST("/refunds", json={"cents": 5}))
    assert fault(of("reply-lost", paid)[""]).kind == "lose"
    assert of("reply-lost", paid)[""].oracle.once
    assert not of("reply-lost", promise(PAID))
    assert not of("reply-lost", promise(PAID, PUT("/refunds/1", json={"cents": 5})))
    assert not of("reply-lost", promise(PAID, POST("/search", json={"q": 5}), repeatable=True))
    assert not of("reply-lost", promise({"error": "x"}, POST("/refunds", json={}), status=422))


def test_work_is_called_off_while_a_call_waits():
    case = of("cancelled", completion())[""]
    assert case.injection.cancel_after == 1
    assert fault(case).kind == "stall"
    assert case.oracle.calls == 1


WHOLE = Observation(ended="returned", value="yes")


def called(times, every=1.0):
    exchange = Exchange(request=Request(method="GET", url="/"))
    return tuple(
        Call(provider="p", interaction="it", at=n * every, exchange=exchange, faulted=True) for n in range(times)
    )


def test_what_cannot_be_cancelled_is_not_judged():
    case = of("cancelled", completion())[""]
    raised = Observation(ended="returned", value="no", calls=called(1))
    assert judge(case, WHOLE, raised).status == "not-judged"
    assert judge(case, WHOLE, Observation(ended="cancelled", calls=called(1))).status == "survived"
    assert judge(case, WHOLE, Observation(ended="cancelled", calls=called(2))).status == "stormed"


def test_more_calls_are_counted_from_those_of_the_whole_run():
    case = of("fails-then-recovers", completion())["once"]
    whole = Observation(ended="returned", value="yes", calls=called(3))
    assert judge(case, whole, Observation(ended="returned", value="yes", calls=called(4))).status == "survived"
    found = judge(case, whole, Observation(ended="returned", value="yes", calls=called(5)))
    assert found.status == "stormed"
    assert "3 were needed when all was well, and 1 more are allowed" in found.findings[0].message


def test_telemetry_may_be_lost():
    lone = promise(Completion, kind="monitoring")
    for mode in ("stall", "drip", "never-recovers"):
        assert {case.oracle.healthy for case in of(mode, lone).values()} == {("refuse", "tolerate")}
