"""What OAuth 2.0 sends."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Token(BaseModel):
    """RFC 6749, 5.1, and RFC 6750, 4: a bearer token. The type compares without case."""

    access_token: str = Field(min_length=1, examples=["2YotnFZFEjr1zCsicMWpAA"])
    token_type: str = Field(pattern="^[Bb][Ee][Aa][Rr][Ee][Rr]$", examples=["Bearer"])
    expires_in: int = Field(gt=0, examples=[3600])
    scope: str | None = None


class RefreshedToken(Token):
    """RFC 6749, 6: a new refresh token may come, and replaces the old one."""

    refresh_token: str | None = None


class Refusal(BaseModel):
    """RFC 6749, 5.2: the error object."""

    error: str = Field(min_length=1, examples=["invalid_request"])
    error_description: str | None = None
    error_uri: str | None = None


class Active(BaseModel):
    """RFC 7662, 2.2: a token that may be used. All but `active` is optional there."""

    active: Literal[True]
    scope: str | None = None
    client_id: str | None = None
    token_type: str | None = None
    exp: int | None = None
    iat: int | None = None
    sub: str | None = None
    aud: str | list[str] | None = None
    iss: str | None = None


class Inactive(BaseModel):
    """RFC 7662, 2.2: of a token that may not be used nothing else is said."""

    active: Literal[False]


class InvalidRequest(Refusal):
    """A parameter is missing, repeated or unknown."""

    error: Literal["invalid_request"]


class InvalidClient(Refusal):
    """The client is unknown, or did not authenticate."""

    error: Literal["invalid_client"]


class InvalidGrant(Refusal):
    """The grant or refresh token is expired, revoked, or another client's."""

    error: Literal["invalid_grant"]


class UnauthorizedClient(Refusal):
    """The client may not use this grant type."""

    error: Literal["unauthorized_client"]


class UnsupportedGrantType(Refusal):
    """The server knows no such grant type."""

    error: Literal["unsupported_grant_type"]


class InvalidScope(Refusal):
    """The scope is unknown, malformed, or more than was granted."""

    error: Literal["invalid_scope"]
