"""Introspection (RFC 7662) and revocation (RFC 7009)."""

from __future__ import annotations

from typing import Any, Literal, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.generate import from_state
from integtest.authoring.replies import Reply
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import RETRIED, Choice, Options, promise
from integtest.packs.oauth2.models import Active, Inactive, InvalidClient
from integtest.packs.oauth2.requests import CLIENT, STRANGER, UNKNOWN, form


def introspect_active(
    contract: Contract,
    *,
    path: str = "/introspect",
    client: Auth | None = CLIENT,
    token: Any = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Says of a live token that it is active. `token` is the state's value `token` unless given.

    Source: RFC 7662, 2.1 and 2.2.
    """
    held = from_state("token", example="2YotnFZFEjr1zCsicMWpAA") if token is None else token
    return promise(
        contract,
        "calls a live token active",
        form(path, client, {"token": held}),
        Reply(200, Active),
        options,
        {
            "given": "an active token exists",
            "budget": Budget(p95="200ms"),
            "failing": RETRIED,
            "repeatable": True,
        },
    )


def introspect_inactive(
    contract: Contract,
    *,
    path: str = "/introspect",
    client: Auth | None = CLIENT,
    token: Any = UNKNOWN,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Says of an unknown, expired or revoked token that it is not active: with 200, never with an error.

    Source: RFC 7662, 2.2.
    """
    return promise(
        contract,
        "calls an unknown token inactive",
        form(path, client, {"token": token}),
        Reply(200, Inactive),
        options,
        {"budget": Budget(p95="200ms"), "failing": RETRIED, "repeatable": True},
    )


def introspect_refused(
    contract: Contract, *, path: str = "/introspect", client: Auth | None = STRANGER, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses an introspection by who did not authenticate.

    Source: RFC 7662, 2.3; RFC 6749, 5.2.
    """
    request = form(path, client, {"token": "unknown"})
    reply = Reply(401, InvalidClient)
    return promise(contract, "refuses introspection to a stranger", request, reply, options, {"repeatable": True})


def revoke(
    contract: Contract,
    *,
    path: str = "/revoke",
    client: Auth | None = CLIENT,
    token: Any = UNKNOWN,
    hint: Literal["access_token", "refresh_token"] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Revokes a token; a token that is unknown, or revoked already, is answered alike.

    Source: RFC 7009, 2.1 and 2.2.
    """
    fields = {"token": token} if hint is None else {"token": token, "token_type_hint": hint}
    return promise(
        contract,
        "revokes a token",
        form(path, client, fields),
        Reply(200),
        options,
        {"budget": Budget(p95="300ms"), "failing": RETRIED, "repeatable": True},
    )


def revocation_unavailable(
    contract: Contract, *, path: str = "/revoke", client: Auth | None = CLIENT, **options: Unpack[Options]
) -> HttpInteraction:
    """Cannot revoke now: 503, and the token must be taken to be alive still.

    Source: RFC 7009, 2.2.1.
    """
    request = form(path, client, {"token": "unknown"})
    choice: Choice = {"given": "revocation is out of service", "repeatable": True}
    return promise(contract, "cannot revoke for a while", request, Reply(503), options, choice)
