"""Streams of OpenAI and Anthropic: the published sequences are taken; what is cut, out of order or over early is not."""

from __future__ import annotations

import json

import pytest

from integtest import packs

openai, anthropic = packs.openai, packs.anthropic
SSE = "text/event-stream; charset=utf-8"

# openai-openapi, example of a streamed chat completion (shortened)
SHARED = {"id": "chatcmpl-123", "object": "chat.completion.chunk", "created": 1694268190, "model": "gpt-4o-mini"}
USAGE = {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}
# Anthropic, Streaming messages, Full HTTP stream response, Basic streaming request
BASIC = """\
event: message_start
data: {"type": "message_start", "message": {"id": "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY", "type": "message", "role": "assistant", "content": [], "model": "claude-sonnet-5", "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}

event: content_block_start
data: {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}}

event: content_block_delta
data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "!"}}

event: content_block_stop
data: {"type": "content_block_stop", "index": 0}

event: message_delta
data: {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence":null}, "usage": {"output_tokens": 15}}

event: message_stop
data: {"type": "message_stop"}

"""
EVENTS = [f"{text}\n\n" for text in BASIC.strip().split("\n\n")]
OVERLOADED = (
    'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n'
)


def chunk(delta: dict, finish: str | None = None) -> dict:
    return {**SHARED, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}


def lines(*chunks: dict, end: str = "data: [DONE]\n\n") -> bytes:
    return ("".join(f"data: {json.dumps(one)}\n\n" for one in chunks) + end).encode()


FIRST, SAID, LAST = chunk({"role": "assistant", "content": ""}), chunk({"content": "Hello"}), chunk({}, "stop")
COUNTED = {**SHARED, "choices": [], "usage": USAGE}


@pytest.mark.parametrize(
    "chunks",
    [
        [FIRST, SAID, LAST],
        [FIRST, SAID, SAID, LAST, COUNTED],
        [FIRST, chunk({"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]}), chunk({}, "tool_calls")],
        [FIRST, chunk({"content": "Hel"}), chunk({}, "length")],
    ],
)
def test_a_streamed_completion_is_taken_with_and_without_usage(chunks, contract, takes_reply):
    assert takes_reply(openai.chat_stream(contract), 200, lines(*chunks), kind=SSE) == []


@pytest.mark.parametrize(
    "body",
    [
        lines(FIRST, SAID, LAST, end=""),
        lines(FIRST, SAID),
        lines(LAST),
        lines(FIRST, LAST, SAID),
        lines(FIRST, SAID, chunk({}, "eos")),
        lines(FIRST, {"error": {"message": "overloaded"}}, LAST),
        lines(),
        b"",
    ],
)
def test_a_stream_that_is_cut_or_out_of_order_is_refused(body, contract, takes_reply):
    assert takes_reply(openai.chat_stream(contract), 200, body, kind=SSE) != []


def test_anthropics_printed_stream_is_taken(contract, takes_reply):
    made = anthropic.message_stream(contract)
    assert takes_reply(made, 200, BASIC.encode(), kind=SSE) == []
    fewer = "".join(one for one in EVENTS if "ping" not in one)
    assert takes_reply(made, 200, fewer.encode(), kind=SSE) == []


def test_events_that_nobody_knows_yet_are_let_through(contract, takes_reply):
    new = 'event: message_weather\ndata: {"type": "message_weather"}\n\n'
    told = "".join([EVENTS[0], new, *EVENTS[1:]])
    assert takes_reply(anthropic.message_stream(contract), 200, told.encode(), kind=SSE) == []


@pytest.mark.parametrize(
    "events",
    [
        EVENTS[:-1],
        EVENTS[1:],
        [*EVENTS[:6], EVENTS[-1]],
        [EVENTS[0], *EVENTS[3:]],
        [*EVENTS[:4], OVERLOADED],
        [one.replace("end_turn", "done") for one in EVENTS],
    ],
)
def test_a_message_that_is_not_whole_is_refused(events, contract, takes_reply):
    assert takes_reply(anthropic.message_stream(contract), 200, "".join(events).encode(), kind=SSE) != []


def test_an_overload_inside_a_stream_is_a_promise_of_its_own(contract, takes_reply):
    made = anthropic.stream_overloaded(contract)
    assert takes_reply(made, 200, "".join([*EVENTS[:4], OVERLOADED]).encode(), kind=SSE) == []
    assert takes_reply(made, 200, "".join([EVENTS[0], OVERLOADED]).encode(), kind=SSE) == []
    assert takes_reply(made, 200, BASIC.encode(), kind=SSE) != []


def test_a_stream_takes_no_model_of_a_body(contract):
    from integtest.errors import ContractError

    with pytest.raises(ContractError, match="a stream has no body="):
        openai.chat_stream(contract, body=openai.Completion)


@pytest.mark.parametrize("pack", ["openai", "anthropic"])
def test_the_published_clients_read_what_the_stub_streams(pack, contract):
    from integtest.wiring import stub_server

    if pack == "openai":
        from openai import OpenAI

        promise = openai.chat_stream(contract, model="tiny")
        with stub_server([promise]) as (_, server):
            client = OpenAI(api_key="sk-1", base_url=server.url)
            told = client.chat.completions.create(
                model="tiny", stream=True, messages=[{"role": "user", "content": "Hi"}]
            )
            text = "".join(one.choices[0].delta.content or "" for one in told)
    else:
        from anthropic import Anthropic

        promise = anthropic.message_stream(contract, model="tiny", version=None, auth=None)
        with stub_server([promise]) as (_, server):
            client = Anthropic(api_key="sk-1", base_url=server.url)
            words = [{"role": "user", "content": "Hi"}]
            with client.messages.stream(model="tiny", max_tokens=9, messages=words) as told:
                text = told.get_final_text()
    assert text == "Hello!"
