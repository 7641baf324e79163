"""Tokens from the identity provider: OAuth 2 client credentials, introspection, revocation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
from pydantic import Field

from examples.claims_assistant.errors import AuthRefused, AuthUnavailable
from examples.claims_assistant.http import Promised, Provider, Strict


@dataclass(frozen=True)
class Token:
    """An access token and the clock reading (time.monotonic) after which it is of no use."""

    access_token: str
    token_type: str
    expires_at: float


class Issued(Promised):
    """RFC 6749, 5.1; a token for more than a week is a mistake of units."""

    access_token: str = Field(min_length=1, pattern=r"^[!-~]+$")
    token_type: str = Field(pattern="^[Bb]earer$")
    expires_in: int = Field(gt=0, le=7 * 86_400)
    scope: str | None = None


class Active(Promised):
    """RFC 7662, 2.2."""

    active: bool


class Refusal(Strict):
    """RFC 6749, 5.2."""

    error: str = Field(min_length=1)


class Keeper:
    """Holds one token for many tasks: renewed early, by one of them, and once when a provider refuses it."""

    EARLY = 10.0
    """Seconds before its end that a token is replaced, lest it expire in flight; half of a short life."""

    def __init__(self, issue: Callable[[], Awaitable[Token]]) -> None:
        self._issue = issue
        self._token: Token | None = None
        self._renew_at = 0.0
        self._lock = asyncio.Lock()

    async def token(self) -> Token:
        """A token that is good for a while yet. Where no new one can be had, the old one serves until its end."""
        async with self._lock:
            if self._token is None or time.monotonic() >= self._token.expires_at:
                return await self._renew()
            if time.monotonic() < self._renew_at:
                return self._token
            try:
                return await self._renew()
            except AuthUnavailable:
                return self._token

    async def authorized(self, call: Callable[[str], Awaitable[httpx.Response]]) -> httpx.Response:
        """The response of `call` with a token; a 401 gets one new token and one more try."""
        token = await self.token()
        response = await call(token.access_token)
        if response.status_code != 401:
            return response
        async with self._lock:
            if self._token is None or self._token.access_token == token.access_token:
                await self._renew()
        return await call((await self.token()).access_token)

    def forget(self) -> None:
        """Ask for a new token the next time."""
        self._token = None

    async def _renew(self) -> Token:
        issued = await self._issue()
        now = time.monotonic()
        self._token, life = issued, issued.expires_at - now
        self._renew_at = issued.expires_at - min(self.EARLY, life / 2)
        return issued


class IdentityClient(Keeper):
    """Issues, checks and revokes the service's own tokens."""

    def __init__(self, base: str, client_id: str, client_secret: str, resource: str | None = None) -> None:
        super().__init__(self._ask)
        self._provider = Provider(base, AuthUnavailable)
        self._auth = httpx.BasicAuth(client_id, client_secret)
        self._resource = {"resource": resource} if resource else {}

    async def _ask(self) -> Token:
        form = {"grant_type": "client_credentials", "scope": "claims:read", **self._resource}
        body = self._provider.read(await self._post("/token", form), Issued)
        if body.scope is not None and "claims:read" not in body.scope.split():
            raise AuthUnavailable("the token is good for less than was asked for")
        return Token(body.access_token, "Bearer", time.monotonic() + body.expires_in)

    async def is_active(self, access_token: str) -> bool:
        """Whether the provider would accept the token now (RFC 7662)."""
        response = await self._post("/token/introspection", {"token": access_token})
        return self._provider.read(response, Active).active

    async def revoke(self, access_token: str) -> None:
        """Make the token useless; revoking an unknown one is no error (RFC 7009, 2.2)."""
        response = await self._post("/token/revocation", {"token": access_token})
        if response.status_code != 200:
            raise AuthUnavailable(f"POST /token/revocation: status {response.status_code}")
        self.forget()

    async def _post(self, path: str, form: dict[str, str]) -> httpx.Response:
        response = await self._provider.send("POST", path, again=True, data=form, auth=self._auth)
        if response.status_code in (400, 401):
            raise AuthRefused(self._provider.read(response, Refusal, 400, 401).error)
        return response
