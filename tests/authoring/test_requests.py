"""Requests as the consumer sends them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from integtest import (
    DELETE,
    GET,
    HEAD,
    OPTIONS,
    PATCH,
    POST,
    PUT,
    Contract,
    Reply,
    equals,
    from_state,
    integer,
    json_schema,
    like,
    match,
    null,
    one_of,
    regex,
    uuid,
)
from integtest.errors import ContractError
from tests.authoring.conftest import Bench

UUID4 = "fc763eba-0905-41c5-a27f-3934ab26786c"


@pytest.mark.parametrize("verb", [DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT], ids=repr)
def test_every_method_has_its_verb(verb: Any, bench: Bench) -> None:
    assert bench.asks(verb("/x")).request.method == repr(verb)


@pytest.mark.parametrize(
    ("value", "path", "good", "bad"),
    [
        ("a b", "/t/a b/x", ["/t/a%20b/x"], ["/t/a/x"]),
        (7, "/t/7/x", ["/t/7/x"], ["/t/8/x"]),
        (integer(7), "/t/7/x", ["/t/8/x", "/t/-1/x"], ["/t/a/x", "/t/8/y", "/t/8/x/z"]),
        (like("a"), "/t/a/x", ["/t/other/x"], ["/t/a/b/x", "/t//x"]),
        (regex("^[a-z]{2}|z$", "ab"), "/t/ab/x", ["/t/cd/x", "/t/z/x"], ["/t/abc/x"]),
        (uuid(), f"/t/{UUID4}/x", [f"/t/{UUID4.upper()}/x"], ["/t/1/x"]),
        (one_of("a.b", "c"), "/t/a.b/x", ["/t/c/x"], ["/t/aXb/x"]),
        (equals("a.b"), "/t/a.b/x", ["/t/a.b/x"], ["/t/aXb/x"]),
        (from_state("id", example=5), "/t/5/x", ["/t/6/x"], ["/t//x"]),
        (match.date(), "/t/2024-01-31/x", ["/t/2025-02-01/x"], ["/t/a/b/x"]),
    ],
)
def test_a_hole_in_a_path_takes_values_and_matchers(
    value: Any, path: str, good: list[str], bad: list[str], bench: Bench
) -> None:
    found = bench.asks(GET("/t/{id}/x", path={"id": value}))
    assert found.request.path == path
    assert [url for url in good if not bench.hears(found, url=url)] == []
    assert [url for url in bad if bench.hears(found, url=url)] == []


def test_the_text_around_a_hole_is_text_and_no_pattern(bench: Bench) -> None:
    found = bench.asks(GET("/v1.0/{id}(x)", path={"id": integer(7)}))
    assert bench.hears(found, url="/v1.0/8(x)")
    assert not bench.hears(found, url="/v1a0/8(x)")


def test_a_path_of_several_state_values_is_made_whole() -> None:
    contract = Contract(consumer="c", provider="p", base="/v1")
    ids = {"a": from_state("left", example=1), "b": from_state("right", example="x"), "c": "fixed"}
    found = contract.http("it", given="s", request=GET("/{a}/{c}/{b}", path=ids), reply=Reply(200))
    assert found.request.path == "/v1/1/fixed/x"
    assert found.request.generators.path is not None
    assert found.request.generators.path.model_dump() == {
        "type": "ProviderState",
        "args": {"expression": "/v1/${left}/fixed/${right}", "dataType": "STRING"},
    }


def test_query_and_headers_take_values_lists_and_matchers(bench: Bench) -> None:
    found = bench.asks(
        GET(
            "/",
            query={"one": 1, "many": ["a", "b"], "yes": True, "bare": None, "any": like("x")},
            headers={"X-Any": regex("[a-z]+", "abc"), "Accept": ["text/html", "text/plain"]},
        )
    )
    assert found.request.query == {
        "one": ("1",),
        "many": ("a", "b"),
        "yes": ("true",),
        "bare": (None,),
        "any": ("x",),
    }
    assert found.request.headers == {"X-Any": ("abc",), "Accept": ("text/html", "text/plain")}
    url = "/?one=1&many=a&many=b&yes=true&bare&any="
    assert bench.hears(found, url=url + "z", headers={"Accept": "text/html, text/plain"})
    assert not bench.hears(
        found, url=url.replace("one=1", "one=2") + "z", headers={"Accept": "text/html, text/plain"}
    )
    assert not bench.hears(found, url=url + "z&more=1", headers={"Accept": "text/html, text/plain"})


def test_values_of_a_state_stand_in_query_header_form_and_json(bench: Bench) -> None:
    value = from_state("id", example="t1")
    asked = bench.asks(
        POST("/", query={"q": value}, headers={"X-Id": value}, json={"deep": [{"id": value}]})
    ).request
    assert asked.generators.query["q"].args["expression"] == "${id}"
    assert asked.generators.header["X-Id"].type == "ProviderState"
    assert asked.generators.body["$.deep[0].id"].args == {"expression": "${id}", "dataType": "STRING"}
    form = bench.asks(POST("/", form={"id": value})).request
    assert list(form.generators.body) == ["$.id"]


@pytest.mark.parametrize(
    ("options", "content", "content_type"),
    [
        ({"json": {"a": [1, None, "é"]}}, '{"a":[1,null,"é"]}', "application/json"),
        ({"json": []}, "[]", "application/json"),
        ({"json": null()}, "null", "application/json"),
        (
            {"json": {"a": 1}, "content_type": "application/merge-patch+json"},
            '{"a":1}',
            "application/merge-patch+json",
        ),
        (
            {"form": {"a": 1, "b": ["x", "y z"], "c": False}},
            "a=1&b=x&b=y+z&c=false",
            "application/x-www-form-urlencoded",
        ),
        ({"text": "hi"}, "hi", "text/plain"),
        ({"xml": "<a/>"}, "<a/>", "application/xml"),
        ({"body": b"\x00\x01"}, "\x00\x01", "application/octet-stream"),
        ({"body": b"%PDF", "headers": {"content-type": "application/pdf"}}, "%PDF", "application/pdf"),
    ],
)
def test_a_body_is_json_a_form_text_xml_or_bytes(
    options: dict[str, Any], content: str, content_type: str, bench: Bench
) -> None:
    found = bench.asks(POST("/", **options))
    assert found.request.body.content == content.encode()
    assert found.request.body.content_type == content_type
    assert [v for name, v in found.request.headers.items() if name.lower() == "content-type"] == [(content_type,)]
    assert bench.hears(found)


def test_plain_values_are_exact_and_unexpected_keys_are_refused(bench: Bench) -> None:
    found = bench.asks(json={"kind": "a", "size": integer(3), "tags": match.each_like("x", min=0)})
    assert bench.hears(found, body=b'{"kind":"a","size":4,"tags":[]}')
    assert not bench.hears(found, body=b'{"kind":"b","size":4,"tags":[]}')
    assert not bench.hears(found, body=b'{"kind":"a","size":4,"tags":[],"more":1}')


class Asked(BaseModel):
    text: str
    limit: int | None = None
    nested: list[Asked] = []


def test_a_model_decides_which_keys_a_request_may_hold(bench: Bench) -> None:
    found = bench.asks(json=Asked)
    assert json.loads(found.request.body.content) == {"text": "string"}
    assert bench.hears(found, body=b'{"text":"x"}')
    assert bench.hears(found, body=b'{"text":"x","limit":null,"nested":[{"text":"y","limit":1}]}')
    assert not bench.hears(found, body=b'{"text":"x","limti":3}')
    assert not bench.hears(found, body=b'{"text":"x","nested":[{"text":"y","limti":1}]}')
    assert not bench.hears(found, body=b'{"limit":3}')


def test_a_model_that_allows_other_keys_and_a_schema_that_says_nothing_of_them(bench: Bench) -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        a: int

    assert bench.hears(bench.asks(json=Open), body=b'{"a":1,"b":2}')
    document = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    closed = bench.asks(json=json_schema(document))
    assert bench.hears(closed, body=b'{"a":2}')
    assert not bench.hears(closed, body=b'{"a":1,"b":2}')
    assert "additionalProperties" not in document


def test_an_example_shows_the_optional_fields_of_a_request(bench: Bench) -> None:
    found = bench.asks(json=Asked, example={"text": "hello", "limit": 3})
    assert json.loads(found.request.body.content) == {"text": "hello", "limit": 3}
    assert bench.hears(found, body=b'{"text":"x","limit":4}')


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GET("/", headers={"bad name": "x"}), "not the name of a header field"),
        (lambda: GET("/", headers={"X": "a\r\nY: b"}), "holds a line break"),
        (lambda: GET("/", headers={"X": "a", "x": "b"}), "stands twice"),
        (lambda: GET("/", query={"q": {"a": 1}}), "cannot stand in a form, query or header field"),
        (lambda: GET("/", query={"q": [like("a"), integer(1)]}), "different matchers"),
        (lambda: POST("/", json={1: "a"}), "is not text"),
        (lambda: POST("/", json={"a": float("nan")}), "not a JSON number"),
        (lambda: POST("/", json={"it's": like(1)}), "a Pact path cannot name"),
        (lambda: POST("/", json={"a": 1}, example={"a": 1}), "is an example already"),
        (lambda: POST("/", text=7), "must be text or bytes, not int"),
        (lambda: GET("/{id}", path={"id": match.random_int()}), "cannot be generated"),
    ],
)
def test_a_request_that_cannot_be_sent_is_refused(make: Callable[[], Any], message: str, bench: Bench) -> None:
    with pytest.raises(ContractError) as caught:
        bench.asks(make())
    assert message in caught.value.message
    assert caught.value.place is not None


def test_an_example_without_json_is_refused() -> None:
    with pytest.raises(ContractError, match="example= without json="):
        GET("/", example={"a": 1})
