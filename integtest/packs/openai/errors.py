"""What goes wrong: one promise for each error that a consumer must tell apart."""

from __future__ import annotations

from typing import Unpack

from pydantic import BaseModel

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth, bearer
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import Choice, Options, promise
from integtest.packs.openai.replies import QuotaRefusal, Refusal
from integtest.packs.openai.requests import CHAT, HELLO, KEY, NAME, ChatRequest, asked

WRONG = bearer("sk-wrong")


def bad_request(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request without messages: 400. No retry helps.

    Source: openai-openapi, ErrorResponse; OpenAI, Error codes, 400.
    """
    request, reply = POST(path, json={"model": model}, auth=auth), Reply(400, Refusal)
    return promise(contract, "refuses a request without messages", request, reply, options, {"repeatable": True})


def bad_key(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    auth: Auth | None = WRONG,
    status: int | str | list[int] = 401,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a key that it does not know: 401. No retry helps.

    Source: openai-openapi, ErrorResponse; OpenAI, Error codes, 401 (Incorrect API key provided).
    """
    request, reply = asked(path, ChatRequest, model, HELLO, auth), Reply(status, Refusal)
    return promise(contract, "refuses a key it does not know", request, reply, options, {"repeatable": True})


def unknown_model(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = "no-such-model",
    auth: Auth | None = KEY,
    status: int | str | list[int] = 404,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a model that it does not have: 404. No retry helps.

    Source: openai-openapi, ErrorResponse; OpenAI, Error codes, 404 (NotFoundError, `model_not_found`).
    """
    request, reply = asked(path, ChatRequest, model, HELLO, auth), Reply(status, Refusal)
    return promise(contract, "refuses a model it does not have", request, reply, options, {"repeatable": True})


def rate_limited(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses for a while: 429. Waiting helps; `Retry-After` may say how long.

    Source: openai-openapi, ErrorResponse; OpenAI, Error codes, 429 (Rate limit reached for requests).
    """
    request = asked(path, ChatRequest, model, HELLO, auth)
    return _later(contract, "refuses for a while", request, 429, "the rate limit is reached", Refusal, options)


def quota_spent(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses until somebody pays: 429 too, with `insufficient_quota`. Waiting does not help.

    Source: OpenAI, Error codes, 429 (You exceeded your current quota).
    """
    request = asked(path, ChatRequest, model, HELLO, auth)
    return _later(contract, "refuses until paid", request, 429, "the quota is spent", QuotaRefusal, options)


def server_error(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Fails by its own fault: 500.

    Source: openai-openapi, ErrorResponse; OpenAI, Error codes, 500.
    """
    request = asked(path, ChatRequest, model, HELLO, auth)
    return _later(contract, "fails by its own fault", request, 500, "the service has an error", Refusal, options)


def overloaded(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has more to do than it can: 503.

    Source: OpenAI, Error codes, 503 (The engine is currently overloaded).
    """
    request = asked(path, ChatRequest, model, HELLO, auth)
    return _later(contract, "is overloaded", request, 503, "the service is overloaded", Refusal, options)


def _later(
    contract: Contract,
    description: str,
    request: Draft,
    status: int,
    given: str,
    body: type[BaseModel],
    options: Options,
) -> HttpInteraction:
    """An error that the same request meets only at times."""
    choice: Choice = {"given": given, "repeatable": True}
    return promise(contract, description, request, Reply(status, body), options, choice)
