"""The identity provider's states (oidc-provider, the service `oidc`)."""

from __future__ import annotations

from typing import Any

from examples.states.service import Service, setting

DEMO_USER = "urn:claims:grant:demo-user"
"""The service's own grant: what the client of a signed-in user would hold."""


def _client() -> tuple[str, str]:
    return setting("OIDC_CLIENT_ID"), setting("OIDC_CLIENT_SECRET")


identity = Service("OIDC_URL", auth=_client)


def _token(**form: str) -> dict[str, Any]:
    return dict(identity.call("POST", "/token", data=form))


def a_confidential_client() -> dict[str, str]:
    """The client stands in the service's configuration; that it gets a token shows that it does."""
    _token(grant_type="client_credentials", scope="claims:read")
    return {"client_id": setting("OIDC_CLIENT_ID")}


def the_portal() -> dict[str, str]:
    """A client that may not act for itself, only for a user."""
    return {"client_id": setting("OIDC_PORTAL_CLIENT_ID")}


def an_active_token(scope: str = "claims:read", resource: str = "urn:claims:gateway") -> dict[str, str]:
    token = _token(grant_type="client_credentials", scope=scope, resource=resource)["access_token"]
    return {"token": token, "access_token": token}


def a_signed_token(scope: str = "claims:read") -> dict[str, str]:
    """A JWT for the policy service."""
    return an_active_token(scope, "urn:claims:policy")


def a_revoked_token() -> dict[str, str]:
    token = an_active_token()
    identity.call("POST", "/token/revocation", data={"token": token["token"]})
    return token


def a_user(scope: str = "openid profile email offline_access") -> dict[str, str]:
    """Ann is signed in: her access token (good for userinfo) and her refresh token (good for one use)."""
    found = _token(grant_type=DEMO_USER, scope=scope)
    return {"access_token": found["access_token"], "refresh_token": found["refresh_token"], "sub": "ann"}


def a_used_refresh_token() -> dict[str, str]:
    """One that was used already: using it again revokes all of its family."""
    found = a_user()
    _token(grant_type="refresh_token", refresh_token=found["refresh_token"])
    return found


def a_token_without_the_scope() -> dict[str, str]:
    """A user's token without `openid`, which userinfo asks for."""
    return a_user("profile offline_access")


states = {
    "a confidential client exists": a_confidential_client,
    "an active token exists": an_active_token,
    "a signed token exists": a_signed_token,
    "a token was revoked": a_revoked_token,
    "a user's access token exists": a_user,
    "a refresh token exists": a_user,
    "a refresh token was used": a_used_refresh_token,
    "the client may not use client credentials": the_portal,
    "an access token without the scope exists": a_token_without_the_scope,
}
