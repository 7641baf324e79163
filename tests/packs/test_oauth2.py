"""Replies that RFC 6749, 6750, 7662 and 7009 print are taken; what they forbid is not."""

from __future__ import annotations

import pytest

from integtest import packs
from integtest.model.http import Request

oauth2 = packs.oauth2

# RFC 6750, 4
TOKEN = {
    "access_token": "mF_9.B5f-4.1JqM",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA",
}
# RFC 7662, 2.2
ACTIVE = {
    "active": True,
    "client_id": "l238j323ds-23ij4",
    "username": "jdoe",
    "scope": "read write dolphin",
    "sub": "Z5O3upPC88QrAjx00dis",
    "aud": "https://protected.example.net/resource",
    "iss": "https://server.example.com/",
    "exp": 1419356238,
    "iat": 1419350238,
    "extension_field": "twenty-seven",
}


@pytest.mark.parametrize("promise", [oauth2.client_credentials, oauth2.refresh])
def test_the_rfcs_token_is_taken(promise, contract, takes_reply):
    made = promise(contract)
    assert takes_reply(made, 200, TOKEN) == []
    assert takes_reply(made, 200, {**TOKEN, "token_type": "bearer"}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"access_token": ""},
        {"access_token": None},
        {"token_type": "mac"},
        {"expires_in": "3600"},
        {"expires_in": 0},
        {"scope": ["read"]},
    ],
)
def test_a_token_that_no_client_can_use_is_refused(wrong, contract, takes_reply):
    assert takes_reply(oauth2.client_credentials(contract), 200, {**TOKEN, **wrong}) != []


def test_an_error_with_status_200_is_no_token(contract, takes_reply):
    assert takes_reply(oauth2.client_credentials(contract), 200, {"error": "invalid_client"}) != []


@pytest.mark.parametrize("active", [ACTIVE, {"active": True}, {**ACTIVE, "aud": ["a", "b"]}])
def test_an_introspection_is_taken_with_whatever_it_tells(active, contract, takes_reply):
    assert takes_reply(oauth2.introspect_active(contract), 200, active) == []


def test_active_and_inactive_are_not_confused(contract, takes_reply):
    active, inactive = oauth2.introspect_active(contract), oauth2.introspect_inactive(contract)
    assert takes_reply(inactive, 200, {"active": False}) == []
    assert takes_reply(inactive, 200, ACTIVE) != []
    assert takes_reply(active, 200, {"active": False}) != []
    assert takes_reply(active, 200, {"active": "true"}) != []
    assert takes_reply(inactive, 400, {"error": "invalid_request"}) != []


def test_a_revocation_is_200_whatever_its_body(contract, takes_reply):
    made = oauth2.revoke(contract)
    assert takes_reply(made, 200) == []
    assert takes_reply(made, 200, b"", kind=None) == []
    assert takes_reply(made, 404) != []


@pytest.mark.parametrize(
    "code",
    ["invalid_request", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"],
)
def test_each_error_of_the_token_endpoint_is_its_own(code, contract, takes_reply):
    made = getattr(oauth2, code)(contract)
    told = {"error_description": "no", "error_uri": "https://server.example.com/errors"}
    assert takes_reply(made, 400, {"error": code}) == []
    assert takes_reply(made, 400, {"error": code, **told}) == []
    assert takes_reply(made, 400, {"error": "another_error"}) != []
    assert takes_reply(made, 200, {"error": code}) != []
    assert takes_reply(made, 400, {"errors": [code]}) != []


def test_a_client_that_used_the_header_is_challenged(contract, takes_reply):
    made, body = oauth2.invalid_client(contract), {"error": "invalid_client"}
    assert takes_reply(made, 401, body, WWW_Authenticate='Basic realm="server"') == []
    assert takes_reply(made, 401, body) != []
    assert takes_reply(made, 400, body, WWW_Authenticate='Basic realm="server"') != []


def test_a_provider_that_answers_400_is_an_argument_away(contract, takes_reply):
    made = oauth2.invalid_client(contract, status=[400, 401])
    assert takes_reply(made, 400, {"error": "invalid_client"}) == []


def test_scope_and_vendor_fields_go_into_the_form(contract, takes_request):
    made = oauth2.client_credentials(contract, client=None, scope="claims:read", extra={"audience": "claims"})
    head = (("Content-Type", "application/x-www-form-urlencoded"),)
    body = b"grant_type=client_credentials&scope=claims%3Aread&audience=claims"
    assert takes_request(made, Request(method="POST", url="/token", headers=head, body=body)) == []
    less = b"grant_type=client_credentials&scope=claims%3Aread"
    assert takes_request(made, Request(method="POST", url="/token", headers=head, body=less)) != []


def test_no_secret_is_written_down(contract):
    made = oauth2.client_credentials(contract)
    assert [use.variables for use in made.secrets] == [
        {"user": "OAUTH_CLIENT_ID", "password": "OAUTH_CLIENT_SECRET"}
    ]
