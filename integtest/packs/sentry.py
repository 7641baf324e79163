"""The Sentry envelope: errors, told to Sentry or to what speaks like it.

What a consumer relies on: an event that was taken is answered with its id; `X-Sentry-Rate-Limits`, which may come
with any answer, says what not to send for how long, and is kept to; what is refused or limited is dropped and
counted, not sent again and again; no answer of the tracker reaches the work whose error it was.

Sources: Sentry, developer documentation: "Envelopes" (serialization format, authentication, size limits), "Rate
Limiting", "Envelope Items".

Deviations, by argument: `project=`; `event_id=` of the example, where a server wants new ones; `auth=` where the
key stands elsewhere (in the query as `sentry_key`, or in the envelope's own `dsn`); `model=` for errors, whose
bodies each server writes in its own way.
"""

from __future__ import annotations

import json
from typing import Any, Unpack

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth, env, used
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.authoring.values import Match
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.model.matching import Matcher
from integtest.packs.menu import ONE_CALL, Choice, Options, promise

__all__ = [
    "KEY",
    "EventId",
    "bad_key",
    "envelope",
    "event",
    "malformed",
    "rate_limited",
    "some_limited",
    "too_large",
]

KIND = "application/x-sentry-envelope"
EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"
LIMIT = r"[0-9]+(\.[0-9]+)?:[a-z_;]*:[a-z_]*(:[^,:]*)*"
LIMITS = rf"{LIMIT}( *, *{LIMIT})*"
"""Each limit: seconds, categories (none: all), scope, reason, and what may be added one day."""
ID = '"event_id" *: *"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"'


def _key() -> Auth:
    """The key by name, among the other fields of X-Sentry-Auth, which clients write in an order of their own."""
    found, use = used("header", "X-Sentry-Auth", env("SENTRY_KEY", "Sentry sentry_version=7, sentry_key={value}"))
    fields = Matcher(match="regex", args={"regex": "Sentry (.*, *)?sentry_key=[^, ]+(,.*)?"})
    return Auth("header", "X-Sentry-Auth", Match(found.example, (fields,)), use)


KEY = _key()
"""The public key from the variable SENTRY_KEY."""


class EventId(BaseModel):
    """The id of the event that was taken."""

    id: str = Field(pattern="^[0-9a-f]{32}$", examples=[EVENT_ID])


def envelope(item: str, payload: Any, *, event_id: str | None = EVENT_ID, **headers: Any) -> str:
    """An envelope of one item, framed: its header, the item's header, the item, each on a line. `headers` are
    further headers of the envelope (`dsn`, `sent_at`)."""
    head = {**({"event_id": event_id} if event_id else {}), **headers}
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    about = {"type": item, "length": len(body.encode())}
    return "\n".join([json.dumps(head), json.dumps(about), body]) + "\n"


def event(
    contract: Contract,
    *,
    project: int | str = 1,
    event_id: str = EVENT_ID,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes an event, and answers with its id. Sending it again changes nothing: the id is the same.

    Source: Sentry, "Envelopes" (POST /api/<project_id>/envelope/; serialization format); "Envelope Items" (event).
    """
    choice: Choice = {"budget": Budget(p95="500ms"), "failing": ONE_CALL, "repeatable": True}
    return promise(contract, "takes an event", _sent(project, auth, event_id), Reply(200, EventId), options, choice)


def some_limited(
    contract: Contract,
    *,
    project: int | str = 1,
    event_id: str = EVENT_ID,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes an event, and says in the same answer what not to send for a while.

    Source: Sentry, "Rate Limiting" ("may appear in any response, regardless of status code").
    """
    limits = regex(LIMITS, "86400:transaction;span:organization")
    reply = Reply(200, EventId, headers={"X-Sentry-Rate-Limits": limits})
    choice: Choice = {"given": "transactions are not taken", "failing": ONE_CALL, "repeatable": True}
    return promise(
        contract, "takes an event, and no transactions", _sent(project, auth, event_id), reply, options, choice
    )


def rate_limited(
    contract: Contract, *, project: int | str = 1, auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Takes nothing for a while: 429, with `Retry-After` and the limits by category. What falls into that time is
    dropped.

    Source: Sentry, "Rate Limiting".
    """
    told = {
        "Retry-After": regex(r"[0-9]+(\.[0-9]+)?", "2700"),
        "X-Sentry-Rate-Limits": regex(LIMITS, "60:transaction:key, 2700:default;error;security:organization"),
    }
    choice: Choice = {"given": "the quota of events is spent", "repeatable": True}
    reply = Reply(429, headers=told)
    return promise(contract, "takes no event for a while", _sent(project, auth), reply, options, choice)


def too_large(
    contract: Contract, *, project: int | str = 1, auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses an envelope of that size: 413. It is dropped: sending it again does not help.

    Source: Sentry, "Envelopes", Size Limits.
    """
    choice: Choice = {"given": "the envelope is over the size limit", "repeatable": True}
    return promise(contract, "refuses that size", _sent(project, auth), Reply(413), options, choice)


def bad_key(
    contract: Contract,
    *,
    project: int | str = 1,
    key: str = "00000000000000000000000000000000",
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses an unknown key: 403.

    Source: Sentry, "Envelopes", Authentication; Relay's answer to a key that it does not know.
    """
    auth = Auth("header", "X-Sentry-Auth", f"Sentry sentry_version=7, sentry_key={key}")
    choice: Choice = {"repeatable": True}
    return promise(contract, "refuses an unknown key", _sent(project, auth), Reply(403), options, choice)


def malformed(
    contract: Contract, *, project: int | str = 1, auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Cannot read the frames: 400.

    Source: Sentry, "Envelopes", Serialization Format ("malformed envelopes").
    """
    request = POST(f"/api/{project}/envelope/", text='{"event_id"', content_type=KIND, auth=auth)
    return promise(contract, "cannot read the frames", request, Reply(400), options, {"repeatable": True})


def _sent(project: int | str, auth: Auth | None, event_id: str = EVENT_ID) -> Draft:
    """An envelope whose first item is an event; `event_id` is that of the example."""
    shown = {
        "event_id": event_id,
        "timestamp": "2030-01-01T09:30:00Z",
        "platform": "python",
        "level": "error",
        "exception": {"values": [{"type": "PolicyUnavailable", "value": "status 503"}]},
    }
    frames = rf'\{{[^\n]*{ID}[^\n]*\}}\n\{{[^\n]*"type" *: *"event"[^\n]*\}}\n\{{[\s\S]+'
    body = regex(frames, envelope("event", shown, event_id=event_id))
    return POST(f"/api/{project}/envelope/", text=body, content_type=KIND, auth=auth)
