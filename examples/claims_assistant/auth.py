"""Tokens from the identity provider: OAuth 2 client credentials, introspection, revocation."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx

from examples.claims_assistant.errors import AuthRefused, AuthUnavailable
from examples.claims_assistant.http import Provider


@dataclass(frozen=True)
class Token:
    """An access token and the clock reading (time.monotonic) after which it is of no use."""

    access_token: str
    token_type: str
    expires_at: float


@dataclass(frozen=True)
class Endpoints:
    """Where the identity provider says its endpoints are (OpenID Connect Discovery 1.0)."""

    issuer: str
    token_endpoint: str
    jwks_uri: str


class IdentityClient:
    """Issues, checks and revokes the service's own tokens."""

    EARLY = 10.0
    """Seconds before its end that a token is replaced, so that it does not expire in flight."""

    def __init__(self, base: str, client_id: str, client_secret: str) -> None:
        self._provider = Provider(base, AuthUnavailable)
        self._auth = httpx.BasicAuth(client_id, client_secret)
        self._token: Token | None = None

    def token(self) -> Token:
        """A token that is good for a while yet; asks for one only when it must."""
        if self._token is None or time.monotonic() > self._token.expires_at - self.EARLY:
            self._token = self._issue()
        return self._token

    def _issue(self) -> Token:
        form = {"grant_type": "client_credentials", "scope": "claims:read"}
        body = self._post("/token", form)
        try:
            return Token(
                access_token=str(body["access_token"]),
                token_type=str(body["token_type"]),
                expires_at=time.monotonic() + float(body["expires_in"]),  # type: ignore[arg-type]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise AuthUnavailable("the token reply lacks what RFC 6749 5.1 requires") from error

    def endpoints(self) -> Endpoints:
        """The provider's own description of itself."""
        body = self._provider.json(self._provider.send("GET", "/.well-known/openid-configuration"))
        try:
            return Endpoints(str(body["issuer"]), str(body["token_endpoint"]), str(body["jwks_uri"]))
        except KeyError as error:
            raise AuthUnavailable(f"discovery lacks {error}") from error

    def is_active(self, access_token: str) -> bool:
        """Whether the provider would accept the token now (RFC 7662)."""
        return self._post("/token/introspection", {"token": access_token}).get("active") is True

    def revoke(self, access_token: str) -> None:
        """Make the token useless; revoking an unknown one is no error (RFC 7009, 2.2)."""
        self._post("/token/revocation", {"token": access_token})
        self._token = None

    def _post(self, path: str, form: dict[str, str]) -> dict[str, object]:
        response = self._provider.send("POST", path, data=form, auth=self._auth)
        if response.status_code in (400, 401):
            raise AuthRefused(str(self._provider.json(response).get("error", "unknown")))
        if response.status_code != 200:
            raise AuthUnavailable(f"POST {path}: status {response.status_code}")
        return dict(self._provider.json(response)) if response.content else {}
