"""CloudEvents over HTTP: sending events, one or many, and the handshake and errors of webhooks.

What a consumer relies on, when it sends: an event that was accepted is answered with a 2xx and is the receiver's
from then on; 429 says when to come back; 410 ends it for good; 415 means that sending it again so does not help.
And when it receives: `id`, `source`, `specversion` and `type` are there, and the same `source` and `id` are the
same event, however often it comes.

Sources: CloudEvents 1.0.2: core specification, JSON event format, HTTP protocol binding, HTTP webhooks.

Deviations, by argument: `path=`; `status=` for receivers that answer with a 2xx of their own; `data=` is your model
of an event's data, `extensions=` are attributes beyond the core. Delivery without a session of TLS and without a
token, which webhooks of the specification need, is left to `auth=` and the provider's address.
"""

from __future__ import annotations

from integtest.packs.cloudevents.errors import format_refused, gone, not_allowed, rate_limited
from integtest.packs.cloudevents.events import CloudEvent, event_of
from integtest.packs.cloudevents.receiving import receives, receives_message
from integtest.packs.cloudevents.sending import allows, takes_batch, takes_binary, takes_structured

__all__ = [
    "CloudEvent",
    "allows",
    "event_of",
    "format_refused",
    "gone",
    "not_allowed",
    "rate_limited",
    "receives",
    "receives_message",
    "takes_batch",
    "takes_binary",
    "takes_structured",
]
