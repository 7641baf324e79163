"""What the identity provider promises about users' tokens and revoked ones."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, basic, env, from_state
from integtest.packs.menu import held_bearer

identity = Contract(consumer="claims-assistant", provider="identity", kind="auth", env="OIDC_URL")
client = basic(user=env("OIDC_CLIENT_ID"), password=env("OIDC_CLIENT_SECRET"))
REFRESH = {"grant_type": "refresh_token", "refresh_token": from_state("refresh_token", example="r1")}


class Rotated(BaseModel):
    access_token: str = Field(min_length=1)
    refresh_token: str = Field(min_length=1)
    token_type: Literal["Bearer"]
    expires_in: int = Field(gt=0)


class Claims(BaseModel):
    sub: Literal["ann"]
    email: str


class Inactive(BaseModel):
    active: Literal[False]


class BadGrant(BaseModel):
    error: Literal["invalid_grant"]


class Narrow(BaseModel):
    error: Literal["insufficient_scope"]


identity.http(
    "gives a new pair for a refresh token",
    given="a refresh token exists",
    request=POST("/token", form=REFRESH, auth=client),
    reply=Reply(200, Rotated),
)
identity.http(
    "refuses a refresh token that was used",
    given="a refresh token was used",
    request=POST("/token", form=REFRESH, auth=client),
    reply=Reply(400, BadGrant),
)
identity.http(
    "calls a revoked token inactive",
    given="a token was revoked",
    request=POST("/token/introspection", form={"token": from_state("token", example="t1")}, auth=client),
    reply=Reply(200, Inactive),
)
identity.http(
    "tells who a user's token belongs to",
    given="a user's access token exists",
    request=GET("/me", auth=held_bearer("a1")),
    reply=Reply(200, Claims),
)
identity.http(
    "tells nothing to a token without the scope",
    given="an access token without the scope exists",
    request=GET("/me", auth=held_bearer("a1")),
    reply=Reply(403, Narrow),
)
