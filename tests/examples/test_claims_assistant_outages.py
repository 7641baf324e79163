"""What the assistant keeps while its sinks are away: audit events in their order, spans within bounds."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from examples.claims_assistant.audit import AuditTrail
from examples.claims_assistant.errors import AuditUnavailable, NotApproved
from examples.claims_assistant.human_review import Approval, Review
from examples.claims_assistant.payouts import Ledger, Payouts
from examples.claims_assistant.telemetry import Bounded


class Sink:
    """Stands where the broker is: away until it is back, and keeps the ids that it took."""

    def __init__(self, back: bool = False) -> None:
        self.back, self.taken = back, []

    async def publish(self, key, message_id, content, kind):
        if not self.back:
            raise AuditUnavailable("away")
        self.taken.append((message_id, content))


def test_events_of_an_outage_go_out_in_their_order_after_a_restart(tmp_path):
    spool, sink = tmp_path / "spool.jsonl", Sink()
    trail = AuditTrail(sink, spool)
    ids = [trail.record("claim.decide", f"c-{number}", "success")["id"] for number in range(5)]
    asyncio.run(trail.try_to_drain())
    assert trail.waiting == 5
    sink.back = True
    assert asyncio.run(AuditTrail(sink, spool).drain()) == 5
    assert [taken for taken, _ in sink.taken] == ids
    assert AuditTrail(sink, spool).waiting == 0


def test_an_event_that_a_crash_cut_costs_no_other_one(tmp_path):
    spool = tmp_path / "spool.jsonl"
    AuditTrail(Sink(), spool).record("claim.decide", "c-1", "success")
    with spool.open("a") as stream:
        stream.write('{"id": "cut')
    trail = AuditTrail(Sink(), spool)
    trail.record("claim.decide", "c-2", "success")
    assert [json.loads(line)["data"]["resource"]["id"] for line in spool.read_text().splitlines()] == ["c-1", "c-2"]


def test_no_personal_data_goes_into_an_event():
    event = AuditTrail(Sink(), None).record("claim.decide", "c-1", "denied", "ann@example.org, +49 170 1234567")
    assert event["data"]["reason"] == "[redacted], [redacted]"


def test_a_sink_that_hangs_costs_spans_and_no_time():
    stuck = threading.Event()

    class Hanging(SpanExporter):
        def export(self, spans):
            stuck.wait(30)
            return SpanExportResult.FAILURE

        def shutdown(self):
            pass

    spans = Bounded(Hanging(), room=4)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(spans)
    try:
        for _ in range(100):
            with provider.get_tracer("test").start_as_current_span("decide"):
                pass
        assert spans.dropped >= 100 - 64 - 2 * 4
        assert spans.sent == 0
    finally:
        stuck.set()
        provider.shutdown()
    assert spans.dropped + spans.failed == 100


REVIEW = Review("t-1", "c-1", 900.0, "Covered.", "2030-01-01T00:00:00+00:00")
RIGHT = Approval("approve", "bob", REVIEW.content_hash)


class Yes:
    async def allows_payout(self, *_, **__):
        return True


@pytest.mark.parametrize(
    ("approval", "when"),
    [
        pytest.param(Approval("reject", "bob", REVIEW.content_hash), 2029, id="rejected"),
        pytest.param(Approval("", "", REVIEW.content_hash), 2029, id="still open"),
        pytest.param(Approval("approve", "bob", "0" * 64), 2029, id="altered after the approval"),
        pytest.param(Approval("approve", "", REVIEW.content_hash), 2029, id="by nobody"),
        pytest.param(RIGHT, 2031, id="after the deadline"),
    ],
)
def test_what_was_not_approved_so_is_not_executed(approval, when):
    sink = Sink(back=True)
    with pytest.raises(NotApproved):
        asyncio.run(Payouts(Yes(), sink, Ledger(None)).execute(REVIEW, approval, datetime(when, 1, 1, tzinfo=UTC)))
    assert sink.taken == []


def test_a_restart_pays_nothing_again(tmp_path):
    sink, now = Sink(back=True), datetime(2029, 1, 1, tzinfo=UTC)
    keys = {
        asyncio.run(Payouts(Yes(), sink, Ledger(tmp_path / "ledger")).execute(REVIEW, RIGHT, now)) for _ in range(3)
    }
    assert len(keys) == len(sink.taken) == 1
