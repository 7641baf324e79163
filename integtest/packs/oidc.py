"""OpenID Connect: discovery, keys, userinfo.

What a consumer relies on: an issuer that says where its endpoints are; keys that it can pick by `kid`; claims of a
user by a stable `sub`; and, where a bearer token is refused, a challenge that tells an expired token (get another)
from a missing scope (never retry).

Sources: OpenID Connect Discovery 1.0, OpenID Connect Core 1.0, RFC 7517 (keys), RFC 6750 (bearer token errors).

Deviations, by argument: `path=` of each endpoint, as discovery names it. A body beside the challenge is a
provider's own: none is promised.
"""

from __future__ import annotations

from typing import Literal, Unpack

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth, bearer
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import RETRIED, Choice, Options, held_bearer, promise

__all__ = [
    "Claims",
    "Discovery",
    "Key",
    "Keys",
    "discovery",
    "insufficient_scope",
    "invalid_token",
    "jwks",
    "no_token",
    "userinfo",
]

_ISSUER = "https://server.example.com"


class Discovery(BaseModel):
    """OpenID Connect Discovery 1.0, 3: the fields that it requires, and the endpoints that services use."""

    issuer: str = Field(pattern="^https?://", examples=[_ISSUER])
    authorization_endpoint: str = Field(min_length=1, examples=[f"{_ISSUER}/connect/authorize"])
    jwks_uri: str = Field(min_length=1, examples=[f"{_ISSUER}/jwks.json"])
    response_types_supported: list[str] = Field(min_length=1, examples=[["code"]])
    subject_types_supported: list[Literal["public", "pairwise"]] = Field(min_length=1)
    id_token_signing_alg_values_supported: list[str] = Field(min_length=1, examples=[["RS256"]])
    token_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    introspection_endpoint: str | None = None
    revocation_endpoint: str | None = None
    scopes_supported: list[str] | None = None
    grant_types_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None


class Key(BaseModel):
    """RFC 7517, 4: a key of a set. `kid` is what a token's header names, and `alg` is optional there."""

    kty: str = Field(min_length=1, examples=["RSA"])
    kid: str = Field(min_length=1, examples=["2011-04-29"])
    alg: str | None = None
    use: Literal["sig", "enc"] | None = None
    n: str | None = None
    e: str | None = None
    crv: str | None = None
    x: str | None = None
    y: str | None = None


class Keys(BaseModel):
    """RFC 7517, 5: a set of keys, at least one."""

    keys: list[Key] = Field(min_length=1)


class Claims(BaseModel):
    """OpenID Connect Core 1.0, 5.1 and 5.3.2: `sub` always comes, the rest as the scopes allow."""

    sub: str = Field(min_length=1, max_length=255, examples=["248289761001"])
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    preferred_username: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    picture: str | None = None
    updated_at: int | None = None


def discovery(
    contract: Contract, *, path: str = "/.well-known/openid-configuration", **options: Unpack[Options]
) -> HttpInteraction:
    """Says who it is and where its endpoints are.

    Source: OpenID Connect Discovery 1.0, 4.1, 4.2 and 3.
    """
    choice: Choice = {"budget": Budget(p95="300ms"), "failing": RETRIED}
    return promise(contract, "says where its endpoints are", GET(path), Reply(200, Discovery), options, choice)


def jwks(contract: Contract, *, path: str = "/jwks", **options: Unpack[Options]) -> HttpInteraction:
    """Publishes the keys that its tokens are signed with.

    Source: RFC 7517, 4 and 5, and 8.5 for the media type; OpenID Connect Core 1.0, 10.1.1: `kid` lets a key be
    rotated.
    """
    choice: Choice = {"budget": Budget(p95="300ms"), "failing": RETRIED}
    kind = regex(r"application/(jwk-set\+)?json( *;.*)?", "application/json")
    reply = Reply(200, Keys, headers={"Content-Type": kind})
    return promise(contract, "publishes its keys", GET(path), reply, options, choice)


def userinfo(
    contract: Contract, *, path: str = "/userinfo", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Tells the claims of a token's user. `auth` is the state's value `access_token` unless given.

    Source: OpenID Connect Core 1.0, 5.3.1 and 5.3.2.
    """
    choice: Choice = {
        "given": "a user's access token exists",
        "budget": Budget(p95="300ms"),
        "failing": RETRIED,
    }
    request = GET(path, auth=auth or held_bearer("SlAV32hkKG"))
    return promise(contract, "tells a user's claims", request, Reply(200, Claims), options, choice)


def no_token(contract: Contract, *, path: str = "/userinfo", **options: Unpack[Options]) -> HttpInteraction:
    """Asks for a token where none was sent. Challenges of other schemes may stand beside it.

    Source: RFC 6750, 3 and 3.1.
    """
    return promise(contract, "asks for a token", GET(path), _challenge(401, None), options)


def invalid_token(
    contract: Contract, *, path: str = "/userinfo", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses a token that is malformed, expired or revoked: 401 and `error="invalid_token"` in the challenge.

    Source: RFC 6750, 3 and 3.1; OpenID Connect Core 1.0, 5.3.3.
    """
    request = GET(path, auth=auth or bearer("not-a-token"))
    return promise(contract, "refuses an invalid token", request, _challenge(401, "invalid_token"), options)


def insufficient_scope(
    contract: Contract, *, path: str = "/userinfo", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses a good token that lacks the scope: 403 and `error="insufficient_scope"`. Another token of the same
    scope does not help. `auth` is the state's value `access_token` unless given.

    Source: RFC 6750, 3 and 3.1.
    """
    choice: Choice = {"given": "an access token without the scope exists"}
    request = GET(path, auth=auth or held_bearer("weak-token"))
    reply = _challenge(403, "insufficient_scope")
    return promise(contract, "refuses a token without the scope", request, reply, options, choice)


def _challenge(status: int, error: str | None) -> Reply:
    """RFC 6750, 3: the scheme, then parameters in any order. A pact's rule holds for every field of the name, and
    without an error each scheme that the provider knows may have one."""
    if error is None:
        return Reply(status, headers={"WWW-Authenticate": regex("[A-Za-z].*", "Bearer")})
    told = f'.*[Bb]earer.*error="?{error}"?.*'
    return Reply(status, headers={"WWW-Authenticate": regex(told, f'Bearer error="{error}"')})
