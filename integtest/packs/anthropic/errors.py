"""What goes wrong: one promise for each error that a consumer must tell apart."""

from __future__ import annotations

from typing import Any, Literal, Unpack

from pydantic import create_model

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth, api_key
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.contract import HttpInteraction
from integtest.packs.anthropic.replies import ApiError, Refusal
from integtest.packs.anthropic.requests import HELLO, KEY, NAME, PATH, VERSION, MessagesRequest, asked, headers
from integtest.packs.menu import Choice, Options, promise

WRONG = api_key(header="x-api-key", value="sk-ant-wrong")


def bad_request(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request that is not valid: 400. No retry helps.

    Source: Anthropic API, Errors, 400 `invalid_request_error`.
    """
    request = POST(path, headers=headers(version), json={"model": model, "max_tokens": 1024}, auth=auth)
    return _error(contract, "refuses a request without messages", request, 400, "invalid_request_error", options)


def bad_key(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = WRONG,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a key that it does not know: 401. No retry helps.

    Source: Anthropic API, Errors, 401 `authentication_error`.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    return _error(contract, "refuses a key it does not know", request, 401, "authentication_error", options)


def forbidden(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses what the key may not use: 403. No retry helps.

    Source: Anthropic API, Errors, 403 `permission_error`.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    return _error(
        contract,
        "refuses what the key may not use",
        request,
        403,
        "permission_error",
        options,
        "the key has no permission",
    )


def unknown_model(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = "no-such-model",
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a model that it does not have: 404. No retry helps.

    Source: Anthropic API, Errors, 404 `not_found_error`.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    return _error(contract, "refuses a model it does not have", request, 404, "not_found_error", options)


def too_large(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request of too many bytes: 413. A shorter one helps.

    Source: Anthropic API, Errors, 413 `request_too_large`.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    return _error(
        contract,
        "refuses a request that is too large",
        request,
        413,
        "request_too_large",
        options,
        "the request is over the size limit",
    )


def rate_limited(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses for a while: 429, and `retry-after` says how long.

    Source: Anthropic API, Errors, 429 `rate_limit_error`; Rate limits, Response headers.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    return _error(
        contract, "refuses for a while", request, 429, "rate_limit_error", options, "the rate limit is reached"
    )


def server_error(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Fails by its own fault: 500.

    Source: Anthropic API, Errors, 500 `api_error`.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    return _error(
        contract, "fails by its own fault", request, 500, "api_error", options, "the service has an error"
    )


def overloaded(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has more to do than it can, for everybody: 529. It is not the consumer's rate limit; waiting helps.

    Source: Anthropic API, Errors, 529 `overloaded_error`.
    """
    request = asked(path, MessagesRequest, model, HELLO, auth, version)
    given = "the service is overloaded"
    return _error(contract, "is overloaded", request, 529, "overloaded_error", options, given)


def _error(
    contract: Contract,
    description: str,
    request: Draft,
    status: int,
    kind: str,
    options: Options,
    given: str | None = None,
) -> HttpInteraction:
    """An error of one type; a rate limit says when to come back (RFC 9110, 10.2.3)."""
    fields: dict[str, Any] = {"type": (Literal[kind], ...)}
    error: dict[str, Any] = {"error": (create_model("TypedError", __base__=ApiError, **fields), ...)}
    later = {"retry-after": regex("[0-9]+", "30")} if status == 429 else {}
    reply = Reply(status, create_model("TypedRefusal", __base__=Refusal, **error), headers=later)
    choice: Choice = {"given": given, "repeatable": True}
    return promise(contract, description, request, reply, options, choice)
