"""The identity provider: OAuth 2 client credentials, introspection and revocation (RFC 6749, 7662, 7009)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Budget, Contract, Reply, basic, env

identity = Contract(consumer="claims-assistant", provider="identity", kind="auth", env="OIDC_URL")

client = basic(user=env("OIDC_CLIENT_ID"), password=env("OIDC_CLIENT_SECRET"))


class Token(BaseModel):
    """RFC 6749, 5.1."""

    access_token: str = Field(min_length=1, examples=["2YotnFZFEjr1zCsicMWpAA"])
    token_type: Literal["Bearer"]
    expires_in: int = Field(gt=0, examples=[3600])
    scope: str | None = None


class Refusal(BaseModel):
    """RFC 6749, 5.2."""

    error: str = Field(min_length=1)
    error_description: str | None = None


class InvalidClient(Refusal):
    error: Literal["invalid_client"]


class InvalidScope(Refusal):
    error: Literal["invalid_scope", "invalid_request", "invalid_target"]


class Inactive(BaseModel):
    """RFC 7662, 2.2: of an inactive token nothing else is said."""

    active: Literal[False]


class Discovery(BaseModel):
    """OpenID Connect Discovery 1.0, section 3: what the assistant reads of it."""

    issuer: str = Field(min_length=1, examples=["http://127.0.0.1:13000"])
    token_endpoint: str = Field(min_length=1, examples=["http://127.0.0.1:13000/token"])
    jwks_uri: str = Field(min_length=1, examples=["http://127.0.0.1:13000/jwks"])


issue_token = identity.http(
    "issues a token for client credentials",
    request=POST("/token", form={"grant_type": "client_credentials", "scope": "claims:read"}, auth=client),
    reply=Reply(200, Token),
    budget=Budget(p95="300ms"),
)

refuse_client = identity.http(
    "refuses a client with a wrong secret",
    request=POST(
        "/token",
        form={"grant_type": "client_credentials", "scope": "claims:read"},
        headers={"Authorization": "Basic Y2xhaW1zLWFzc2lzdGFudDp3cm9uZw=="},
    ),
    reply=Reply(401, InvalidClient),
)

revoke_token = identity.http(
    "revokes a token it does not know",
    request=POST("/token/revocation", form={"token": "unknown"}, auth=client),
    reply=Reply(200),
    repeatable=True,
)

introspect_unknown = identity.http(
    "calls an unknown token inactive",
    request=POST("/token/introspection", form={"token": "unknown"}, auth=client),
    reply=Reply(200, Inactive),
    repeatable=True,
)

discover = identity.http(
    "says where its endpoints are",
    request=GET("/.well-known/openid-configuration"),
    reply=Reply(200, Discovery),
)
