"""What a queue of reviews does: takes requests, and tells how each goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from pydantic import BaseModel, create_model

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import AsyncMessage, HttpInteraction
from integtest.packs.cloudevents.errors import LATER
from integtest.packs.cloudevents.events import STRUCTURED, event_of
from integtest.packs.cloudevents.sending import ACCEPTED
from integtest.packs.menu import RETRIED, Choice, Options, promise, told_message
from integtest.packs.review.profile import (
    PREFIX,
    Assigned,
    Decided,
    Escalated,
    Expired,
    Requested,
    ReviewError,
    ReviewEvent,
)

PATH = "/reviews"
HOOK = "/hooks/review"
Extra = Mapping[str, Any] | None


def request(
    contract: Contract,
    *,
    path: str = PATH,
    prefix: str = PREFIX,
    extra: Extra = None,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes a request for review, once for each id. Guard what needs the review: while nobody can be asked, nothing
    is executed. `extra` are further fields of the data (name -> type).

    Source: the review profile (requested); CloudEvents HTTP webhooks 1.0.2, 2.2.
    """
    choice: Choice = {"budget": Budget(p95="500ms"), "failing": RETRIED, "once": "$.id", "repeatable": True}
    reply = Reply(ACCEPTED if status is None else status)
    return promise(
        contract, "takes a request for review", _asked(path, prefix, extra, auth), reply, options, choice
    )


def content_changed(
    contract: Contract,
    *,
    path: str = PATH,
    prefix: str = PREFIX,
    extra: Extra = None,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request for a review that there is already, about another content: 409. What a reviewer looks at
    does not change under their eyes: another content is another review.

    Source: the review profile (content_hash); RFC 9110, 15.5.10.
    """
    choice: Choice = {"given": "the review is about another content", "repeatable": True}
    asked = _asked(path, prefix, extra, auth)
    return promise(contract, "refuses another content", asked, Reply(409, ReviewError), options, choice)


def invalid(
    contract: Contract,
    *,
    path: str = PATH,
    prefix: str = PREFIX,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request without content hash and deadline: 400. It must be mended, not sent again.

    Source: the review profile (requested); RFC 9110, 15.5.1.
    """
    data = {"ask": "May it be paid?"}
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/my-service",
        "type": f"{prefix}.requested",
        "data": data,
    }
    asked = POST(path, json={**event, "subject": "r-1"}, content_type=STRUCTURED, auth=auth)
    reply = Reply(400, ReviewError)
    return promise(contract, "refuses a request without deadline", asked, reply, options, {"repeatable": True})


def unavailable(
    contract: Contract,
    *,
    path: str = PATH,
    prefix: str = PREFIX,
    extra: Extra = None,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Is out of service: 503 and `Retry-After`. Nobody was asked, so nothing is approved.

    Source: the review profile; RFC 9110, 15.6.4 and 10.2.3.
    """
    choice: Choice = {"given": "the queue is out of service", "repeatable": True}
    reply = Reply(503, headers={"Retry-After": regex(LATER, "120")})
    return promise(contract, "can ask nobody now", _asked(path, prefix, extra, auth), reply, options, choice)


def assigned(
    contract: Contract,
    *,
    path: str | None = HOOK,
    prefix: str = PREFIX,
    extra: Extra = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Tells that somebody took the review.

    Source: the review profile (assigned).
    """
    return _told(contract, "a reviewer takes it", f"{prefix}.assigned", Assigned, path, extra, options)


def decided(
    contract: Contract,
    *,
    path: str | None = HOOK,
    prefix: str = PREFIX,
    decision: Literal["approved", "rejected"] = "approved",
    extra: Extra = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Tells a decision. It may come twice, and is executed once.

    Source: the review profile (decided); CloudEvents core specification 1.0.2, id ("duplicates").
    """
    pinned: dict[str, Any] = {"decision": (Literal[decision], ...)}
    data = create_model("Decision", __base__=Decided, **pinned)
    return _told(contract, f"a reviewer has {decision} it", f"{prefix}.decided", data, path, extra, options)


def escalated(
    contract: Contract,
    *,
    path: str | None = HOOK,
    prefix: str = PREFIX,
    extra: Extra = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Tells that the review went to who may decide more.

    Source: the review profile (escalated).
    """
    return _told(contract, "a reviewer hands it on", f"{prefix}.escalated", Escalated, path, extra, options)


def expired(
    contract: Contract,
    *,
    path: str | None = HOOK,
    prefix: str = PREFIX,
    extra: Extra = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Tells that nobody decided in time: that is no yes, and a decision that comes later is none either.

    Source: the review profile (expired).
    """
    return _told(contract, "nobody decides in time", f"{prefix}.expired", Expired, path, extra, options)


def _asked(path: str, prefix: str, extra: Extra, auth: Auth | None) -> Draft:
    return POST(path, json=_event(f"{prefix}.requested", Requested, extra), content_type=STRUCTURED, auth=auth)


def _event(type: str, data: type[BaseModel], extra: Extra) -> type[ReviewEvent]:  # noqa: A002
    fields: dict[str, Any] = {name: (kind, ...) for name, kind in (extra or {}).items()}
    made = event_of(
        type, create_model(data.__name__, __base__=data, **fields) if fields else data, base=ReviewEvent
    )
    assert issubclass(made, ReviewEvent)  # noqa: S101 - for the type checker
    return made


def _told(
    contract: Contract,
    description: str,
    type: str,  # noqa: A002 - the attribute's own name
    data: type[BaseModel],
    path: str | None,
    extra: Extra,
    options: Options,
) -> AsyncMessage:
    """A webhook at `path`, or a message on a queue where it is None."""
    model = options.get("model") or _event(type, data, extra)
    named, terms = told_message(contract, description, options)
    if path is None:
        return contract.message(named, contents=model, content_type=STRUCTURED, **terms)
    return contract.incoming(named, request=POST(path, json=model, content_type=STRUCTURED), **terms)
