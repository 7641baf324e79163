"""What only looks like a secret stays as it is."""

from __future__ import annotations

import json
from random import Random

import pytest

from integtest.model.http import Exchange, Request, Response
from integtest.rules.secrets import Policy, Scrubber

HARMLESS = {
    "uuid": "6f1c2b3a-1111-4222-8333-444455556666",
    "git sha": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "short sha": "3c0d2b5",
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "iso date": "2024-05-01",
    "iso time": "2024-05-01T10:22:33.123456Z",
    "http date": "Wed, 21 Oct 2015 07:28:00 GMT",
    "version": "1.22.3",
    "semver": "2.0.0-rc.1+build.20240501",
    "epoch": "1714557753",
    "epoch ms": "1714557753123",
    "epoch ns": "1714557753123456789",
    "object id": "507f1f77bcf86cd799439011",
    "ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "snowflake": "175928847299117063",
    "trace id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "completion id": "chatcmpl-9abcDEFghiJKLmnoPQR",
    "model": "gpt-4o-mini-2024-07-18",
    "fingerprint": "fp_44709d6fcb",
    "etag": 'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    "url": "https://api.example.com/v1/users/42?page=2&sort=-created_at",
    "doi": "10.1000/xyz123",
    "isbn": "978-3-16-148410-0",
    "mac": "00:1B:44:11:3A:B7",
    "ip": "192.168.1.10",
    "ipv6": "2001:db8:85a3::8a2e:370:7334",
    "price": "1,299.00",
    "lat": "52.520008",
    "hex color": "#ff8800",
    "media": "application/json; charset=utf-8",
    "ua": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "path": "/usr/local/lib/python3.11/site-packages/httpx/_client.py",
    "sentence": "The token endpoint returns an access token for the client.",
    "sentence2": "Basic authentication is required; Bearer tokens are supported.",
    "sentence3": "Password must be at least 8 characters long.",
    "class": "com.example.security.PasswordEncoder",
    "sql": "SELECT id, name FROM users WHERE id = 17",
    "cron": "0 12 * * MON-FRI",
    "mention": "@SYNTHETICS_OVERALL@ and @channel",
    "npm": "@angular/core@17.0.1",
    "git url": "git@github.com:org/repo.git",
    "retina": "logo@2x.png",
    "email-ish": "user@localhost",
    "order": "ORD-2024-000123",
    "iban-like": "DE00123456789",
    "phone-like": "555-0199",
    "serial": "SN 1234-5678-9012",
    "range": "2023-2024",
    "sum": "1+1=2",
    "base64 word": "aGVsbG8gd29ybGQgdGhpcyBpcyBmaW5l",
    "k8s": "my-deployment-7d4b9c6f5-x2x9z",
    "docker": "sha256:9b2cb9d0a2d0e4a5f1c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1",
    "arn": "arn:aws:iam::123456789012:role/service-role/MyRole",
    "gs": "gs://bucket/path/file.parquet",
    "cidr": "10.0.0.0/8",
    "tz": "+02:00",
    "ratio": "16:9",
    "log": "2024-05-01 10:00:00,123 INFO [main] started in 1234 ms",
    "prom": 'up{job="api",instance="localhost:9090"} 1',
    "jsonpath": "$.store.book[0].title",
    "scope": "openid profile email offline_access",
    "alg": "RS256",
    "kid": "2011-04-29",
    "numeric id 16": "1234567890123456",
    "datadog id": "7204899133452145",
    "uuid nodash": "6f1c2b3a11114222833344445555666",
    "visa-like bad luhn": "4111111111111112",
    "ssn-like bad": "000-12-3456",
    "part number": "123-456-7890-12",
}

HARMLESS_NAMED = {
    "token_type": "Bearer",
    "grant_type": "client_credentials",
    "max_tokens": 256,
    "prompt_tokens": 12,
    "total_tokens": 345,
    "next_page_token": "abc123XYZdef",
    "token_endpoint": "https://id.example.com/token",
    "password_policy": "strong",
    "secret_name": "db-main",
    "auth_method": "oauth2",
    "code": "invalid_request",
    "status_code": 404,
    "error_code": "E1023",
    "key": "name",
    "public_key_id": "k1",
    "id": 4111111111111111111,
    "name": "web-server-01",
    "address": "0.0.0.0:8080",
    "state": "open",
    "session_count": 3,
    "pin": None,
    "has_token": True,
    "expires_in": 3600,
    "finish_reason": "stop",
    "zipcode_required": True,
    "phone_verified": True,
    "email_verified": True,
    "credential_type": "oauth",
    "signature_algorithm": "RS256",
    "cookie_policy": "strict",
    "csrf_enabled": "true",
    "key_id": "ABCD",
    "author_count": "3",
    "user_id": "u-42",
    "usernames_allowed": "yes",
    "password": "",
    "token": None,
    "secret": "***",
    "api_key": "<your key here>",
    "access_token": "${TOKEN}",
}


def _scrubbed(request, body):
    headers = (("Content-Type", "application/json"),)
    exchange = Exchange(request=request, response=Response(status=200, headers=headers, body=body))
    return exchange, Scrubber(Policy(allow_list=False)).exchange(exchange)


@pytest.mark.parametrize("value", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_value_stays_in_header_text_and_json(value):
    request = Request(method="POST", url="http://localhost/x", headers=(("X-Note", value),), body=value.encode())
    body = json.dumps({"note": value, "id": value, "text": f"see {value} there"}).encode()
    exchange, scrubbed = _scrubbed(request, body)
    assert scrubbed.exchange == exchange
    assert scrubbed.doubts == []


@pytest.mark.parametrize("name", HARMLESS_NAMED)
def test_a_name_that_only_sounds_secret_keeps_its_value(name):
    body = json.dumps({name: HARMLESS_NAMED[name]}).encode()
    exchange, scrubbed = _scrubbed(Request(method="GET", url="http://localhost/x"), body)
    assert scrubbed.exchange == exchange


def test_a_scored_token_of_a_model_is_no_credential():
    body = json.dumps(
        {"content": [{"token": "Hello", "logprob": -0.3, "bytes": [72], "top_logprobs": []}]}
    ).encode()
    exchange, scrubbed = _scrubbed(Request(method="GET", url="http://localhost/x"), body)
    assert scrubbed.exchange == exchange


@pytest.mark.parametrize(
    "message",
    [
        {"password": ["This field is required."]},
        {"errors": {"token": "The token must not be blank"}},
        {"api_key": "Your API key is not valid"},
    ],
)
def test_a_sentence_about_a_secret_is_none(message):
    exchange, scrubbed = _scrubbed(Request(method="GET", url="http://localhost/x"), json.dumps(message).encode())
    assert scrubbed.exchange == exchange


@pytest.mark.parametrize("shape", [b"a@E.At", b"s@K2.lyI", b"0@I.itq", b"zP@T.LGNo"])
def test_what_looks_like_an_address_by_chance_in_a_large_binary_stays(shape):
    random = Random(4711)
    body = random.randbytes(200_000) + b"\x01" + shape + b"\x9e" + random.randbytes(200_000)
    assert _binary(body) == body


@pytest.mark.parametrize("size", [40, 2_000, 300_000])
def test_an_address_that_is_no_chance_is_replaced_in_a_binary_of_any_size(size):
    random = Random(4711)
    body = random.randbytes(size) + b"\x0a\x19ada.lovelace@planted.test\x12" + random.randbytes(size)
    scrubbed = _binary(body)
    assert b"ada.lovelace" not in scrubbed
    assert len(scrubbed) == len(body)


def test_a_short_address_in_a_small_binary_is_replaced():
    assert b"bo@ti.io" not in _binary(b"\x00\x01\x0a\x08bo@ti.io\x12\x04\xff\xfe\x00")


def _binary(body: bytes) -> bytes:
    headers = (("Content-Type", "application/octet-stream"),)
    exchange = Exchange(
        request=Request(method="GET", url="http://127.0.0.1:9/x"),
        response=Response(status=200, headers=headers, body=body),
    )
    return Scrubber(Policy()).exchange(exchange).exchange.response.body
