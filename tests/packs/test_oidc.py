"""What OpenID Connect and RFC 6750 print is taken; what they forbid is not."""

from __future__ import annotations

import pytest

from integtest import packs

oidc = packs.oidc

# OpenID Connect Discovery 1.0, 4.2 (shortened)
DISCOVERY = {
    "issuer": "https://server.example.com",
    "authorization_endpoint": "https://server.example.com/connect/authorize",
    "token_endpoint": "https://server.example.com/connect/token",
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
    "userinfo_endpoint": "https://server.example.com/connect/userinfo",
    "jwks_uri": "https://server.example.com/jwks.json",
    "scopes_supported": ["openid", "profile", "email"],
    "response_types_supported": ["code", "code id_token", "id_token", "id_token token"],
    "subject_types_supported": ["public", "pairwise"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256"],
    "ui_locales_supported": ["en-US", "en-GB"],
}
# RFC 7517, A.1 (shortened)
KEYS = {
    "keys": [
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs35",
            "y": "4Etl6SRW2YiLUrN5",
            "use": "enc",
            "kid": "1",
        },
        {"kty": "RSA", "n": "0vx7agoebGcQSuuPiLJXZpt", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"},
    ]
}
# OpenID Connect Core 1.0, 5.3.2
CLAIMS = {
    "sub": "248289761001",
    "name": "Jane Doe",
    "given_name": "Jane",
    "family_name": "Doe",
    "preferred_username": "j.doe",
    "email": "janedoe@example.com",
    "picture": "http://example.com/janedoe/me.jpg",
}
# RFC 6750, 3
REALM = 'Bearer realm="example"'
EXPIRED = 'Bearer realm="example", error="invalid_token", error_description="The access token expired"'


def test_the_published_examples_are_taken(contract, takes_reply):
    assert takes_reply(oidc.discovery(contract), 200, DISCOVERY) == []
    assert takes_reply(oidc.jwks(contract), 200, KEYS) == []
    assert takes_reply(oidc.userinfo(contract), 200, CLAIMS) == []


@pytest.mark.parametrize(
    ("promise", "body"),
    [
        (oidc.discovery, {**DISCOVERY, "jwks_uri": None}),
        (oidc.discovery, {**DISCOVERY, "issuer": "server.example.com"}),
        (oidc.discovery, {**DISCOVERY, "subject_types_supported": []}),
        (oidc.discovery, {k: v for k, v in DISCOVERY.items() if k != "response_types_supported"}),
        (oidc.jwks, {"keys": []}),
        (oidc.jwks, {"keys": [{"kty": "RSA"}]}),
        (oidc.jwks, KEYS["keys"]),
        (oidc.userinfo, {"name": "Jane Doe"}),
        (oidc.userinfo, {**CLAIMS, "sub": 248289761001}),
        (oidc.userinfo, {**CLAIMS, "email_verified": "true"}),
    ],
)
def test_what_a_consumer_could_not_use_is_refused(promise, body, contract, takes_reply):
    assert takes_reply(promise(contract), 200, body) != []


def test_the_challenge_tells_a_bad_token_from_a_missing_one_and_a_weak_one(contract, takes_reply):
    none, bad, weak = oidc.no_token(contract), oidc.invalid_token(contract), oidc.insufficient_scope(contract)
    scope = 'Bearer error="insufficient_scope", scope="openid"'
    assert takes_reply(none, 401, WWW_Authenticate=REALM) == []
    assert takes_reply(bad, 401, WWW_Authenticate=EXPIRED) == []
    assert takes_reply(weak, 403, WWW_Authenticate=scope) == []
    assert takes_reply(bad, 401, WWW_Authenticate=REALM) != []
    assert takes_reply(bad, 401) != []
    assert takes_reply(bad, 403, WWW_Authenticate=EXPIRED) != []
    assert takes_reply(weak, 403, WWW_Authenticate=EXPIRED) != []
    assert takes_reply(none, 401) != []
    assert takes_reply(none, 200, CLAIMS, WWW_Authenticate=REALM) != []


def test_keys_may_have_their_own_media_type(contract, takes_reply):
    made = oidc.jwks(contract)
    for kind in ("application/json", "application/jwk-set+json", "application/jwk-set+json; charset=utf-8"):
        assert takes_reply(made, 200, KEYS, kind=kind) == []
    assert takes_reply(made, 200, KEYS, kind="text/html") != []


def test_a_provider_state_puts_its_token_after_the_scheme(contract):
    made = oidc.userinfo(contract)
    generator = made.request.generators.header["Authorization"]
    assert generator.args["expression"] == "Bearer ${access_token}"
