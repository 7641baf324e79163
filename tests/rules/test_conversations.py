"""A conversation follows its table, ends once, and what it decides is executed once and as approved."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integtest import POST, Contract, Reply, execution
from integtest.codecs import pact_v4
from integtest.errors import ContractError
from integtest.model.http import Place
from integtest.rules.conversation import Said, judge

payments = Contract(consumer="assistant", provider="payments")
refund = payments.http(
    "executes a refund",
    request=POST("/refunds", json={"review": "r1", "hash": "h1", "key": "k1"}),
    reply=Reply(201),
    once="$.key",
)
TABLE = {
    "requested": ["assigned", "expired"],
    "assigned": ["decided", "escalated", "expired"],
    "escalated": ["assigned"],
}


def promised(contract: Contract | None = None, **terms: Any):
    review = contract or Contract(consumer="assistant", provider="review")
    call = execution(refund, key="$.review", after="decided", when={"$.verdict": "approved"}, content="$.hash")
    given = {
        "key": "$.id",
        "state": "$.type",
        "initial": "requested",
        "transitions": TABLE,
        "final": ["decided", "expired"],
        "names": {"done": "decided"},
        "content": "$.hash",
        "executes": call,
    }
    return review.conversation("review", **(given | terms))


REVIEW = promised()


def tells(state: str, key: str = "r1", **more: Any) -> Said:
    return Said(documents=({"id": key, "type": state, "hash": "h1", **more},), place=Place(file="one.yaml"))


def executes(content: str = "h1", once: str | None = None, done: bool = True, key: str = "r1") -> Said:
    return Said(documents=({"review": key, "hash": content},), executes=True, once=once, done=done)


def found(*said: Said) -> list[tuple[str, str, str]]:
    report = judge(REVIEW, refund.contract, said)
    return [(one.rule, one.blame, one.message) for one in report.findings]


APPROVED = (tells("requested"), tells("assigned"), tells("decided", verdict="approved"))


@pytest.mark.parametrize(
    "said",
    [
        (*APPROVED, executes()),
        (*APPROVED, tells("decided", verdict="approved"), executes(done=False), executes()),
        (*APPROVED, executes(once="k"), executes(once="k")),
        (tells("requested"), tells("assigned"), tells("escalated"), tells("assigned"), tells("done", verdict="no")),
        (tells("requested"), tells("requested", "r2"), tells("expired", "r2"), tells("expired")),
        (Said(documents=({"other": 1}, [])), Said(documents=({"id": "r9", "type": "unheard"},))),
    ],
)
def test_what_follows_the_table_gives_no_finding(said):
    assert found(*said) == []


@pytest.mark.parametrize(
    ("said", "rule", "blame", "says"),
    [
        (
            (tells("assigned"), tells("expired")),
            "conversation-illegal",
            "provider",
            "it starts as 'assigned': the first is 'requested'",
        ),
        (
            (tells("requested"), tells("decided", verdict="no")),
            "conversation-illegal",
            "provider",
            "'decided' came after 'requested': legal is 'assigned' or 'expired'",
        ),
        (
            (*APPROVED, executes(), tells("expired")),
            "conversation-illegal",
            "provider",
            "'expired' came after 'decided', which is final",
        ),
        (
            (tells("requested"),),
            "conversation-open",
            "provider",
            "it is still 'requested': what ends it is 'decided' or 'expired'",
        ),
        (APPROVED, "conversation-open", "consumer", "it was approved, and never executed"),
        ((*APPROVED, executes(), executes()), "conversation-twice", "consumer", "it was executed 2 times"),
        (
            (*APPROVED, executes(once="a"), executes(once="b")),
            "conversation-twice",
            "consumer",
            "it was executed 2 times",
        ),
        (
            (*APPROVED, executes("h2")),
            "conversation-altered",
            "consumer",
            "what was executed is not what was approved",
        ),
        (
            (*APPROVED, executes(), tells("decided", hash="h2")),
            "conversation-altered",
            "provider",
            "its content is another one than was approved",
        ),
        (
            (tells("requested"), tells("assigned"), tells("decided", verdict="no"), executes()),
            "conversation-unapproved",
            "consumer",
            "it was executed when it was 'decided'",
        ),
        ((executes(),), "conversation-unapproved", "consumer", "it was executed when nothing was said of it"),
    ],
)
def test_what_leaves_the_table_is_told_with_who_must_act(said, rule, blame, says):
    assert found(*said) == [(rule, blame, f"review r1: {says}")]


def test_a_report_counts_what_was_seen_and_what_came_to_an_end():
    report = judge(REVIEW, refund.contract, [*APPROVED, executes(), tells("requested", "r2")])
    assert (report.seen, report.ended) == (2, 1)


states = st.sampled_from(["requested", "assigned", "decided", "escalated", "expired"])


@given(st.lists(states, max_size=8))
def test_just_the_walks_through_the_table_are_legal(walk):
    steps = [state for index, state in enumerate(walk) if index == 0 or walk[index - 1] != state]
    legal = not steps or (
        steps[0] == "requested"
        and all(after in TABLE.get(before, []) for before, after in itertools.pairwise(steps))
    )
    rules = {rule for rule, _, _ in found(*(tells(state) for state in walk))}
    assert ("conversation-illegal" not in rules) == legal


def test_a_pact_carries_conversations_and_back():
    review = Contract(consumer="assistant", provider="review")
    made = promised(review)
    review.incoming("a reviewer decides", request=POST("/hooks/review", json={"id": "r1"}))
    data = pact_v4.dumps(review.build())
    read = pact_v4.loads(data)
    assert read.conversations == (made,)
    assert pact_v4.dumps(read) == data
    assert json.loads(data)["metadata"]["integtest"]["conversations"][0]["name"] == "review"


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"final": ["decided", "assigned"]}, "'assigned' is final, and the table lets it go on"),
        ({"final": ["decided"]}, "nothing may follow 'expired', which is not final"),
        ({"final": ["decided", "expired", "lost"]}, "'lost' cannot be reached from 'requested'"),
        ({"names": {"x": "gone"}}, "names= leads to 'gone'"),
        ({"key": "id"}, "'id' is no place in a message"),
        ({"executes": execution(refund, key="$.review", after="sealed")}, "after='sealed' is no state"),
    ],
)
def test_a_table_that_cannot_be_followed_is_refused(terms, says):
    with pytest.raises(ContractError) as raised:
        promised(**terms)
    assert says in raised.value.message
