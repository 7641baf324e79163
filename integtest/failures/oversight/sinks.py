"""Audit trails and telemetry whose sink takes nothing, late, or a part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE
from integtest.failures.refusals import refusal
from integtest.failures.subject import SAFE, Subject, encoded
from integtest.model.failure import Fault, Outcome

_SINKS = re.compile(r"/v1/(traces|metrics|logs)$|/(push|ingest|write|bulk|events|collect)$|\baudit|\btelemetry")
_REJECTED = {"traces": "rejectedSpans", "metrics": "rejectedDataPoints", "logs": "rejectedLogRecords"}
_SLOW = 20.0


@mode(
    "sink-down",
    number=48,
    layer="oversight",
    title="the audit or metrics sink is down, full, slow, or takes a part",
    source="OTLP 1.0: failures, partial success; openai-agents-python#5023",
    healthy="tolerate",
    covers=("csi:monitoring-discrepancy",),
    differs=True,
)
def sink_down(subject: Subject) -> Iterator[Draft]:
    """503, 413, 429, an answer after twenty seconds, and a success that rejects records: the service goes on, does
    not wait for its telemetry, and sends no more than it can. Whoever declares an error for it may raise that."""
    if subject.http is None or not subject.succeeds or not is_sink(subject):
        return
    why = "records are sent there while the service works"
    oracle = {"healthy": _going_on(subject)}
    for status, told in ((503, "is down"), (413, "is full: 413"), (429, "takes no more for an hour: 429")):
        headers = (("Retry-After", "3600"),) if status == 429 else ()
        yield Draft(
            always(subject, Fault(kind="reply", response=refusal(subject, status, *headers))),
            what=f"the sink {told}",
            why=why,
            variant=str(status),
            oracle=oracle if status == 503 else {**oracle, "calls": 3},
        )
    yield Draft(
        always(subject, Fault(kind="reply", seconds=_SLOW)),
        what=f"the sink answers after {_SLOW:g} s",
        why=why,
        variant="slow",
        oracle={**oracle, "within": 15.0},
        keeps=True,
    )
    yield from _partly(subject, why)


def is_sink(subject: Subject) -> bool:
    """Whether records of what happened go there: telemetry, or an audit trail of any area."""
    http = subject.http
    if http is None or http.request.method.upper() in SAFE:
        return False
    text = f"{http.request.path} {http.description} {http.contract.provider} {http.contract.kind or ''}".lower()
    return bool(_SINKS.search(http.request.path.lower()) or re.search(r"\baudit|\btelemetry", text)) and (
        subject.kind in ("monitoring", "audit", None) or "audit" in text
    )


def _going_on(subject: Subject) -> tuple[Outcome, ...]:
    """A service goes on without telemetry. Where no record means no act (the contract guards something), or its
    contract declares an error, it may stop too."""
    if subject.interaction.guards:
        return ("tolerate", "refuse", "hold")
    terms = subject.interaction.failing
    return MAY_IGNORE if terms is not None and terms.raises else ("tolerate",)


def _partly(subject: Subject, why: str) -> Iterator[Draft]:
    assert subject.http is not None  # noqa: S101 - a call
    signal = subject.http.request.path.rpartition("/")[2]
    sent = subject.request_header("content-type") or ""
    if signal in _REJECTED and "protobuf" not in sent:
        document = {"partialSuccess": {_REJECTED[signal]: "1", "errorMessage": "made by integtest"}}
        reply = subject.reply(body=encoded(document), content_type="application/json")
        yield Draft(
            always(subject, Fault(kind="reply", response=reply)),
            what="the sink takes a part of the records: partialSuccess",
            why=why,
            variant="partial-success",
            oracle={"healthy": _going_on(subject), "calls": 3},
        )
