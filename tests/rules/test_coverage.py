"""Whose traffic a recording is, and how unknown calls are grouped."""

from __future__ import annotations

import pytest

from integtest.model.http import Exchange, Place, Request
from integtest.rules.coverage import call, owner, uncontracted
from integtest.rules.verification import RULES


def seen(url: str = "http://h/x", method: str = "GET", file: str | None = None) -> Exchange:
    return Exchange(request=Request(method=method, url=url), place=Place(file=file))


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (seen("http://x/", file="cassettes/identity/a.yaml"), "identity"),
        (seen("http://x/", file="cassettes/Model-Gateway/a.yaml"), "model_gateway"),
        (seen("http://identity.staging.example/", file="cassettes/misc/a.yaml"), "identity"),
        (seen("http://identity:3000/"), "identity"),
        (seen("http://identity.example/", file="model_gateway/a.yaml"), "model_gateway"),
        (seen("http://api.identity.example/", file="a.yaml"), None),
        (seen("http://127.0.0.1/"), None),
    ],
)
def test_the_folder_comes_before_the_host(exchange, expected):
    assert owner(exchange, ["identity", "model_gateway"]) == expected


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:80", "10.1.2.3"])
def test_a_nameless_host_belongs_to_the_only_provider(host):
    assert owner(seen(f"http://{host}/"), ["identity"]) == "identity"
    assert owner(seen(f"http://{host}/"), ["identity", "other"]) is None


def test_a_named_host_belongs_to_nobody_else():
    assert owner(seen("https://telemetry.example/"), ["identity"]) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/users/42", "GET /users/{id}"),
        ("http://h/users/5b0a5f0e-2b1c-4d6e-9f3a-0123456789ab/x?q=1", "GET /users/{id}/x"),
        ("http://h/threads/thread_abc123def456ghi", "GET /threads/{id}"),
        ("http://h/v1/chat/completions", "GET /v1/chat/completions"),
        ("http://h/api/experimental-features-list", "GET /api/experimental-features-list"),
        ("http://h", "GET /"),
    ],
)
def test_calls_that_differ_in_an_id_alone_are_one(url, expected):
    assert call(seen(url)) == expected


def test_the_most_frequent_call_comes_first_and_the_rarest_are_summed_up():
    many = [seen(f"http://h/kind-{letter}{second}") for letter in "abcdef" for second in "abcdef"]
    found = uncontracted("identity", [*many, *[seen("http://h/often")] * 5])
    assert len(found) == 31
    assert found[0].message == "GET /often (5×) has no contract"
    assert found[-1].message == "7 more kinds of calls to identity have no contract (7×)"
    assert len({one.fingerprint for one in found}) == 31


def test_every_rule_says_what_it_means():
    for name, rule in RULES.items():
        assert name == name.lower()
        assert rule.says.endswith(".")
