"""Anthropic's Messages API: what its reference prints is taken, what no consumer could use is not."""

from __future__ import annotations

import json

import pytest

from integtest import Contract, bearer, env, packs
from integtest.model.http import Request

anthropic = packs.anthropic

# API reference, POST /v1/messages
MESSAGE = {
    "content": [{"text": "Hi! My name is Claude.", "type": "text"}],
    "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
    "model": "claude-sonnet-5",
    "role": "assistant",
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "type": "message",
    "usage": {"input_tokens": 2095, "output_tokens": 503},
}
CALL = {
    "type": "tool_use",
    "id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
    "name": "get_stock_price",
    "input": {"ticker": "^GSPC"},
}
TOOL = {**MESSAGE, "content": [{"type": "text", "text": "Let me look."}, CALL], "stop_reason": "tool_use"}
ERRORS = {
    "bad_request": (400, "invalid_request_error"),
    "bad_key": (401, "authentication_error"),
    "forbidden": (403, "permission_error"),
    "unknown_model": (404, "not_found_error"),
    "too_large": (413, "request_too_large"),
    "server_error": (500, "api_error"),
    "overloaded": (529, "overloaded_error"),
}


def error(kind: str) -> dict:
    """API reference, Errors, Error shapes."""
    told = {"type": kind, "message": "The requested resource could not be found."}
    return {"type": "error", "error": told, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"}


def test_the_references_examples_are_taken(contract, takes_reply):
    assert takes_reply(anthropic.message(contract), 200, MESSAGE) == []
    assert takes_reply(anthropic.tool_use(contract), 200, TOOL) == []
    assert takes_reply(anthropic.tool_use(contract, description="alone"), 200, {**TOOL, "content": [CALL]}) == []
    assert takes_reply(anthropic.count_tokens(contract), 200, {"input_tokens": 2095}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {**MESSAGE, "content": []},
        {**MESSAGE, "content": "Hi!"},
        {**MESSAGE, "stop_reason": "stop"},
        {**MESSAGE, "stop_reason": None},
        {**MESSAGE, "stop_reason": "max_tokens"},
        {**MESSAGE, "role": "user"},
        {**MESSAGE, "usage": {"input_tokens": 1}},
        TOOL,
        error("overloaded_error"),
    ],
)
def test_a_message_that_is_not_whole_is_refused(wrong, contract, takes_reply):
    assert takes_reply(anthropic.message(contract), 200, wrong) != []


def test_why_a_message_ended_is_promised_where_it_matters(contract, takes_reply):
    cut, refused = anthropic.cut_short(contract), anthropic.refused(contract)
    assert takes_reply(cut, 200, {**MESSAGE, "stop_reason": "max_tokens"}) == []
    assert takes_reply(cut, 200, {**MESSAGE, "stop_reason": "model_context_window_exceeded"}) == []
    assert takes_reply(refused, 200, {**MESSAGE, "content": [], "stop_reason": "refusal"}) == []
    for made in (cut, refused):
        assert takes_reply(made, 200, MESSAGE) != []


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "text", "text": "Let me look."}],
        [],
        [{**CALL, "input": '{"ticker": "^GSPC"}'}],
        [{**CALL, "id": ""}],
        [{k: v for k, v in CALL.items() if k != "name"}],
    ],
)
def test_a_tool_use_holds_a_call_that_can_be_made(content, contract, takes_reply):
    assert takes_reply(anthropic.tool_use(contract), 200, {**TOOL, "content": content}) != []


@pytest.mark.parametrize("name", ERRORS)
def test_each_error_has_its_status_and_its_type(name, contract, takes_reply):
    status, kind = ERRORS[name]
    made = getattr(anthropic, name)(contract)
    assert takes_reply(made, status, error(kind)) == []
    assert takes_reply(made, status, {k: v for k, v in error(kind).items() if k != "request_id"}) == []
    assert takes_reply(made, status, error("another_error")) != []
    assert takes_reply(made, 200, error(kind)) != []
    assert takes_reply(made, status, {"error": {"message": "no", "type": kind}}) != []


def test_a_rate_limit_says_when_to_come_back(contract, takes_reply):
    made = anthropic.rate_limited(contract)
    assert takes_reply(made, 429, error("rate_limit_error"), retry_after="12") == []
    assert takes_reply(made, 429, error("rate_limit_error")) != []


def test_the_published_client_sends_what_the_promises_take(contract, takes_request):
    import httpx2
    from anthropic import Anthropic

    seen: list[Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        head = tuple(request.headers.items())
        seen.append(Request(method=request.method, url=request.url.path, headers=head, body=request.read()))
        return httpx2.Response(200, json=TOOL if b"tools" in request.content else MESSAGE)

    client = Anthropic(
        api_key="sk-1",
        base_url="http://model.test",
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer)),
    )
    words = [{"role": "user", "content": "Is it covered?"}]
    tool = {"name": "look_up", "input_schema": {"type": "object"}}
    client.messages.create(model="claude-sonnet-5", max_tokens=50, messages=words, system="Be short.")
    client.messages.create(model="claude-sonnet-5", max_tokens=50, messages=words, tools=[tool])
    key = bearer(env("ANTHROPIC_API_KEY"))
    plain = anthropic.message(contract, auth=key)
    assert takes_request(plain, seen[0]) == []
    assert takes_request(anthropic.tool_use(contract, auth=key), seen[1]) == []
    assert takes_request(plain, seen[1]) != []


def test_sampling_options_are_of_the_older_version_alone(contract, takes_request):
    words = [{"role": "user", "content": "Is it covered?"}]
    body = {"model": "claude-sonnet-5", "max_tokens": 50, "messages": words, "temperature": 0.2}
    for version, taken in (("2023-06-01", True), ("2026-10-21", False)):
        made = anthropic.message(contract, version=version, auth=None)
        head = (("Content-Type", "application/json"), ("anthropic-version", version))
        request = Request(method="POST", url="/v1/messages", headers=head, body=json.dumps(body).encode())
        assert (takes_request(made, request) == []) is taken
        contract = Contract(consumer="claims", provider="standard")
