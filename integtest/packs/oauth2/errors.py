"""The errors of the token endpoint (RFC 6749, 5.2)."""

from __future__ import annotations

from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import includes
from integtest.authoring.replies import Reply
from integtest.authoring.requests import Draft
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import Choice, Options, promise
from integtest.packs.oauth2.models import (
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    Refusal,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from integtest.packs.oauth2.requests import CLIENT, STRANGER, UNKNOWN, form


def invalid_request(
    contract: Contract, *, path: str = "/token", client: Auth | None = CLIENT, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses a token request without a grant type: `invalid_request`.

    Source: RFC 6749, 5.2.
    """
    request = form(path, client, {"scope": "any"})
    return _refusal(contract, "refuses a request without a grant type", request, InvalidRequest, options)


def invalid_client(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = STRANGER,
    status: int | str | list[int] = 401,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a client that does not authenticate: `invalid_client`, with a challenge of the scheme it used.

    Source: RFC 6749, 5.2: 401 and WWW-Authenticate are required where the client used the Authorization header.
    """
    challenge = {"WWW-Authenticate": includes("Basic")} if status == 401 and client is not None else {}
    request = form(path, client, {"grant_type": "client_credentials"})
    reply = Reply(status, InvalidClient, headers=challenge)
    return promise(contract, "refuses a client it does not know", request, reply, options, {"repeatable": True})


def invalid_grant(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = CLIENT,
    token: Any = UNKNOWN,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a refresh token that is unknown, expired or revoked: `invalid_grant`.

    Source: RFC 6749, 5.2.
    """
    request = form(path, client, {"grant_type": "refresh_token", "refresh_token": token})
    return _refusal(contract, "refuses a refresh token it does not know", request, InvalidGrant, options)


def unauthorized_client(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = CLIENT,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a grant type that this client may not use: `unauthorized_client`.

    Source: RFC 6749, 5.2.
    """
    request = form(path, client, {"grant_type": "client_credentials"})
    choice: Choice = {"given": "the client may not use client credentials", "repeatable": True}
    reply = Reply(400, UnauthorizedClient)
    return promise(contract, "refuses a grant type to this client", request, reply, options, choice)


def unsupported_grant_type(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = CLIENT,
    grant_type: str = "urn:example:unknown",
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a grant type that it does not know: `unsupported_grant_type`.

    Source: RFC 6749, 5.2.
    """
    request = form(path, client, {"grant_type": grant_type})
    return _refusal(contract, "refuses an unknown grant type", request, UnsupportedGrantType, options)


def invalid_scope(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = CLIENT,
    scope: str = "scope:unknown",
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a scope that it does not know: `invalid_scope`.

    Source: RFC 6749, 5.2 and 3.3 (a server may instead issue a token with less, and say so in `scope`).
    """
    request = form(path, client, {"grant_type": "client_credentials"}, scope)
    return _refusal(contract, "refuses an unknown scope", request, InvalidScope, options)


def _refusal(
    contract: Contract, description: str, request: Draft, model: type[Refusal], options: Options
) -> HttpInteraction:
    return promise(contract, description, request, Reply(400, model), options, {"repeatable": True})
