"""Webhooks and conversations in recordings: what the provider sent, in which order, and what was done upon it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import orjson
import pytest
from pydantic import BaseModel
from verifying import only, statuses

from integtest import POST, Contract, Reply, execution
from integtest.codecs import cassette_jsonl
from integtest.codecs.pact_v4 import dumps, loads
from integtest.flows.verify.plan import Plan
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place, Provenance, Request, Response
from integtest.wiring import verify


class Told(BaseModel):
    id: str
    type: Literal["requested", "decided"]


review = Contract(consumer="assistant", provider="review")
payments = Contract(consumer="assistant", provider="payments")
refund = payments.http("refunds", request=POST("/refunds", json={"review": "r1"}), reply=Reply(201))
headers = {"ce-id": "e1", "ce-source": "/reviews", "ce-type": "review.told", "ce-specversion": "1.0"}
told = review.incoming("a review is told of", request=POST("/hooks/review", json=Told, headers=headers))
review.conversation(
    "review",
    key="$.id",
    state="$.type",
    initial="requested",
    transitions={"requested": ["decided"]},
    final=["decided"],
    executes=execution(refund, key="$.review", after="decided"),
)
START = datetime(2026, 1, 1, tzinfo=UTC)


def hook(second: int, body: Any, **attributes: str | None) -> tuple[str, Exchange]:
    ce = {name: value for name, value in (headers | {"ce-id": f"e{second}"} | attributes).items() if value}
    sent = Request(
        method="POST",
        url="https://assistant.example.com/hooks/review",
        headers=(("Content-Type", "application/json"), *ce.items()),
        body=orjson.dumps(body),
    )
    return "review", _at(second, sent, 204)


def call(second: int) -> tuple[str, Exchange]:
    sent = Request(
        method="POST",
        url="https://payments.example.com/refunds",
        headers=(("Content-Type", "application/json"),),
        body=b'{"review":"r1"}',
    )
    return "payments", _at(second, sent, 201)


def _at(second: int, request: Request, status: int) -> Exchange:
    when = Provenance(recorded_at=START + timedelta(seconds=second))
    return Exchange(request=request, response=Response(status=status), provenance=when)


@pytest.fixture
def recorded(tmp_path: Path):
    """The verdict over what was recorded, a file for each provider."""

    def run(*exchanges: tuple[str, Exchange]):
        for name in {name for name, _ in exchanges}:
            kept = cassette_jsonl.dumps(Cassette(exchanges=tuple(one for of, one in exchanges if of == name)))
            (tmp_path / name).mkdir()
            (tmp_path / name / "one.jsonl").write_bytes(kept)
        contracts = tuple(loads(dumps(one.build()), Place(file="x.json")) for one in (review, payments))
        return verify(Plan(contracts=contracts, cassettes=(str(tmp_path),)))

    return run


REQUESTED, DECIDED = {"id": "r1", "type": "requested"}, {"id": "r1", "type": "decided"}


def test_recorded_webhooks_verify_what_they_promise_and_a_conversation_that_follows_its_table(recorded):
    verdict = recorded(hook(1, REQUESTED), hook(2, DECIDED), call(3))
    assert (verdict.exit_status(), verdict.findings) == (0, ())
    assert statuses(verdict) == {"a review is told of": "verified", "refunds": "verified"}
    assert "conversation 'review': 1 seen, 1 to the end" in verdict.notes


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        (hook(1, {"id": "r1", "type": "odd"}), "$.type"),
        (hook(1, REQUESTED, **{"ce-type": "review.lost"}), "header.ce-type"),
        (hook(1, REQUESTED, **{"ce-id": None}), "header.ce-id"),
    ],
)
def test_a_recorded_webhook_that_breaks_the_promise_fails_it(recorded, sent, pointer):
    verdict = recorded(sent)
    errors = [found for found in verdict.findings if found.severity == "error"]
    assert [(found.rule, found.location.pointer) for found in errors] == [("message-mismatch", pointer)]
    assert statuses(verdict)["a review is told of"] == "failed"


def test_an_execution_before_the_approval_is_told_by_the_times_of_the_recordings(recorded):
    verdict = recorded(hook(1, REQUESTED), hook(3, DECIDED), call(2))
    found = only(verdict)
    assert (found.rule, found.blame) == ("conversation-unapproved", "consumer")
    assert verdict.exit_status() == 1


def test_a_conversation_that_was_never_seen_is_said_to_be_unknown(recorded):
    verdict = recorded(call(1))
    assert [found.rule for found in verdict.findings if found.severity == "error"] == ["conversation-unapproved"]
    assert any("never seen in the recorded traffic" in note for note in verdict.notes)
