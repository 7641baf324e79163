"""What a log does with audit events."""

from __future__ import annotations

from typing import Any, Unpack

from pydantic import BaseModel

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import AsyncMessage, HttpInteraction
from integtest.packs.audit.profile import TYPE, AuditData, AuditError, AuditEvent
from integtest.packs.cloudevents.errors import LATER
from integtest.packs.cloudevents.events import BATCH, STRUCTURED, event_of
from integtest.packs.cloudevents.sending import ACCEPTED
from integtest.packs.menu import RETRIED, Choice, Options, promise, told_message

PATH = "/events"


def record(
    contract: Contract,
    *,
    path: str = PATH,
    type: str = TYPE,  # noqa: A002 - the attribute's own name
    data: Any = AuditData,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Records an event, once for each id.

    Source: the audit profile; CloudEvents HTTP binding 1.0.2, 3.2; HTTP webhooks 1.0.2, 2.2.
    """
    choice: Choice = {"budget": Budget(p95="200ms"), "failing": RETRIED, "once": "$.id", "repeatable": True}
    reply = Reply(ACCEPTED if status is None else status)
    return promise(contract, f"records {type}", _sent(path, type, data, auth), reply, options, choice)


def record_again(
    contract: Contract,
    *,
    path: str = PATH,
    type: str = TYPE,  # noqa: A002
    data: Any = AuditData,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Accepts an event that it has already, without recording it twice: what a sender meets that had no answer.

    Source: the audit profile; CloudEvents core specification 1.0.2, id ("Consumers MAY assume that Events with
    identical source and id are duplicates").
    """
    choice: Choice = {"given": "the event is recorded already", "once": "$.id", "repeatable": True}
    reply = Reply(ACCEPTED if status is None else status)
    return promise(contract, f"has {type} already", _sent(path, type, data, auth), reply, options, choice)


def record_batch(
    contract: Contract,
    *,
    path: str = PATH,
    type: str = TYPE,  # noqa: A002
    data: Any = AuditData,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Records several events at once: what was kept back during an outage.

    Source: the audit profile; CloudEvents HTTP binding 1.0.2, 3.3; JSON event format 1.0.2, 4.
    """
    request = POST(path, json=list[_event(type, data)], content_type=BATCH, auth=auth)  # type: ignore[misc]
    choice: Choice = {"budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}
    reply = Reply(ACCEPTED if status is None else status)
    return promise(contract, f"records a batch of {type}", request, reply, options, choice)


def recorded(
    contract: Contract,
    *,
    type: str = TYPE,  # noqa: A002
    data: Any = AuditData,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Publishes an event on a queue or topic, for who watches.

    Source: the audit profile; CloudEvents JSON event format 1.0.2, 3.
    """
    model = options.get("body") or _event(type, data)
    named, terms = told_message(contract, f"publishes {type}", options)
    return contract.message(named, contents=model, content_type=STRUCTURED, **terms)


def invalid(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses an event that says not who did what: 400. It must be mended, not sent again.

    Source: the audit profile; HTTP webhooks 1.0.2, 2.2 (further status codes as in RFC 9110, 15.5.1).
    """
    body = {"specversion": "1.0", "id": "a-1", "source": "/my-service", "type": TYPE, "data": {}}
    request = POST(path, json=body, content_type=STRUCTURED, auth=auth)
    reply = Reply(400, AuditError)
    return promise(contract, "refuses an event without an actor", request, reply, options, {"repeatable": True})


def too_large(
    contract: Contract,
    *,
    path: str = PATH,
    type: str = TYPE,  # noqa: A002
    data: Any = AuditData,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses an event of too many bytes: 413. 64 KiB are safe everywhere.

    Source: CloudEvents core specification 1.0.2, Size Limits; RFC 9110, 15.5.14.
    """
    request = _sent(path, type, data, auth)
    choice: Choice = {"given": "the event is over the size limit", "repeatable": True}
    return promise(contract, f"refuses {type} of that size", request, Reply(413), options, choice)


def throttled(
    contract: Contract,
    *,
    path: str = PATH,
    type: str = TYPE,  # noqa: A002
    data: Any = AuditData,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes no event for a while: 429 and `Retry-After`. The event is kept, and sent later.

    Source: the audit profile; HTTP webhooks 1.0.2, 2.2.
    """
    request = _sent(path, type, data, auth)
    return _later(contract, f"takes no {type} for a while", request, 429, "the rate of events is exceeded", options)


def unavailable(
    contract: Contract,
    *,
    path: str = PATH,
    type: str = TYPE,  # noqa: A002
    data: Any = AuditData,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Is out of service: 503 and `Retry-After`. The event is kept, and sent later.

    Source: the audit profile; RFC 9110, 15.6.4 and 10.2.3.
    """
    request = _sent(path, type, data, auth)
    return _later(contract, f"cannot record {type} now", request, 503, "the log is out of service", options)


def _event(type: str, data: type[BaseModel]) -> type[AuditEvent]:  # noqa: A002
    made = event_of(type, data, base=AuditEvent)
    assert issubclass(made, AuditEvent)  # noqa: S101 - for the type checker
    return made


def _sent(path: str, type: str, data: Any, auth: Auth | None) -> Draft:  # noqa: A002
    return POST(path, json=_event(type, data), content_type=STRUCTURED, auth=auth)


def _later(
    contract: Contract, description: str, request: Draft, status: int, given: str, options: Options
) -> HttpInteraction:
    reply = Reply(status, headers={"Retry-After": regex(LATER, "120")})
    return promise(contract, description, request, reply, options, {"given": given, "repeatable": True})
