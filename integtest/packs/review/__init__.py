"""Human review: asked for, assigned, decided, escalated, expired, as CloudEvents; and two products that do it.

There is no standard for a person's decision about what a model wants to do; this profile says the least that
makes one safe. What a consumer relies on: each event names its review (`subject`) and the hash of the content
that is decided on, which never changes on the way; a review that was asked for has a deadline, and ends once,
decided or expired; an event may come more than once under its `source` and `id`. Only `approved` is a yes: a
refusal, an expired review and a queue that is out are none. What was approved is executed once:
`packs.review.conversation(queue, executes=pay)` holds what happened to the table of legal transitions, to that
one execution and to that content.

Sources: the profile below (ReviewEvent, TRANSITIONS); CloudEvents 1.0.2, core specification, JSON event format,
HTTP binding and webhooks. Overlays: `langgraph` is LangGraph's API (its OpenAPI document: threads, runs, state),
`label_studio` is Label Studio's (its OpenAPI document, and "Webhook event format reference").

Deviations, by argument: `prefix=` for types of your own, `extra=` for more in an event's data, `path=None` for
events on a queue and not a webhook, `transitions=` for a table of your own.
"""

from __future__ import annotations

from integtest.packs.review import label_studio, langgraph
from integtest.packs.review.profile import (
    TRANSITIONS,
    Assigned,
    Decided,
    Escalated,
    Expired,
    Requested,
    ReviewError,
    ReviewEvent,
    conversation,
)
from integtest.packs.review.queue import (
    assigned,
    content_changed,
    decided,
    escalated,
    expired,
    invalid,
    request,
    unavailable,
)

__all__ = [
    "TRANSITIONS",
    "Assigned",
    "Decided",
    "Escalated",
    "Expired",
    "Requested",
    "ReviewError",
    "ReviewEvent",
    "assigned",
    "content_changed",
    "conversation",
    "decided",
    "escalated",
    "expired",
    "invalid",
    "label_studio",
    "langgraph",
    "request",
    "unavailable",
]
