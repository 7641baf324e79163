"""What a receiver says when it takes no event."""

from __future__ import annotations

from typing import Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import OPTIONS, POST
from integtest.model.contract import HttpInteraction
from integtest.packs.cloudevents.events import STRUCTURED, TYPE, event_of
from integtest.packs.menu import Choice, Options, promise

LATER = r"[0-9]+|[A-Z][a-z]{2}, .+ GMT"
"""RFC 9110, 10.2.3: seconds, or a date."""


def rate_limited(
    contract: Contract,
    *,
    path: str = "/events",
    type: str = TYPE,  # noqa: A002 - the attribute's own name
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes no event for a while: 429, and `Retry-After` says how long; until then nothing may be sent.

    Source: CloudEvents HTTP webhooks 1.0.2, 2.2.
    """
    request = POST(path, json=event_of(type), content_type=STRUCTURED, auth=auth)
    reply = Reply(429, headers={"Retry-After": regex(LATER, "120")})
    choice: Choice = {"given": "the rate of events is exceeded", "repeatable": True}
    return promise(contract, f"takes no {type} for a while", request, reply, options, choice)


def gone(
    contract: Contract,
    *,
    path: str = "/events",
    type: str = TYPE,  # noqa: A002
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes no event any more: 410; the sender stops for good.

    Source: CloudEvents HTTP webhooks 1.0.2, 2.2.
    """
    request = POST(path, json=event_of(type), content_type=STRUCTURED, auth=auth)
    choice: Choice = {"given": "the receiver is retired", "repeatable": True}
    return promise(contract, f"takes no {type} any more", request, Reply(410), options, choice)


def format_refused(
    contract: Contract,
    *,
    path: str = "/events",
    text: str = "<event/>",
    content_type: str = "application/cloudevents+xml",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Does not understand the format: 415; sending it again so does not help.

    Source: CloudEvents HTTP webhooks 1.0.2, 2.2.
    """
    request = POST(path, text=text, content_type=content_type, auth=auth)
    return promise(contract, "refuses an unknown format", request, Reply(415), options, {"repeatable": True})


def not_allowed(
    contract: Contract, *, path: str = "/events", origin: str = "stranger.example.com", **options: Unpack[Options]
) -> HttpInteraction:
    """Knows no handshake: 405 to OPTIONS, which is no consent; nothing may be sent.

    Source: CloudEvents HTTP webhooks 1.0.2, 4.2.
    """
    request = OPTIONS(path, headers={"WebHook-Request-Origin": origin})
    return promise(contract, "knows no handshake", request, Reply(405), options, {"repeatable": True})
