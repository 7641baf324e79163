"""A latency budget is judged where there are samples enough, and said to be unjudged where there are not."""

from __future__ import annotations

import pytest

from integtest import GET, Budget, Contract, Reply
from integtest.rules.budgets import judge, note


def promised(**budget):
    contract = Contract(consumer="c", provider="p")
    return contract.http("it", request=GET("/"), reply=Reply(200), budget=Budget(**budget))


@pytest.mark.parametrize(
    ("budget", "seconds", "exceeded", "unjudged"),
    [
        ({"p95": "300ms"}, [0.9] * 19, [], ["p95"]),
        ({"p95": "300ms"}, [0.1] * 19 + [0.9], [], []),
        ({"p95": "300ms"}, [0.1] * 18 + [0.9] * 2, ["budget.p95"], []),
        ({"p50": "300ms", "p99": "2s"}, [0.1, 0.1, 0.4, 0.4, 0.4], ["budget.p50"], ["p99"]),
        ({"max": "300ms"}, [0.4], ["budget.max"], []),
        ({"max": "300ms"}, [0.3], [], []),
        ({"throughput": 5}, [9.0] * 200, [], []),
        ({"max": "1ms"}, [], [], []),
    ],
)
def test_a_limit_is_judged_by_nearest_rank_once_there_are_samples_enough(budget, seconds, exceeded, unjudged):
    judged = judge(promised(**budget), seconds, "live")
    assert [found.location.pointer for found in judged.findings] == exceeded
    assert list(judged.unjudged) == unjudged


def test_a_finding_tells_value_budget_and_samples_and_weighs_less_where_it_was_recorded():
    (live,) = judge(promised(max="300ms"), [0.45], "live").findings
    (recorded,) = judge(promised(max="300ms"), [0.45, 0.2], "recorded").findings
    assert live.message == "the slowest took 450 ms, the budget is 300 ms (over 1 live sample)"
    assert recorded.message.endswith("(over 2 recorded samples)")
    assert (live.severity, recorded.severity, live.blame) == ("error", "warning", "provider")


def test_what_was_not_judged_is_one_note():
    assert note([]) is None
    assert note([("p95", 1)]) == "1 latency limit was not judged for want of samples: p95 needs 20, seen 1 at most"
    assert note([("p99", 3), ("p50", 4)]) == (
        "2 latency limits were not judged for want of samples: p50 needs 5, p99 needs 100, seen 4 at most"
    )
