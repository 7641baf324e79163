"""What a name says of its value, in headers, queries, and the formats that people really use."""

from __future__ import annotations

import json

import pytest

from integtest.model.http import Exchange, Request
from integtest.rules.secrets import Policy, Scrubber

_VALUE = "q7Rz-unseen-Val9x"
_HEADERS = [
    "X-Functions-Key",
    "X-Shopify-Access-Token",
    "X-Vault-Token",
    "Private-Token",
    "X-Figma-Token",
    "Circle-Token",
    "apikey",
    "X-Auth-Key",
    "X-RapidAPI-Key",
    "X-Goog-Api-Key",
    "Ocp-Apim-Subscription-Key",
    "X-Hub-Signature-256",
    "Stripe-Signature",
    "X-Slack-Signature",
    "DD-API-KEY",
    "DD-APPLICATION-KEY",
    "X-JFrog-Art-Api",
    "Mcp-Session-Id",
    "X-Amz-Security-Token",
    "X-CSRFToken",
    "Proxy-Authorization",
    "X-Api-Token",
    "X-Token",
    "X-Session-Id",
    "X-App-Key",
    "X-Client-Secret",
    "X-Webhook-Secret",
    "Authentication",
    "PLAID-SECRET",
    "CB-ACCESS-KEY",
    "CB-ACCESS-SIGN",
    "CB-ACCESS-PASSPHRASE",
    "Fastly-Key",
    "X-Forwarded-Access-Token",
    "Authorization",
]
_QUERY = [
    "sig",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "hapikey",
    "key",
    "auth_token",
    "jwt",
    "ticket",
    "SAMLResponse",
    "access_token",
    "api_key",
    "apiKey",
    "app_secret",
    "client_secret",
    "code",
    "token",
    "refresh_token",
    "id_token_hint",
    "oauth_token",
    "oauth_signature",
    "password",
    "pwd",
    "subscription-key",
    "invite_token",
    "passphrase",
    "user_token",
]
_DOCUMENTS = {
    "temporary credentials": {
        "Credentials": {"AccessKeyId": "x", "SecretAccessKey": _VALUE, "SessionToken": _VALUE}
    },
    "a list of settings": {"env": [{"name": "DB_PASSWORD", "value": _VALUE}, {"name": "PORT", "value": "80"}]},
    "recorded headers": {"headers": [{"name": "Authorization", "value": f"Bearer {_VALUE}"}]},
    "recorded cookies": {"cookies": [{"name": "sid", "value": _VALUE, "path": "/"}]},
    "outputs": {"outputs": {"db_password": {"value": _VALUE, "sensitive": True}}},
    "a map of secrets": {"secrets": {"db": _VALUE, "mail": _VALUE}},
    "secrets as a string": {"SecretString": json.dumps({"host": "h", "any": _VALUE})},
    "a private JSON Web Key": {"keys": [{"kty": "RSA", "n": "abc", "e": "AQAB", "d": _VALUE, "qi": _VALUE}]},
    "a pair": {"cfg": [["password", _VALUE], ["port", "80"]]},
    "an ADO connection string": {"conn": f"Server=db;Database=x;User Id=sa;Password={_VALUE};"},
    "a JDBC URL": {"url": f"jdbc:sqlserver://db;user=sa;password={_VALUE};x=1"},
    "a curl line": {"cmd": f"curl -u admin:{_VALUE} https://x.y"},
    "a curl line with a header": {"cmd": f"curl -H 'Authorization: Bearer {_VALUE}' https://x.y"},
    "an option": {"cmd": f"tool --api-key {_VALUE} run"},
    "an option with an equals sign": {"cmd": f"mysql --password={_VALUE} -h db"},
    "a dotenv file": {"f": f"DEBUG=1\nSECRET_KEY={_VALUE}\nexport API_TOKEN='{_VALUE}'\n"},
    "YAML": {"f": f"db:\n  password: {_VALUE}\n"},
    "SQL": {"q": f"CREATE USER bob IDENTIFIED BY '{_VALUE}'"},
    "an escaped document": {"log": f'sent {{\\"password\\": \\"{_VALUE}\\"}}'},
}
_PEOPLE = {
    "a directory": {
        "displayName": "Annegret Kowalczyk", "mail": "anne@kunde.de", "userPrincipalName": "annek",
        "businessPhones": ["030 1234567"],
    },
    "FHIR": {
        "name": [{"family": "Kowalczyk", "given": ["Annegret"]}], "telecom": [{"system": "phone", "value": "030 1234567"}],
        "address": [{"line": ["Lindenallee 17b"], "postalCode": "53111"}], "birthDate": "1985-03-02",
    },
    "billing": {
        "billing_details": {"name": "Annegret Kowalczyk", "email": "anne@kunde.de", "address": {"line1": "Lindenallee 17b"}}
    },
    "a member": {"user": {"name": "Annegret Kowalczyk", "login": "annek"}},
    "text": {"t": "DOB: 02.03.1985, phone: 0301234567, SSN: 219-09-9999"},
}  # fmt: skip
_TRACES = ["Annegret", "Kowalczyk", "annek", "1234567", "Lindenallee", "53111", "1985", "219-09"]


def _scrubbed(**more):
    exchange = Exchange(request=Request(**({"method": "POST", "url": "http://localhost/"} | more)))
    return Scrubber(Policy(allow_list=False)).exchange(exchange).exchange.request


@pytest.mark.parametrize("name", _HEADERS)
def test_a_header_that_carries_a_credential_loses_it(name):
    assert _VALUE not in _scrubbed(headers=((name, _VALUE),)).header(name)


@pytest.mark.parametrize("name", _QUERY)
def test_a_query_field_that_carries_a_credential_loses_it(name):
    assert _VALUE not in _scrubbed(url=f"http://localhost/?a=1&{name}={_VALUE}").url


@pytest.mark.parametrize("form", _DOCUMENTS)
def test_a_credential_is_found_in_the_forms_that_people_write(form):
    assert _VALUE not in _scrubbed(body=json.dumps(_DOCUMENTS[form]).encode()).body.decode()


@pytest.mark.parametrize("form", _PEOPLE)
def test_a_person_is_found_in_the_forms_that_systems_write(form):
    after = _scrubbed(body=json.dumps(_PEOPLE[form]).encode()).body.decode()
    assert [trace for trace in _TRACES if trace in after] == []


@pytest.mark.parametrize("name", ["Idempotency-Key", "Sec-WebSocket-Key", "X-Request-Id", "ETag", "Surrogate-Key"])
def test_an_identifier_in_a_header_stays(name):
    assert _scrubbed(headers=((name, _VALUE),)).header(name) == _VALUE


def test_a_password_with_a_colon_or_an_at_sign_in_a_url_is_found():
    after = _scrubbed(body=b"see postgres://svc:Xk9@f:Q2@db.internal/claims and go on").body.decode()
    assert after.startswith("see postgres://")
    assert after.endswith("@db.internal/claims and go on")
    assert "Xk9" not in after
    assert "Q2" not in after


def test_a_user_name_that_says_nothing_stays():
    assert _scrubbed(url="https://git:Xk9fQ2mWp7@host.corp/x.git").url.startswith("https://git:")


@pytest.mark.parametrize(
    "value",
    ["***", "xxxxxxxx", "REDACTED", "[FILTERED]", "<your api key>", "${API_KEY}", "{{ token }}", "{token}", "%(key)s",
     "redacted-by-vcr", "DUMMY_TOKEN", "<REDACTED>", "none", "..."],
)  # fmt: skip
def test_what_somebody_took_out_already_stays(value):
    body = json.dumps({"access_token": value}).encode()
    assert _scrubbed(body=body).body == body


@pytest.mark.parametrize(
    "value",
    [
        "hidden-Treasure99",
        "x" * 300 + "Secret99",
        "dummyPassw0rd",
        "<Secret99>",
        "{Secret: 99}",
        "the quick brown fox jumps",
    ],
)
def test_a_secret_that_resembles_what_was_taken_out_is_replaced(value):
    assert json.loads(_scrubbed(body=json.dumps({"access_token": value}).encode()).body)["access_token"] != value
