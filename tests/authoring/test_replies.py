"""Replies as the consumer relies on them."""

from __future__ import annotations

from typing import Any

import pytest

from integtest import Reply, integer, like, match, null, regex
from integtest.model.http import Response
from tests.authoring.conftest import Bench


@pytest.mark.parametrize(
    ("status", "code", "good", "bad"),
    [
        (204, 204, [204], [200]),
        ("success", 200, [200, 204], [302, 404]),
        ("2xx", 200, [201], [500]),
        ("redirect", 302, [301], [200]),
        ("4xx", 400, [404, 422], [500, 200]),
        ("server_error", 500, [503], [404]),
        ("1xx", 100, [101], [200]),
        ("error", 400, [404, 500], [200]),
        ("non_error", 200, [200, 301], [404]),
        ([200, 202], 200, [200, 202], [201]),
    ],
)
def test_a_status_is_a_code_several_or_a_class(
    status: Any, code: int, good: list[int], bad: list[int], bench: Bench
) -> None:
    from integtest import GET, Contract

    found = Contract(consumer="c", provider="p").http("it", request=GET("/"), reply=Reply(status, {}))
    assert found.response.status == code
    assert [one for one in good if not bench.takes(found, {}, status=one)] == []
    assert [one for one in bad if bench.takes(found, {}, status=one)] == []


def test_nothing_is_promised_of_a_body_that_is_not_given(bench: Bench) -> None:
    found = bench.reply(None)
    assert found.response.body.state == "missing"
    assert bench.takes(found, {"any": "thing"})


def test_plain_values_are_exact_unless_a_matcher_stands_around_them(bench: Bench) -> None:
    found = bench.reply({"version": "v1", "count": integer(3), "owner": like({"name": "Ann", "age": 40})})
    good = {"version": "v1", "count": 9, "owner": {"name": "Bob", "age": 1, "more": True}, "more": None}
    assert bench.takes(found, good)
    assert not bench.takes(found, good | {"version": "v2"})
    assert not bench.takes(found, good | {"count": "9"})
    assert not bench.takes(found, good | {"owner": {"name": "Bob"}})
    assert not bench.takes(found, good | {"owner": {"name": 1, "age": 1}})


@pytest.mark.parametrize(
    ("body", "options", "content", "content_type"),
    [
        ("pong", {}, b"pong", "text/plain"),
        ("<a/>", {"content_type": "application/xml"}, b"<a/>", "application/xml"),
        ("pong", {"content_type": "application/json"}, b'"pong"', "application/json"),
        (
            {"title": "x"},
            {"content_type": "application/problem+json"},
            b'{"title":"x"}',
            "application/problem+json",
        ),
        (
            {"title": "x"},
            {"headers": {"Content-Type": "application/hal+json"}},
            b'{"title":"x"}',
            "application/hal+json",
        ),
        (b"\x89PNG", {}, b"\x89PNG", "application/octet-stream"),
        (match.content_type("image/png", b"\x89PNG\r\n"), {}, b"\x89PNG\r\n", "image/png"),
        (null(), {}, b"null", "application/json"),
        ([1, 2], {}, b"[1,2]", "application/json"),
        (regex("# HELP .+", "# HELP up"), {}, b"# HELP up", "text/plain"),
    ],
)
def test_a_body_is_json_text_or_bytes_by_what_it_is(
    body: Any, options: dict[str, Any], content: bytes, content_type: str, bench: Bench
) -> None:
    found = bench.reply(body, **options)
    assert found.response.body.content == content
    assert found.response.body.content_type == content_type


def test_a_text_body_may_be_a_pattern(bench: Bench) -> None:
    found = bench.reply(regex(r"up [01]\n", "up 1\n"))
    judged = [_text(bench, found, text) for text in (b"up 0\n", b"down\n")]
    assert judged == [True, False]


def _text(bench: Bench, found: Any, body: bytes) -> bool:
    seen = Response(status=200, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=body)
    return bench._judge.response(found.response).judge(seen).holds


def test_headers_take_matchers_and_content_types_keep_their_parameters_open(bench: Bench) -> None:
    found = bench.reply({"a": 1}, headers={"X-Request-Id": regex("[0-9a-f]+", "0f")})
    for headers, holds in (
        ((("x-request-id", "ab"), ("content-type", "application/json; charset=utf-8")), True),
        ((("x-request-id", "xyz"), ("content-type", "application/json")), False),
        ((("content-type", "application/json"),), False),
        ((("x-request-id", "ab"), ("content-type", "text/html")), False),
    ):
        seen = Response(status=200, headers=headers, body=b'{"a":1}')
        assert bench._judge.response(found.response).judge(seen).holds is holds
