"""The judge: what the whole run shows already is no fault of the broken one."""

from __future__ import annotations

from typing import Any

import pytest
from bench import of, promise

from integtest.failures.judge import judge
from integtest.model.failure import Call, Case, Observation
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
