"""Input made to take for ever, or to break things, takes as long as it is long and breaks nothing.

Every case is long enough that a repetition inside a repetition would not come back in any reasonable time.
"""

from __future__ import annotations

import json

import pytest

from integtest.model.http import Exchange, Request, Response
from integtest.rules.secrets import Policy, Scrubber, mask_text

_UNITS = [
    "a", "1", "@", "a@", "a.", "1 ", "1-", "+1", "eyJ", "eyJaaaaaaaaa.", "<", "<a ", '<a "', "<a b='", "<!--",
    "<!DOCTYPE", "a://", "http://a:b@", "=", "a=", "a:", "password:", "password=", 'password="', "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----", "Bearer ", "xoxb-", "ghp_", "DE12 ", "%", "%41", "\\", '"', "\0", " ", "\n",
    "QUJD", "&", "&amp;", "data: x\n\n", "data: \n", "Fake0001", ";a=b", "/", "(202) ", ":", "{", '{"a":', "[", "é",
]  # fmt: skip
_KINDS = [
    "text/plain",
    "application/json",
    "text/html",
    "application/x-www-form-urlencoded",
    "text/event-stream",
    "text/csv",
]


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("unit", _UNITS)
def test_a_unit_repeated_is_read_to_its_end(unit, kind):
    body = (unit * (30_000 // len(unit))).encode()
    response = Response(status=200, headers=(("Content-Type", kind),), body=body)
    exchange = Exchange(request=Request(method="GET", url="http://localhost/"), response=response)
    after = Scrubber(Policy(allow_list=False)).exchange(exchange).exchange
    assert Scrubber(Policy(allow_list=False)).exchange(after).exchange == after


def test_json_of_any_depth_is_read():
    body = b'{"a":' * 100_000 + b'{"password":"Hunter22x"}' + b"}" * 100_000
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", body=body))
    after = Scrubber(Policy(allow_list=False)).exchange(exchange).exchange.request.body
    assert after == body.replace(b"Hunter22x", b"Fake0001F")


def test_xml_of_any_depth_is_read():
    body = b"<a>" * 50_000 + b"<password>Hunter22x</password>" + b"</a>" * 50_000
    headers = (("Content-Type", "text/xml"),)
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", headers=headers, body=body))
    after = Scrubber(Policy(allow_list=False)).exchange(exchange).exchange.request.body
    assert after == body.replace(b"Hunter22x", b"Fake0001F")


def test_a_number_of_any_length_is_read():
    body = b'{"card_number":' + b"4" * 20_000 + b',"pin":"' + b"1" * 20_000 + b'"}'
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", body=body))
    after = Scrubber(Policy(allow_list=False)).exchange(exchange).exchange.request.body
    assert len(json.loads(after, parse_int=str)["pin"]) == 20_000


@pytest.mark.parametrize(
    "url", ["", "//", "http://", "http://[", "http://[::1", "?", "#", "http://a:b:c@@@/", "\ud800"]
)
def test_a_url_that_is_none_is_read(url):
    exchange = Exchange(request=Request(method="GET", url=url))
    assert Scrubber(Policy()).exchange(exchange).exchange.request.method == "GET"


def test_text_with_lone_surrogates_is_masked():
    assert mask_text("\udc80 password=Hunter22x \ud800") == "\udc80 password=*** \ud800"
