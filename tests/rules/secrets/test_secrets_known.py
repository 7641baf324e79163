"""Values that the configuration calls secret are caught wherever they turn up, in every form."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.errors import ConfigError
from integtest.model.http import Exchange, Request, Response
from integtest.rules.secrets import Policy, Scrubber, check, mask_exchange, mask_key_parts, mask_text

_SECRET = 'Wölfe/mit "Hut"+7'
_POLICY = Policy(allow_list=False, known={"CLIENT_SECRET": _SECRET})


def _base64(before, value):
    return base64.b64encode(before + value.encode() + b"\xfe").decode()


_FORMS = {
    "plain": lambda v: v,
    "inside a word": lambda v: f"abc{v}xyz",
    "percent": lambda v: quote(v, safe=""),
    "plus": quote_plus,
    "json": lambda v: json.dumps(v)[1:-1],
    "json in json": lambda v: json.dumps(json.dumps(v)),
    "hex": lambda v: v.encode().hex(),
    "base64 at the start": lambda v: _base64(b"", v),
    "base64 after 1 bytes": lambda v: _base64(b"\xff", v),
    "base64 after 2 bytes": lambda v: _base64(b"\xff\xfe", v),
    "base64 after 3 bytes": lambda v: _base64(b"\xff\xfe\xfd", v),
    "base64 in text": lambda v: base64.b64encode(f"key is {v} ok".encode()).decode(),
    "url base64": lambda v: base64.urlsafe_b64encode(v.encode()).decode().rstrip("="),
}


def _traces(value):
    plain = [value, quote(value, safe=""), json.dumps(value)[1:-1], value.encode().hex()]
    for n in range(3):
        coded = base64.b64encode(b"\0" * n + value.encode()).decode()
        plain += [coded[4:-4], coded[4:-4].replace("+", "-").replace("/", "_")]
    return plain


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("place", ["header", "body", "url", "reply"])
def test_a_known_value_leaves_no_trace(form, place):
    text = _FORMS[form](_SECRET)
    request = {"method": "POST", "url": "http://localhost/"}
    response = None
    if place == "header":
        request["headers"] = (("X-Note", f"got {text}!"),)
    elif place == "body":
        request["body"] = f"got {text}!".encode()
    elif place == "url":
        request["url"] = f"http://localhost/{quote(text, safe='')}?q={quote(text, safe='')}"
    else:
        response = Response(
            status=200, headers=(("Content-Type", "application/octet-stream"),), body=f"\0{text}\0".encode()
        )
    exchange = Exchange(request=Request(**request), response=response)
    scrubbed = Scrubber(_POLICY).exchange(exchange)
    for shown in (scrubbed.exchange, mask_exchange(exchange, {"CLIENT_SECRET": _SECRET})):
        texts = [shown.request.url, *(v for _, v in shown.request.headers), shown.request.body.decode()]
        texts += [shown.response.body.decode()] if shown.response else []
        assert not [t for t in _traces(_SECRET) for text in texts if t in text]
    assert scrubbed.replaced
    assert Scrubber(_POLICY).exchange(scrubbed.exchange).exchange == scrubbed.exchange
    assert check(exchange, _POLICY)


def test_a_known_value_and_the_same_value_under_a_name_share_a_stand_in():
    body = json.dumps({"client_secret": _SECRET, "text": f"it was {_SECRET}"}, ensure_ascii=False).encode()
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", body=body))
    read = json.loads(Scrubber(_POLICY).exchange(exchange).exchange.request.body)
    assert read["text"] == f"it was {read['client_secret']}"


@pytest.mark.parametrize("value", ["a", "abcde"])
def test_a_value_too_short_to_be_told_from_other_text_is_refused_by_its_variable(value):
    with pytest.raises(ConfigError) as caught:
        Policy(known={"CLIENT_SECRET": value})
    assert "CLIENT_SECRET" in str(caught.value)
    assert f"'{value}'" not in str(caught.value)


def test_an_empty_variable_is_no_secret():
    assert Policy(known={"CLIENT_SECRET": ""}).known["CLIENT_SECRET"].get_secret_value() == ""


def test_a_short_value_is_masked_in_reports_all_the_same():
    assert mask_text("pin was 8x2Q today", {"PIN": "8x2Q"}) == "pin was *** today"


def test_the_policy_never_shows_a_known_value():
    assert "Hut" not in repr(_POLICY) + str(_POLICY) + _POLICY.model_dump_json()


def test_a_lookup_with_another_secret_finds_the_recording():
    def request(secret):
        return Request(
            method="POST",
            url=f"http://localhost/hooks/{secret}/run?x=1",
            headers=(("Authorization", f"Bearer {secret}"), ("X-Note", f"a{secret}b")),
            body=f"run with {secret} now".encode(),
        )

    recorded = Policy(allow_list=False, known={"HOOK": "Zq8-realSecret"})
    replayed = Policy(allow_list=False, known={"HOOK": "dummy-secret-x"})
    kept = Scrubber(recorded).exchange(Exchange(request=request("Zq8-realSecret"))).exchange.request
    assert mask_key_parts(kept, replayed) == mask_key_parts(request("dummy-secret-x"), replayed)
    assert mask_key_parts(kept, Policy(allow_list=False)) == mask_key_parts(kept, replayed)


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=8, max_size=30).filter(
        lambda v: any(c.isalnum() for c in v)
    ),
    st.sampled_from(["plain", "percent", "json", "base64 after 1 bytes", "url base64"]),
    st.text("ab ", max_size=5),
)
def test_any_known_value_is_gone_from_any_text(value, form, before):
    body = (before + _FORMS[form](value)).encode()
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", body=body))
    policy = Policy(allow_list=False, known={"V": value})
    after = Scrubber(policy).exchange(exchange).exchange.request.body.decode("utf-8", "replace")
    assert value not in after
    assert json.dumps(value)[1:-1] not in after
    assert quote(value, safe="") not in after


def test_a_lookup_knows_a_credential_again_in_another_field():
    headers = (("X-Note", "sent zq8realsecrettoken again"), ("Authorization", "Bearer zq8realsecrettoken"))
    request = Request(method="GET", url="http://localhost/a/zq8realsecrettoken", headers=headers)
    policy = Policy(allow_list=False)
    kept = Scrubber(policy).exchange(Exchange(request=request)).exchange.request
    assert mask_key_parts(request, policy) == mask_key_parts(kept, policy)
    assert "zq8" not in repr(mask_key_parts(request, policy))
