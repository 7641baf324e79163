"""Example bodies of every pact version mean what they mean to Pact's own library."""

import json
from typing import Any

import pact_oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.codecs import pact_body, pact_read, pact_v4
from integtest.codecs.json_document import Node, compact
from integtest.errors import UnreadableFileError
from integtest.model.http import Place
from integtest.model.matching import Body

JSON = "application/json"


def pact(body: Any, version: str, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    request = {"method": "POST", "path": "/", "headers": headers or {}, "body": body}
    interaction = {"description": "d", "request": request, "response": {"status": 200}}
    if version.startswith("4"):
        interaction["type"] = "Synchronous/HTTP"
    return {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": version}},
    }


def ours(document: dict[str, Any]) -> Body:
    return pact_read.from_document(document).interactions[0].request.body  # type: ignore[union-attr]


def same(body: Body, seen: bytes) -> bool:
    """Pact's library sorts the keys of JSON; nothing else may differ."""
    if body.content == seen:
        return True
    return json.loads(body.content) == json.loads(seen)


V4_BODIES = {
    "JSON as JSON": {"content": {"b": 1.0, "a": [1e30, "é", None]}, "contentType": JSON, "encoded": False},
    "JSON text": {"content": "abc", "contentType": JSON, "encoded": False},
    "JSON written out": {"content": '{"a":  1}', "contentType": JSON, "encoded": "JSON"},
    "JSON written out, lower case": {"content": "[1, 2]", "contentType": JSON, "encoded": "json"},
    "JSON text written out": {"content": '"abc"', "contentType": JSON, "encoded": "json"},
    "JSON-looking text not written out": {"content": '{"a": 1}', "contentType": JSON, "encoded": False},
    "JSON without a type": {"content": {"a": 1}, "encoded": False},
    "JSON under a text type": {"content": {"a": 1}, "contentType": "text/plain"},
    "a suffix of JSON": {"content": "abc", "contentType": "application/vnd.x+json; charset=utf-8"},
    "text without a type": {"content": "hi"},
    "base64": {"content": "AAH/", "contentType": "application/octet-stream", "encoded": "base64"},
    "base64 of text": {"content": "YWJj", "contentType": "text/plain", "encoded": "base64"},
    "encoded without saying how": {"content": "YWJj", "contentType": "text/plain", "encoded": True},
    "a number": {"content": 5, "contentType": JSON},
    "a boolean under a text type": {"content": True, "contentType": "text/plain"},
    "a null content": {"content": None, "contentType": JSON},
    "an empty content": {"content": "", "contentType": JSON},
    "an empty content written out": {"content": "", "contentType": JSON, "encoded": "json"},
    "no attributes": {},
    "null": None,
    "an object without the attributes": {"Payload": "exists"},
    "an array without the attributes": [1, 2],
    "text without the attributes": "str",
    "XML": {"content": "<a/>", "contentType": "application/xml"},
}


@pytest.mark.parametrize("name", V4_BODIES)
def test_a_v4_body_is_the_bytes_that_pacts_library_sees(name: str) -> None:
    document = pact(V4_BODIES[name], "4.0")
    assert same(ours(document), pact_oracle.read(document)[0]["request"])


@pytest.mark.parametrize("name", V4_BODIES)
def test_a_v4_body_means_the_same_after_it_was_written_again(name: str) -> None:
    document = pact(V4_BODIES[name], "4.0")
    again = pact_v4.dumps(pact_read.from_document(document))
    assert pact_oracle.read(again)[0]["request"] == pact_oracle.read(document)[0]["request"]
    assert ours(json.loads(again)) == ours(document)


PLAIN_BODIES = {
    "text under JSON": ("abc", {"Content-Type": JSON}),
    "an object's text under JSON": ('{"a": 1}', {"Content-Type": JSON}),
    "an array's text under JSON": ("[1, 2]", {"Content-Type": JSON}),
    "a number's text under JSON": ("5", {"Content-Type": JSON}),
    "a JSON string under JSON": ('"abc"', {"Content-Type": JSON}),
    "text without a type": ("abc", {}),
    "an object's text without a type": ('{"a": 1}', {}),
    "base64 under a binary type": ("AAH/", {"Content-Type": "application/octet-stream"}),
    "what is no base64 under a binary type": ("a b!", {"Content-Type": "application/octet-stream"}),
    "XML": ("<a/>", {"Content-Type": "application/xml"}),
    "a form": ("a=b", {"Content-Type": "application/x-www-form-urlencoded"}),
    "an object": ({"a": 1.0}, {}),
    "an object under text": ({"a": 1}, {"Content-Type": "text/plain"}),
    "a list of types": ({"a": 1}, {"Content-Type": ["application/json"]}),
    "a number": (5, {}),
    "null": (None, {}),
    "empty": ("", {}),
}


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0", "3.0.0"])
@pytest.mark.parametrize("name", PLAIN_BODIES)
def test_a_body_before_v4_is_the_bytes_that_pacts_library_sees(name: str, version: str) -> None:
    body, headers = PLAIN_BODIES[name]
    document = pact(body, version, headers)
    assert same(ours(document), pact_oracle.read(document)[0]["request"])


@pytest.mark.parametrize("name", PLAIN_BODIES)
def test_a_body_before_v4_means_the_same_as_v4(name: str) -> None:
    body, headers = PLAIN_BODIES[name]
    document = pact(body, "2.0.0", headers)
    again = json.loads(pact_v4.dumps(pact_read.from_document(document)))
    assert same(ours(document), pact_oracle.read(again)[0]["request"])
    assert same(ours(again), ours(document).content)
    assert ours(again).content_type == ours(document).content_type


def test_absent_null_and_empty_bodies_are_told_apart() -> None:
    for version in ("2.0.0", "4.0"):
        absent = pact(None, version)
        del absent["interactions"][0]["request"]["body"]
        empty = {"content": ""} if version == "4.0" else ""
        states = [ours(absent).state, ours(pact(None, version)).state, ours(pact(empty, version)).state]
        assert states == ["missing", "null", "empty"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
types = st.sampled_from(
    [JSON, "text/plain", "application/xml", "application/octet-stream", "image/png", "text/csv"]
)


@settings(max_examples=150)
@given(content=json_values, content_type=st.none() | types, encoded=st.sampled_from([False, True, "json"]))
def test_any_v4_content_is_the_bytes_that_pacts_library_sees(
    content: Any, content_type: str | None, encoded: bool | str
) -> None:
    body = {"content": content, "encoded": encoded} | ({"contentType": content_type} if content_type else {})
    document = pact(body, "4.0")
    assert same(ours(document), pact_oracle.read(document)[0]["request"])


bodies = st.one_of(
    st.just(Body()),
    st.builds(lambda ct: Body(state="empty", content_type=ct), st.none() | types),
    st.builds(lambda ct: Body(state="null", content_type=ct), st.none() | types),
    st.builds(lambda v: Body(state="present", content=compact(v), content_type=JSON), json_values),
    st.builds(
        lambda b, ct, hint: Body(state="present", content=b, content_type=ct, hint=hint),
        st.binary(min_size=1, max_size=20) | st.text(min_size=1).map(str.encode),
        types.filter(lambda ct: ct != JSON),
        st.sampled_from([None, "TEXT", "BINARY", "DEFAULT"]),
    ),
)


@settings(max_examples=200)
@given(bodies)
def test_any_body_is_equal_after_writing_and_reading(body: Body) -> None:
    if body.state == "missing":
        return
    written = pact_body.write(body)
    assert pact_body.read_v4(Node(written, Place()), None) == (body, {})
    assert pact_oracle.read(pact(written, "4.0"))[0]["request"] == b"" or body.state == "present"


@given(st.binary(max_size=40))
def test_any_bytes_under_a_json_type_keep_their_meaning(content: bytes) -> None:
    body = Body(state="present" if content else "empty", content=content, content_type=JSON)
    again, _ = pact_body.read_v4(Node(pact_body.write(body), Place()), None)
    if again.content != body.content:
        assert json.loads(again.content) == json.loads(body.content)


def test_null_and_empty_text_as_json_documents_are_present_bodies() -> None:
    for content in (b"null", b'""', b"0", b"false", b"[]", b"{}"):
        body = Body(state="present", content=content, content_type=JSON)
        written = pact_body.write(body)
        assert pact_body.read_v4(Node(written, Place()), None)[0] == body
        assert pact_oracle.read(pact(written, "4.0"))[0]["request"] == content


def test_what_says_base64_and_is_not_is_refused_with_its_pointer() -> None:
    document = pact({"content": "!!", "contentType": "text/plain", "encoded": "base64"}, "4.0")
    with pytest.raises(UnreadableFileError, match="is not base64") as caught:
        ours(document)
    assert "#/interactions/0/request/body/content" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"a": 1}', JSON),
        (b"[]", JSON),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"<a/>", "application/xml"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"hello", "text/plain"),
        (b"\xff\xd8", "application/octet-stream"),
    ],
)
def test_a_body_without_a_content_type_gets_the_one_that_it_looks_like(content: bytes, content_type: str) -> None:
    assert pact_body.detected(content) == content_type
