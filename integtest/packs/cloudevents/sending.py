"""What a receiver does with events that the consumer sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import one_of, regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import OPTIONS, POST
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.cloudevents.events import BATCH, SOURCE, STRUCTURED, TYPE, CloudEvent, event_of
from integtest.packs.menu import RETRIED, Choice, Options, promise

ACCEPTED = [202, 200, 201, 204]
"""HTTP webhooks 1.0.2, 2.2: accepted, or accepted and processed."""
DATA: Mapping[str, Any] = {"appinfoA": "abc", "appinfoB": 123}
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"


def takes_binary(
    contract: Contract,
    *,
    path: str = "/events",
    type: str = TYPE,  # noqa: A002 - the attribute's own name
    source: str = SOURCE,
    data: Any = DATA,
    extensions: Mapping[str, Any] | None = None,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes an event in binary mode: attributes in `ce-` headers, the data as the body.

    Sending an event again changes nothing: the same source and id are the same event.
    Source: CloudEvents HTTP protocol binding 1.0.2, 3.1; HTTP webhooks, 2.2; core specification, id.
    """
    named = {
        "ce-specversion": "1.0",
        "ce-id": regex("[!-~]+", "1234-1234-1234"),
        "ce-source": source,
        "ce-type": type,
        "ce-time": regex(TIME, "2018-04-05T03:56:24Z"),
        **{f"ce-{name}": value for name, value in (extensions or {}).items()},
    }
    request = POST(path, headers=named, json=dict(data) if isinstance(data, Mapping) else data, auth=auth)
    return promise(contract, f"takes {type} in binary mode", request, _accepted(status), options, _choice())


def takes_structured(
    contract: Contract,
    *,
    path: str = "/events",
    type: str = TYPE,  # noqa: A002
    source: str | None = None,
    data: Any = None,
    extensions: Mapping[str, Any] | None = None,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes an event in structured mode: attributes and data in one JSON document.

    Sending an event again changes nothing: the same source and id are the same event.
    Source: CloudEvents HTTP protocol binding 1.0.2, 3.2; JSON event format 1.0.2, 3; HTTP webhooks, 2.2.
    """
    model = event_of(type, data, source=source, extensions=extensions)
    request = POST(path, json=model, content_type=STRUCTURED, auth=auth)
    choice: Choice = {**_choice(), "once": "$.id"}
    return promise(contract, f"takes {type}", request, _accepted(status), options, choice)


def takes_batch(
    contract: Contract,
    *,
    path: str = "/events",
    event: type[CloudEvent] = CloudEvent,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes several events at once, of a receiver that asked for batches.

    Source: CloudEvents HTTP protocol binding 1.0.2, 3.3 ("MUST NOT be used unless solicited"); JSON event
    format 1.0.2, 4.
    """
    request = POST(path, json=list[event], content_type=BATCH, auth=auth)  # type: ignore[valid-type]
    return promise(contract, "takes a batch of events", request, _accepted(status), options, _choice())


def allows(
    contract: Contract,
    *,
    path: str = "/events",
    origin: str = "eventemitter.example.com",
    rate: int | None = 120,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Consents to be sent events: the handshake before the first delivery. The headers say so, not the status.

    Source: CloudEvents HTTP webhooks 1.0.2, 4.1 and 4.2.
    """
    asked = {"WebHook-Request-Origin": origin}
    told = {"WebHook-Allowed-Origin": one_of(origin, "*")}
    if rate is not None:
        asked["WebHook-Request-Rate"] = str(rate)
        told["WebHook-Allowed-Rate"] = regex(r"\*|[1-9][0-9]*", "100")
    reply = Reply([200, 204], headers=told)
    choice: Choice = {"given": f"{origin} may send events", "failing": RETRIED, "repeatable": True}
    return promise(contract, "consents to events", OPTIONS(path, headers=asked), reply, options, choice)


def _accepted(status: int | str | list[int] | None) -> Reply:
    return Reply(ACCEPTED if status is None else status)


def _choice() -> Choice:
    return {"budget": Budget(p95="500ms"), "failing": RETRIED, "repeatable": True}
