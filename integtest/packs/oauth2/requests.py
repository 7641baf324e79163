"""How a client of OAuth 2.0 asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integtest.authoring.credentials import Auth, basic, env
from integtest.authoring.requests import POST, Draft

CLIENT = basic(user=env("OAUTH_CLIENT_ID"), password=env("OAUTH_CLIENT_SECRET"))
"""The client's own credentials, from the variables OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET."""

STRANGER = basic(user="nobody", password="wrong")
"""Credentials that no provider knows."""

UNKNOWN = "unknown"
"""A token that no provider issued."""


def form(
    path: str,
    client: Auth | None,
    fields: Mapping[str, Any],
    scope: str | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Draft:
    """A form POST with the client's credentials, as all of OAuth's endpoints take it."""
    scoped = {} if scope is None else {"scope": scope}
    return POST(path, form={**fields, **scoped, **(extra or {})}, auth=client)
