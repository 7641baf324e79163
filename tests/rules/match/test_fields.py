"""Method, path, query, headers, status and metadata."""

from __future__ import annotations

from typing import Any

import pytest

from integtest.model.http import Request, Response
from integtest.model.matching import RequestPattern, ResponsePattern, RuleSet
from integtest.model.message import Message, MessagePattern
from integtest.rules.match import Judge, example_request, example_response
from tests.rules.match.making import body, either, rule, told


def asked(judge: Judge, url: str = "/", method: str = "GET", headers: Any = (), **pattern: Any) -> dict[str, str]:
    found = judge.request(RequestPattern(**pattern)).judge(Request(method=method, url=url, headers=headers))
    return told(found)


def test_methods_compare_without_case(judge: Judge) -> None:
    assert asked(judge, method="get", path="/") == {}
    assert asked(judge, method="POST") == {"method": 'expected "GET", got "POST"'}


@pytest.mark.parametrize(
    ("path", "url", "holds"),
    [
        ("/a b/ü", "/a%20b/%C3%BC", True),
        ("/a b/ü", "/a%20b/%c3%bc?x", False),
        ("/a%20b", "/a%20b", True),
        ("/a%20b", "/a b", True),
        ("/a/b", "/a%2Fb", False),
        ("/a%2Fb", "/a%2fb", True),
        ("/a", "/a/", False),
        ("/", "https://host.example", True),
        ("/", "", False),
        ("/x", "https://host.example/x", True),
        ("//x/y", "//x/y", True),
        ("/x", "/x#fragment", False),
        ("/x", "http://[bad/x", False),
        ("/x", "/x%", False),
    ],
)
def test_paths_compare_decoded_and_nothing_in_them_breaks_the_judge(
    judge: Judge, path: str, url: str, holds: bool
) -> None:
    assert (asked(judge, url, path=path) == {}) is holds


def test_a_path_rule_is_held_against_the_decoded_path(judge: Judge) -> None:
    rules = RuleSet(path=rule("regex", regex=r"/users/[\w ]+"))

    assert asked(judge, "/users/a%20b", path="/users/x", rules=rules) == {}
    assert asked(judge, "/users/%2F", path="/users/x", rules=rules) == {
        "path": 'expected text matching /users/[\\w ]+, got "/users/%2F"'
    }


def test_query_parameters_are_none_missing_none_unexpected_and_in_any_order(judge: Judge) -> None:
    query = {"a": ("1", "2"), "b": (None,)}

    assert asked(judge, "/?b=&a=1&a=2", query=query) == {}
    assert asked(judge, "/?b&a=1&a=2&", query=query) == {}
    assert asked(judge, "/?a=2&a=1&c=3", query=query) == {
        "a": 'expected "2", got "1"',
        "b": "query parameter 'b' is missing",
        "c": "query parameter 'c' is not expected",
    }
    assert asked(judge, "/?b=&a=1", query=query) == {"a": "expected 2 values, got 1"}


@pytest.mark.parametrize(
    ("rules", "url", "expected"),
    [
        ({"a": rule("regex", regex=r"\d")}, "/?a=1&a=2&a=3", {}),
        ({"a": rule("regex", regex=r"\d")}, "/?a=x", {"a": 'expected text matching \\d, got "x"'}),
        ({"a": rule("type", min=2)}, "/?a=x", {"a": "expected at least 2 values, got 1"}),
        ({"a": rule("type", max=1)}, "/?a=x&a=y", {"a": "expected at most 1 values, got 2"}),
        ({"a[0]": rule("regex", regex=r"\d")}, "/?a=5&a=2", {}),
        ({"$.a[1]": rule("regex", regex=r"\d")}, "/?a=5&a=2", {"a": 'expected "1", got "5"'}),
        ({"$['a']": rule("type")}, "/?a=x&a=y", {}),
        ({"b": rule("type")}, "/?a=x&a=2", {"a": 'expected "1", got "x"'}),
    ],
)
def test_query_rules_speak_of_all_values_or_of_one(
    judge: Judge, rules: Any, url: str, expected: dict[str, str]
) -> None:
    assert asked(judge, url, query={"a": ("1", "2")}, rules=RuleSet(query=rules)) == expected


@pytest.mark.parametrize(
    ("expected", "seen", "holds"),
    [
        ({"X-A": ("b",)}, [("x-a", " b ")], True),
        ({"X-A": ("b",)}, [("X-A", "B")], False),
        ({"X-A": ("a, b",)}, [("X-A", "a,b")], True),
        ({"X-A": ("a", "b")}, [("X-A", "a"), ("x-a", "b")], True),
        ({"X-A": ("a, b",)}, [("X-A", "a"), ("x-a", "b")], True),
        ({"X-A": ("a, b",)}, [("X-A", "b, a")], False),
        ({"Vary": ("a", "b")}, [("vary", "a,b")], True),
        ({"Accept": ("text/html;q=1",)}, [("accept", "text/html; level=2; Q=1; q=1")], True),
        ({"Accept": ("text/html;q=1",)}, [("accept", "text/html")], False),
        (
            {"Content-Type": ("application/json;charset=utf-8",)},
            [("content-type", "application/json; charset=UTF-8")],
            True,
        ),
        ({"Content-Type": ("application/json",)}, [("content-type", "application/json;charset=x")], True),
        ({"Content-Type": ("application/json;charset=x",)}, [("content-type", "application/json")], False),
    ],
)
def test_headers_compare_as_http_reads_them(judge: Judge, expected: Any, seen: Any, holds: bool) -> None:
    found = judge.request(RequestPattern(headers=expected)).judge(
        Request(method="GET", url="/", headers=(*seen, ("More", "1")))
    )
    assert found.holds is holds


def test_a_missing_header_is_named_and_a_rule_decides_a_present_one(judge: Judge) -> None:
    pattern = ResponsePattern(
        headers={"X-Id": ("1",), "ETag": ("x",)}, rules=RuleSet(header={"x-id": rule("regex", regex=r"\d+")})
    )
    compiled = judge.response(pattern)

    assert compiled.judge(Response(status=200, headers=(("X-ID", "77"), ("etag", "x")))).holds
    assert told(compiled.judge(Response(status=200, headers=(("X-ID", "a"),)))) == {
        "X-Id": 'expected text matching \\d+, got "a"',
        "ETag": "header 'ETag' is missing",
    }


@pytest.mark.parametrize(
    ("rules", "status", "message"),
    [
        (None, 201, "expected status 200, got 201"),
        (rule("statusCode", status="success"), 299, None),
        (rule("statusCode", status="success"), 301, "expected status 2xx, got 301"),
        (rule("statusCode", status="nonError"), 304, None),
        (rule("statusCode", status=[200, 202]), 202, None),
        (rule("statusCode", status=[201, 202]), 200, "expected status 201 or 202, got 200"),
        (rule("statusCode", status="clientError"), 200, "expected status 4xx, got 200"),
        (rule("regex", regex="2.."), 204, None),
        (rule("integer"), 503, None),
        (either(rule("statusCode", status="success"), rule("regex", regex="404")), 404, None),
    ],
)
def test_a_status_is_the_one_promised_or_in_the_range_of_a_rule(
    judge: Judge, rules: Any, status: int, message: str | None
) -> None:
    found = judge.response(ResponsePattern(rules=RuleSet(status=rules))).judge(Response(status=status))

    assert told(found) == ({"status": message} if message else {})


def test_metadata_is_compared_value_by_value(judge: Judge) -> None:
    pattern = MessagePattern(
        metadata={"key": "k-1", "n": 1, "contentType": "application/json", "deep": {"a": "x"}},
        rules=RuleSet(metadata={"key": rule("regex", regex=r"k-\d"), "$.deep.a": rule("type")}),
    )
    compiled = judge.message(pattern)

    good = {"key": "k-7", "n": 1, "contentType": "application/json; charset=utf-8", "deep": {"a": "y"}, "more": 0}
    assert compiled.judge(Message(metadata=good)).holds
    bad = {"key": "x", "n": True, "contentType": "text/plain"}
    assert told(compiled.judge(Message(metadata=bad))) == {
        "key": 'expected text matching k-\\d, got "x"',
        "n": "expected 1, got true",
        "contentType": 'expected "application/json", got "text/plain"',
        "deep": "metadata 'deep' is missing",
    }


def test_a_message_s_contents_are_compared_as_a_reply_s_body(judge: Judge) -> None:
    compiled = judge.message(MessagePattern(body=body({"a": 1}), metadata={"contentType": "application/json"}))

    assert compiled.judge(Message(contents=b'{"a":1,"b":2}', metadata={"contentType": "application/json"})).holds
    found = compiled.judge(Message(contents=b'{"a":2}', content_type="application/json"))
    assert told(found) == {"$.a": "expected 1, got 2", "contentType": "metadata 'contentType' is missing"}


def test_an_example_is_what_its_own_promise_accepts(judge: Judge) -> None:
    pattern = RequestPattern(
        method="post",
        path="/a b/ü/x%2Fy",
        query={"q": ("1 2", "&=ü"), "bare": (None,), "empty": ("",)},
        headers={"X-A": ("1", "2"), "Accept": ("a/b", "c/d;q=1")},
        body=body({"a": 1}),
    )
    made = example_request(pattern)

    assert made.url == "/a%20b/%C3%BC/x%2Fy?q=1+2&q=%26%3D%C3%BC&bare&empty="
    assert made.method == "POST"
    assert made.header("content-type") == "application/json"
    assert judge.request(pattern).judge(made).holds
    answer = ResponsePattern(
        status=201, headers={"content-type": ("application/json; charset=utf-8",)}, body=body([1])
    )
    assert judge.response(answer).judge(example_response(answer)).holds
    assert [name for name, _ in example_response(answer).headers] == ["content-type"]
