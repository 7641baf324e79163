"""OpenAI-compatible chat: what the API's document prints is taken, what no consumer could use is not."""

from __future__ import annotations

import json

import pytest

from integtest import packs
from integtest.model.http import Request

openai = packs.openai

# openai-openapi, examples of POST /chat/completions (shortened ids)
COMPLETION = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-4.1-2025-04-14",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Hello! How can I assist you today?",
                "refusal": None,
                "annotations": [],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {
        "prompt_tokens": 19,
        "completion_tokens": 10,
        "total_tokens": 29,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    },
    "service_tier": "default",
}
CALL = {
    "id": "call_abc123",
    "type": "function",
    "function": {"name": "get_current_weather", "arguments": '{\n"location": "Boston, MA"\n}'},
}
CALLER = {"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [CALL]}, "logprobs": None}
TOOLS = {**COMPLETION, "choices": [{**CALLER, "finish_reason": "tool_calls"}]}
ERROR = {
    "message": "Incorrect API key provided: sk-wrong.",
    "type": "invalid_request_error",
    "param": None,
    "code": "invalid_api_key",
}


def changed(**choice: object) -> dict:
    return {**COMPLETION, "choices": [{**COMPLETION["choices"][0], **choice}]}


def test_the_documents_examples_are_taken(contract, takes_reply):
    models = {"object": "list", "data": [{"id": "m", "object": "model", "created": 1686935002, "owned_by": "o"}]}
    vectors = {
        "object": "list",
        "data": [{"object": "embedding", "embedding": [0.0023064255, -0.009327292], "index": 0}],
        "model": "text-embedding-ada-002",
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    }
    assert takes_reply(openai.chat(contract), 200, COMPLETION) == []
    assert takes_reply(openai.tool_call(contract), 200, TOOLS) == []
    assert takes_reply(openai.models(contract), 200, models) == []
    assert takes_reply(openai.embeddings(contract), 200, vectors) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {**COMPLETION, "choices": []},
        {**COMPLETION, "object": "chat.completion.chunk"},
        changed(finish_reason="eos_token"),
        changed(finish_reason=None),
        changed(message={"role": "assistant"}),
        changed(message={"role": "user", "content": "Hello"}),
        {**COMPLETION, "usage": {"prompt_tokens": 19, "completion_tokens": 10}},
        {"error": ERROR},
    ],
)
def test_a_completion_that_no_client_can_read_is_refused(wrong, contract, takes_reply):
    assert takes_reply(openai.chat(contract), 200, wrong) != []


def test_usage_may_stay_away(contract, takes_reply):
    assert takes_reply(openai.chat(contract), 200, {k: v for k, v in COMPLETION.items() if k != "usage"}) == []


def test_why_an_answer_ended_is_promised_where_it_matters(contract, takes_reply):
    cut, filtered = openai.cut_short(contract), openai.content_filtered(contract)
    assert takes_reply(cut, 200, changed(finish_reason="length")) == []
    assert takes_reply(filtered, 200, changed(finish_reason="content_filter")) == []
    for made in (cut, filtered):
        assert takes_reply(made, 200, COMPLETION) != []


@pytest.mark.parametrize(
    "message",
    [
        {"role": "assistant", "content": "It is sunny."},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "assistant", "content": None, "tool_calls": [{**CALL, "id": ""}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{**CALL, "function": {"name": "f", "arguments": {"location": "Boston"}}}],
        },
    ],
)
def test_a_tool_call_has_an_id_a_name_and_arguments_as_text(message, contract, takes_reply):
    told = {**TOOLS, "choices": [{**CALLER, "message": message, "finish_reason": "tool_calls"}]}
    assert takes_reply(openai.tool_call(contract), 200, told) != []


def test_a_caller_need_not_send_content_at_all(contract, takes_reply):
    message = {"role": "assistant", "tool_calls": [CALL]}
    told = {**TOOLS, "choices": [{**CALLER, "message": message, "finish_reason": "tool_calls"}]}
    assert takes_reply(openai.tool_call(contract), 200, told) == []


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("bad_request", 400),
        ("bad_key", 401),
        ("unknown_model", 404),
        ("rate_limited", 429),
        ("server_error", 500),
        ("overloaded", 503),
    ],
)
def test_each_error_is_the_error_object_with_its_status(name, status, contract, takes_reply):
    made = getattr(openai, name)(contract)
    assert takes_reply(made, status, {"error": ERROR}) == []
    assert takes_reply(made, status, {"error": {**ERROR, "code": None, "param": "messages"}}) == []
    assert takes_reply(made, 418, {"error": ERROR}) != []
    for wrong in (ERROR, {"error": "no"}, {"error": {**ERROR, "message": ""}}, {"error": {"message": "no"}}):
        assert takes_reply(made, status, wrong) != []


def test_a_spent_quota_is_told_from_a_rate_limit(contract, takes_reply):
    spent = {**ERROR, "type": "insufficient_quota", "code": "insufficient_quota"}
    made = openai.quota_spent(contract)
    assert takes_reply(made, 429, {"error": spent}) == []
    assert takes_reply(made, 429, {"error": {**ERROR, "type": "requests"}}) != []


def test_what_only_resembles_openai_is_an_overlay(contract, takes_reply):
    llama = {"error": {"code": 400, "message": "'messages' is required", "type": "invalid_request_error"}}
    strict = openai.bad_request(contract)
    loose = openai.bad_request(contract, model="tiny", description="as here", body=openai.CompatibleError)
    assert takes_reply(strict, 400, llama) != []
    assert takes_reply(loose, 400, llama) == []
    assert takes_reply(loose, 400, {"error": {}}) != []


def sent(**body: object) -> Request:
    head = (("Content-Type", "application/json"), ("Authorization", "Bearer sk-1"))
    return Request(method="POST", url="/chat/completions", headers=head, body=json.dumps(body).encode())


def test_a_consumer_may_ask_anything_with_the_options_that_there_are(contract, takes_request):
    made = openai.chat(contract, model="gpt-4o-mini")
    words = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Is it covered?"}]
    assert takes_request(made, sent(model="gpt-4o-mini", messages=words)) == []
    assert takes_request(made, sent(model="gpt-4o-mini", messages=words, temperature=0.2, max_tokens=5)) == []
    assert takes_request(made, sent(model="gpt-4o-mini", messages=words, temprature=0.2)) != []
    assert takes_request(made, sent(model="gpt-4", messages=words)) != []
    assert takes_request(made, sent(model="gpt-4o-mini", messages=words, stream=True)) != []
    assert takes_request(made, sent(model="gpt-4o-mini", messages=[])) != []


def test_the_published_client_sends_what_the_promises_take(contract, takes_request):
    import httpx2
    from openai import OpenAI

    seen: list[Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        head = tuple(request.headers.items())
        seen.append(Request(method=request.method, url=request.url.path, headers=head, body=request.read()))
        return httpx2.Response(200, json=TOOLS if b"tools" in request.content else COMPLETION)

    client = OpenAI(
        api_key="sk-1",
        base_url="http://gateway.test/",
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer)),
    )
    words = [{"role": "user", "content": "Is it covered?"}]
    tool = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}
    client.chat.completions.create(model="gpt-4o-mini", messages=words, temperature=0)
    told = client.chat.completions.create(model="gpt-4o-mini", messages=words, tools=[tool], tool_choice="auto")
    assert told.choices[0].message.tool_calls[0].function.name == "get_current_weather"
    assert takes_request(openai.chat(contract), seen[0]) == []
    assert takes_request(openai.tool_call(contract), seen[1]) == []
