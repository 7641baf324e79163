"""Audit events: who did what to what, and how it ended, as CloudEvents that survive an outage.

There is no standard for the content of an audit event; this profile says the least that an auditor asks for. What a
consumer relies on: an event that was accepted is kept; the same `source` and `id` are recorded once, so that it may
be sent again until it is accepted; what cannot be recorded now (503, 429) is not lost, and what will never be (400,
413) is told at once. A service that acts and loses the event has acted without a witness: let the record guard the
act, `packs.audit.record(log, guards=[pay])`, where it must fail closed.

Sources: the profile below (AuditEvent); CloudEvents 1.0.2, core specification, JSON event format, HTTP binding and
webhooks; the CloudEvents extensions Distributed Tracing (`traceparent`) and Sequence (`sequence`).

Deviations, by argument: `type=` for your own types of events, `data=` for a model with more than `AuditData`,
`status=` for another 2xx; a log that is no CloudEvents receiver is described by hand.
"""

from __future__ import annotations

from integtest.packs.audit.profile import Actor, AuditData, AuditError, AuditEvent, Resource
from integtest.packs.audit.recording import (
    invalid,
    record,
    record_again,
    record_batch,
    recorded,
    throttled,
    too_large,
    unavailable,
)

__all__ = [
    "Actor",
    "AuditData",
    "AuditError",
    "AuditEvent",
    "Resource",
    "invalid",
    "record",
    "record_again",
    "record_batch",
    "recorded",
    "throttled",
    "too_large",
    "unavailable",
]
