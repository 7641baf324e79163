"""Where the identity provider says its endpoints are (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from examples.claims_assistant.errors import AuthUnavailable
from examples.claims_assistant.http import Promised, Provider

PATH = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Endpoints:
    """Absolute URLs, all below the issuer."""

    issuer: str
    token_endpoint: str
    jwks_uri: str


class Metadata(Promised):
    """What is read of the document (section 3)."""

    issuer: str = Field(pattern="^https?://")
    token_endpoint: str = Field(pattern="^https?://")
    jwks_uri: str = Field(pattern="^https?://")


async def endpoints(base: str) -> Endpoints:
    """The provider's description of itself. A provider that calls itself by another name than the one that it was
    asked by is another provider (section 4.3), and an endpoint elsewhere would be sent our secret."""
    provider = Provider(base, AuthUnavailable)
    told = provider.read(await provider.send("GET", PATH), Metadata)
    if told.issuer.rstrip("/") != provider.base:
        raise AuthUnavailable("the provider says that it is another issuer")
    for url in (told.token_endpoint, told.jwks_uri):
        if not url.startswith(provider.base + "/"):
            raise AuthUnavailable("an endpoint lies outside of the issuer")
    return Endpoints(provider.base, told.token_endpoint, told.jwks_uri)
