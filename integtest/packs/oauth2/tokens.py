"""Tokens for credentials (RFC 6749, 4.4 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.generate import from_state
from integtest.authoring.replies import Reply
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import ONE_CALL, RETRIED, Options, promise
from integtest.packs.oauth2.models import RefreshedToken, Token
from integtest.packs.oauth2.requests import CLIENT, form


def client_credentials(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = CLIENT,
    scope: str | None = None,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Issues a bearer token for the client's own credentials.

    Source: RFC 6749, 4.4.2 and 5.1; RFC 6750, 4.
    """
    request = form(path, client, {"grant_type": "client_credentials"}, scope, extra)
    return promise(
        contract,
        "issues a token for client credentials",
        request,
        Reply(200, Token),
        options,
        {
            "given": "a confidential client exists",
            "budget": Budget(p95="300ms"),
            "failing": RETRIED,
            "repeatable": True,
        },
    )


def refresh(
    contract: Contract,
    *,
    path: str = "/token",
    client: Auth | None = CLIENT,
    token: Any = None,
    scope: str | None = None,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Issues a new token for a refresh token. `token` is the state's value `refresh_token` unless given.

    Not repeatable: a provider that rotates refresh tokens refuses the second use (RFC 9700, 4.14.2).
    Source: RFC 6749, 6 and 5.1.
    """
    held = from_state("refresh_token", example="tGzv3JOkF0XG5Qx2TlKWIA") if token is None else token
    request = form(path, client, {"grant_type": "refresh_token", "refresh_token": held}, scope, extra)
    return promise(
        contract,
        "issues a new token for a refresh token",
        request,
        Reply(200, RefreshedToken),
        options,
        {"given": "a refresh token exists", "budget": Budget(p95="300ms"), "failing": ONE_CALL},
    )
