"""What a report shows of an exchange."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from integtest.model.http import Exchange, Request, Response, TransportFailure
from integtest.rules.secrets import MASK, mask_exchange, mask_headers, mask_text

SECRET = "s3cr3t/Value+42"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        SECRET.replace("/", "\\/"),
        *(base64.b64encode(b"x" * n + SECRET.encode()).decode() for n in range(3)),
    ],
)
def test_a_known_value_is_masked_in_every_form(form):
    shown = mask_text(f"before {form} after", {"CLIENT_SECRET": SECRET})
    assert form not in shown
    assert form[4:-6] not in shown
    assert MASK in shown


def test_an_exchange_is_shown_without_its_secrets():
    exchange = Exchange(
        request=Request(
            method="POST",
            url="https://user:hunter2pw@api.example/token?api_key=abcd1234",
            headers=(("Authorization", "Bearer tok-12345678"), ("Cookie", "sid=cookie-1234")),
            body=b"grant_type=password&client_secret=form-secret",
        ),
        response=Response(
            status=200,
            headers=(("Set-Cookie", "sid=cookie-5678; Path=/"),),
            body=b'{"access_token": "issued-12345678", "expires_in": 3600}',
        ),
        error=TransportFailure(kind="other", message="no route for token=leaky-error"),
    )
    shown = repr(mask_exchange(exchange))
    for secret in [
        "hunter2pw",
        "abcd1234",
        "tok-12345678",
        "cookie-1234",
        "form-secret",
        "cookie-5678",
        "issued",
        "leaky-error",
    ]:
        assert secret not in shown
    assert "grant_type=password" in shown
    assert "3600" in shown


def test_the_scheme_of_an_authorization_stays_readable():
    assert mask_headers((("Authorization", "Bearer abcdefgh"),)) == (("Authorization", f"Bearer {MASK}"),)
