"""Requests: our judge and Pact's own mock server agree on promises and requests that nobody wrote by hand."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import unquote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integtest.adapters.pact_engine import Engine
from integtest.model.http import Request
from integtest.model.matching import Body, RequestPattern, RuleSet
from integtest.rules.match import Judge, example_request
from tests.peers.bodies import BODIES
from tests.peers.generated import mutated, rule, shapes
from tests.peers.pact_tools import mock_server_refusals

COUNT = int(os.environ.get("INTEGTEST_DIFFERENTIAL", "240"))
JSON = "application/json"
_JUDGE = Judge(Engine())

_NUMBER = rule({"match": "regex", "regex": r"\d+"})
_TARGETS: list[tuple[dict[str, Any], list[str]]] = [
    ({"path": "/"}, ["/", "/?", "/x", "/?a=1", "//"]),
    ({"path": "/a/b"}, ["/a/b", "/a/b/", "/A/b", "/a%2Fb", "/a/%62", "/a"]),
    ({"path": "/ü x"}, ["/%C3%BC%20x", "/%c3%bc%20x", "/%C3%BC+x", "/u%20x"]),
    (
        {"path": "/u/1", "rules": {"path": rule({"match": "regex", "regex": r"/u/\d+"})}},
        ["/u/22", "/u/x", "/u/2/3"],
    ),
    (
        {"path": "/q", "query": {"a": ("1",), "b": ("x y",)}},
        ["/q?a=1&b=x+y", "/q?b=x%20y&a=1", "/q?a=1", "/q?a=1&b=x+y&c="],
    ),
    (
        {"path": "/q", "query": {"a": ("1", "2")}},
        ["/q?a=1&a=2", "/q?a=2&a=1", "/q?a=1", "/q?a=1&a=2&a=3", "/q?a=1&b=9&a=2"],
    ),
    ({"path": "/q", "query": {"a": ("",)}}, ["/q?a=", "/q?a", "/q?a=1", "/q"]),
    (
        {"path": "/q", "query": {"a": ("1",)}, "rules": {"query": {"a": _NUMBER}}},
        ["/q?a=22", "/q?a=x", "/q?a=1&a=2", "/q?a=1&a=x", "/q"],
    ),
    (
        {"path": "/q", "query": {"a": ("1", "2")}, "rules": {"query": {"a": rule({"match": "type", "min": 2})}}},
        ["/q?a=5&a=6", "/q?a=5", "/q?a=5&a=6&a=7"],
    ),
    (
        {"path": "/q", "query": {"a": ("1",)}, "rules": {"query": {"a": rule({"match": "type", "max": 2})}}},
        ["/q?a=5&a=6", "/q?a=5", "/q?a=5&a=6&a=7"],
    ),
    (
        {"path": "/q", "query": {"x[]": ("1",), "Ä": ("ö",)}},
        ["/q?x[]=1&%C3%84=%C3%B6", "/q?x%5B%5D=1&%C3%84=%C3%B6", "/q?x[]=1"],
    ),
    ({"path": "/q", "query": {"a": ("b=c",)}}, ["/q?a=b=c", "/q?a=b%3Dc", "/q?a=b"]),
]
"""Promised targets, and what may come."""

_HEADERS: list[tuple[dict[str, Any], list[tuple[tuple[str, str], ...]]]] = [
    ({}, [(), (("X-More", "1"),)]),
    ({"headers": {"X-A": ("b",)}}, [(("x-a", "b"),), (("X-A", "B"),), (), (("X-A", " b "),)]),
    ({"headers": {"X-A": ("a, b",)}}, [(("X-A", "a,b"),), (("X-A", "a,  b"),), (("X-A", "b,a"),)]),
    (
        {"headers": {"Accept": ("application/json", "text/html;q=0.5")}},
        [(("accept", "application/json,text/html; q=0.5"),), (("Accept", "application/json"),)],
    ),
    (
        {
            "headers": {"Authorization": ("Bearer abc",)},
            "rules": {"header": {"Authorization": rule({"match": "regex", "regex": r"Bearer \w+"})}},
        },
        [(("authorization", "Bearer xyz"),), (("authorization", "Basic xyz"),), ()],
    ),
]
"""Promised headers, and what may come."""


@st.composite
def requests(draw: st.DrawFn) -> tuple[RequestPattern, Request]:
    """A promise, and a request that keeps it, almost keeps it, or does not."""
    target, urls = draw(st.sampled_from(_TARGETS))
    headers, lines = draw(st.sampled_from(_HEADERS))
    shape = draw(shapes())
    with_body = draw(st.integers(0, 3))
    rules = {**target.get("rules", {}), **headers.get("rules", {}), "body": shape.rules if with_body else {}}
    content = json.dumps(shape.example).encode()
    pattern = RequestPattern(
        method="POST",
        path=target["path"],
        query=target.get("query", {}),
        headers={**headers.get("headers", {}), **({"Content-Type": (JSON,)} if with_body else {})},
        body=Body(state="present", content=content, content_type=JSON) if with_body else Body(),
        rules=RuleSet(**rules),
    )
    fitting = example_request(pattern)
    changed = draw(st.sampled_from(["body", "body", "url", "headers", "method"]))
    seen = fitting.model_copy(
        update={"body": json.dumps(draw(mutated(shape.example))).encode()} if with_body else {}
    )
    if changed == "url":
        seen = fitting.model_copy(update={"url": draw(st.sampled_from(urls))})
    elif changed == "headers":
        kept = (("Content-Type", draw(st.sampled_from([JSON, "application/json;charset=utf-8", "text/plain"]))),)
        seen = fitting.model_copy(update={"headers": (*draw(st.sampled_from(lines)), *(kept if with_body else ()))})
    elif changed == "method":
        seen = fitting.model_copy(update={"method": draw(st.sampled_from(["POST", "PUT", "post"]))})
    return pattern, seen


@settings(
    max_examples=COUNT,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(made=requests())
def test_a_request_is_held_good_or_bad_as_the_mock_server_of_pact_holds_it(
    made: tuple[RequestPattern, Request],
) -> None:
    pattern, seen = made
    ours = _JUDGE.request(pattern).judge(seen).mismatches
    theirs = mock_server_refusals(pattern, seen)

    assert bool(ours) == bool(theirs) or _explained(pattern, seen), _told(ours, theirs)


def test_the_generated_requests_are_neither_all_good_nor_all_bad() -> None:
    verdicts: list[bool] = []

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(made=requests())
    def count(made: tuple[RequestPattern, Request]) -> None:
        verdicts.append(_JUDGE.request(made[0]).judge(made[1]).holds)

    count()
    assert 0.15 < sum(verdicts) / len(verdicts) < 0.85


def test_every_listed_target_and_header_is_held_as_the_mock_server_of_pact_holds_it() -> None:
    found = []
    for target, urls in _TARGETS:
        pattern = RequestPattern(
            path=target["path"], query=target.get("query", {}), rules=RuleSet(**target.get("rules", {}))
        )
        found += [
            _disagreement(pattern, Request(method="GET", url=url)) for url in [example_request(pattern).url, *urls]
        ]
    for headers, lines in _HEADERS:
        pattern = RequestPattern(headers=headers.get("headers", {}), rules=RuleSet(**headers.get("rules", {})))
        found += [_disagreement(pattern, Request(method="GET", url="/", headers=sent)) for sent in lines]

    assert not list(filter(None, found)), "\n".join(filter(None, found))


def test_text_xml_forms_and_binary_are_held_as_the_mock_server_of_pact_holds_them() -> None:
    found = []
    for promised in BODIES:
        content_type = promised.body.content_type
        if promised.body.state != "present" or content_type is None:
            continue
        pattern = RequestPattern(
            method="POST",
            headers={"Content-Type": (content_type,)},
            body=promised.body,
            rules=RuleSet(body=promised.rules),
        )
        for named, content in promised.seen:
            headers = (("Content-Type", named),) if named else ()
            found.append(_disagreement(pattern, Request(method="POST", url="/", headers=headers, body=content)))

    assert not list(filter(None, found)), "\n".join(filter(None, found))


def _disagreement(pattern: RequestPattern, seen: Request) -> str | None:
    ours = _JUDGE.request(pattern).judge(seen).mismatches
    theirs = mock_server_refusals(pattern, seen)
    if bool(ours) == bool(theirs) or _explained(pattern, seen):
        return None
    return f"{pattern.path} {pattern.query} {pattern.headers} {seen.method} {seen.url} {seen.headers} {seen.body[:80]!r}: {_told(ours, theirs)}"


def _told(ours: Any, theirs: Any) -> str:
    return f"ours {[m.message for m in ours]}, theirs {json.dumps(theirs)[:600]}"


def _explained(pattern: RequestPattern, seen: Request) -> str | None:
    """Where ours differs from Pact's mock server on purpose, and why."""
    if "%" in seen.path and unquote(seen.path) == pattern.path and "%2F" not in seen.path.upper():
        return "a percent-encoded path is the same path (RFC 3986, 6.2.2.2); Pact compares what was sent"
    return None
