"""OAuth 2.0: tokens, introspection, revocation.

What a consumer relies on: a token with a type and a lifetime; an error object with a code that tells whether to
retry, to ask for another token, or to stop; an introspection that says of a dead token only that it is not active.

Sources: RFC 6749 (tokens and errors), RFC 7662 (introspection), RFC 7009 (revocation), RFC 7617 (basic
authentication), RFC 8707 (`resource`, by `extra=`).

Deviations, by argument: `path=` (every provider has its own), `extra=` for form fields beyond the standard
(`audience`, `resource`), `status=` where a provider answers `invalid_client` with 400, `client=None` where the
client authenticates by form fields, given in `extra=`. Some providers drop an unknown scope silently in place of
`invalid_scope` (RFC 6749, 3.3 allows it): then leave `invalid_scope` out and check `scope` of the token.
"""

from __future__ import annotations

from integtest.packs.oauth2.errors import (
    invalid_client,
    invalid_grant,
    invalid_request,
    invalid_scope,
    unauthorized_client,
    unsupported_grant_type,
)
from integtest.packs.oauth2.lifecycle import (
    introspect_active,
    introspect_inactive,
    introspect_refused,
    revocation_unavailable,
    revoke,
)
from integtest.packs.oauth2.models import (
    Active,
    Inactive,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    RefreshedToken,
    Refusal,
    Token,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from integtest.packs.oauth2.requests import CLIENT, STRANGER
from integtest.packs.oauth2.tokens import client_credentials, refresh

__all__ = [
    "CLIENT",
    "STRANGER",
    "Active",
    "Inactive",
    "InvalidClient",
    "InvalidGrant",
    "InvalidRequest",
    "InvalidScope",
    "RefreshedToken",
    "Refusal",
    "Token",
    "UnauthorizedClient",
    "UnsupportedGrantType",
    "client_credentials",
    "introspect_active",
    "introspect_inactive",
    "introspect_refused",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "refresh",
    "revocation_unavailable",
    "revoke",
    "unauthorized_client",
    "unsupported_grant_type",
]
