"""JSON bodies stand as lines in a YAML cassette, and every reader gets the very bytes that were recorded."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import vcr
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.codecs import cassette_yaml, json_lines
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Request, Response

CLAIM = {
    "id": "claim-1",
    "items": [{"sku": "a: b # c", "count": 1, "none": {}}, {"sku": 'said "é" \\ 😀', "count": 2}],
    "vector": [0.25, -1, 3e8],
    "closed": False,
}
STYLES: list[dict[str, Any]] = [
    {},
    {"separators": (",", ":")},
    {"ensure_ascii": False},
    {"separators": (" , ", " : ")},
]


def cassette(body: bytes, sent: bytes = b"") -> Cassette:
    kind = (("Content-Type", "application/json"),)
    return Cassette(
        exchanges=(
            Exchange(
                request=Request(method="POST", url="http://api.test/claims", headers=kind, body=sent),
                response=Response(
                    status=200, reason="OK", headers=(*kind, ("Content-Length", str(len(body)))), body=body
                ),
            ),
        )
    )


def test_a_changed_field_is_a_changed_line() -> None:
    before = cassette_yaml.dumps(cassette(json.dumps(CLAIM).encode())).splitlines()
    after = cassette_yaml.dumps(cassette(json.dumps(CLAIM | {"id": "claim-2"}).encode())).splitlines()
    assert [line.strip() for line in set(after) - set(before)] == [rb"\"id\": \"claim-2\", " + b"\\"]


def test_a_list_of_numbers_stays_on_one_line() -> None:
    text = cassette_yaml.dumps(cassette(json.dumps({"vector": [n / 7 for n in range(500)]}).encode()))
    assert len(text.splitlines()) < 30


def test_what_is_short_or_no_json_stays_as_it_was() -> None:
    for body in (b'{"a":1}', b"x" * 90, b"[" * 90, b'{"a": "' + b"x" * 90 + b'"', b'"' + b"x" * 90 + b'"'):
        assert not json_lines.is_fit(body.decode())


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_every_reader_gets_the_bytes_recorded(loader: Any, style: dict[str, Any], end: str) -> None:
    body = (json.dumps(CLAIM, **style) + end).encode()
    written = cassette_yaml.dumps(cassette(body, sent=body))
    assert len(written.splitlines()) > 20
    seen = yaml.load(written, Loader=loader)["interactions"][0]
    assert seen["response"]["body"]["string"].encode() == body
    assert seen["request"]["body"].encode() == body
    (ours,) = cassette_yaml.loads(written).exchanges
    assert ours.response is not None
    assert (ours.response.body, ours.request.body) == (body, body)
    assert cassette_yaml.dumps(cassette_yaml.loads(written)) == written


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(), _JSON, min_size=3), st.sampled_from(STYLES), st.sampled_from(["", "\n", " "]))
def test_any_json_keeps_its_bytes(value: Any, style: dict[str, Any], end: str) -> None:
    body = (json.dumps(value | {"long": "x" * 60}, **style) + end).encode("utf-8", "surrogatepass")
    written = cassette_yaml.dumps(cassette(body))
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        seen = yaml.load(written, Loader=loader)["interactions"][0]["response"]["body"]["string"]
        assert (seen if isinstance(seen, bytes) else seen.encode("utf-8", "surrogatepass")) == body


@pytest.mark.parametrize("client", [requests, httpx])
@pytest.mark.parametrize("style", STYLES)
def test_vcrpy_plays_it_and_matches_its_raw_body(tmp_path: Path, style: dict[str, Any], client: Any) -> None:
    body = json.dumps(CLAIM, **style).encode()
    (tmp_path / "c.yaml").write_bytes(cassette_yaml.dumps(cassette(body, sent=body)))
    with vcr.use_cassette(str(tmp_path / "c.yaml"), record_mode="none", match_on=["method", "uri", "raw_body"]):
        headers = {"Content-Type": "application/json"}
        sent = {"data": body} if client is requests else {"content": body}
        reply = client.post("http://api.test/claims", headers=headers, **sent)
    assert reply.content == body
    assert reply.headers["content-length"] == str(len(body))
