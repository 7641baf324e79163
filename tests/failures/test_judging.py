"""The judge: what the whole run shows already is no fault of the broken one."""

from __future__ import annotations

from typing import Any

import pytest
from bench import of, promise

from integtest.failures.judge import judge
from integtest.model.failure import Call, Case, Injection, Observation
from integtest.model.http import Exchange, Request


def permanent() -> Case:
    return of("permanent-refusal", promise({"a": 1}))["400"]


def seen(calls: int, **more: Any) -> Observation:
    exchange = Exchange(request=Request(method="GET", url="/things"))
    made = (Call(provider="p", interaction="it", at=0.0, exchange=exchange, faulted=True) for _ in range(calls))
    return Observation(calls=tuple(made), **more)


@pytest.mark.parametrize(("calls", "status"), [(3, "survived"), (4, "stormed")])
def test_a_consumer_that_calls_thrice_when_all_is_well_may_do_so_when_it_is_not(calls, status):
    whole = seen(3, ended="returned", value=[1, 1, 1])
    refused = {"types": ("app:Unavailable",), "text": "no"}
    assert judge(permanent(), whole, seen(calls, ended="raised", error=refused)).status == status


@pytest.mark.parametrize(("usual", "status"), [(None, "lied"), (-1, "survived")])
def test_a_value_that_the_whole_result_holds_too_is_no_sentinel(usual, status):
    case = of("sentinel", promise({"count": 3}))["/count:minus-one"]
    whole = seen(1, ended="returned", value={"parent": usual, "count": 3})
    broken = seen(1, ended="returned", value={"parent": -1, "count": 3})
    assert judge(case, whole, broken).status == status


@pytest.mark.parametrize(
    ("kind", "result", "status"),
    [
        ("compliance", False, "survived"),
        ("compliance", None, "survived"),
        ("compliance", True, "lied"),
        ("compliance", "true", "lied"),
        ("data_pipeline", False, "lied"),
    ],
)
def test_a_no_is_a_refusal_where_the_provider_decides_and_nowhere_else(kind, result, status):
    case = of("refused", promise({"result": True}, kind=kind))[""]
    whole = seen(1, ended="returned", value=True)
    assert judge(case, whole, seen(1, ended="returned", value=result)).status == status


@pytest.mark.parametrize(
    ("before", "now", "status"),
    [
        ({"ttl": 60, "id": 1}, {"ttl": 60000, "id": 1}, "survived"),
        ({"until": 1060.0}, {"until": 61000.0}, "lied"),
        ({"ttl": 60, "id": 1}, {"ttl": 60000, "id": 2}, "lied"),
    ],
)
def test_who_only_hands_on_a_number_reads_no_unit_into_it(before, now, status):
    case = of("other-unit", promise({"ttl_seconds": 60}))["/ttl_seconds"]
    whole = seen(1, ended="returned", value=before)
    assert judge(case, whole, seen(1, ended="returned", value=now)).status == status


def test_a_closed_port_is_told_by_the_end_of_a_consumer_that_nobody_could_watch():
    case = of("refused", promise({"a": 1}))[""]
    whole = seen(1, ended="returned", value={"status": 200})
    error = {"types": ("service:Refusal",), "text": "status 503"}
    assert judge(case, whole, Observation(ended="raised", error=error, clock="real")).status == "survived"
    assert judge(case, whole, Observation(ended="returned", value=whole.value, clock="real")).status == "not-judged"


@pytest.mark.parametrize(("clock", "status"), [("virtual", "survived"), ("real", "not-judged")])
def test_a_clock_that_nobody_could_move_shows_nothing(clock, status):
    case = of("extra-field", promise({"a": 1}))["/integtest_added"]
    case = case.model_copy(update={"injection": Injection(skew=30.0)})
    same = seen(1, ended="returned", value=1)
    assert judge(case, same, same.model_copy(update={"clock": clock})).status == status
