"""A stream is judged event by event; what differs is told at its event, and a stream without its end was cut."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from integtest import Event, any_of, in_order
from integtest.model.contract import HttpInteraction
from integtest.model.http import Response
from integtest.rules.match import Judge, example_response
from tests.streaming import claude, named, stream_of

CHAT, CLAUDE = stream_of(), claude()
TOLERANT = claude(tolerant=True)


def chunk(delta: dict[str, Any], reason: Any = None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    made = {"id": "a", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}
    return f"data: {json.dumps(made)}\n\n"


def typed(*names: str) -> str:
    return "".join(f'event: {name}\ndata: {{"type":"{name}"}}\n\n' for name in names)


HELLO = chunk({"role": "assistant", "content": ""}) + chunk({"content": "Hi"}) + chunk({}, "stop")
USAGE = 'data: {"id":"a","choices":[],"usage":{"total_tokens":3}}\n\n'
BLOCK = ("content_block_start", "content_block_delta", "content_block_delta", "content_block_stop")
WHOLE = typed("message_start", *BLOCK, *BLOCK, "message_delta", "message_stop")


@pytest.fixture
def differs(judge: Judge):
    """Path -> message of what differs in a body."""

    def of(interaction: HttpInteraction, body: str | bytes, **parts: Any) -> dict[str, str]:
        content = body if isinstance(body, bytes) else body.encode()
        seen = Response(status=200, headers=(("Content-Type", "text/event-stream; charset=utf-8"),), body=content)
        found = judge.response(interaction.response).judge(seen.model_copy(update=parts))
        assert found.judges == ("pact", "schema")
        return {mismatch.path: mismatch.message for mismatch in found.mismatches}

    return of


@pytest.mark.parametrize(
    ("interaction", "body"),
    [
        (CHAT, HELLO + "data: [DONE]\n\n"),
        (CHAT, HELLO + USAGE + "data: [DONE]\n\n"),
        (CHAT, ": keep-alive\n\n" + HELLO.replace("data: ", "data:") + ": x\n\ndata:[DONE]\n\n"),
        (CHAT, (HELLO + "data: [DONE]\n\n").replace("\n", "\r\n")),
        (CHAT, "\ufeff" + HELLO.replace('{"id"', '{\ndata: "id"') + "data: [DONE]\n\n"),
        (CLAUDE, WHOLE),
        (
            CLAUDE,
            typed("ping")
            + WHOLE.replace("\n\nevent: message_delta", "\n\n" + typed("ping") + "event: message_delta"),
        ),
        (TOLERANT, typed("message_start", "new_kind", *BLOCK, "message_delta", "message_stop")),
        (
            TOLERANT,
            typed("message_start", *BLOCK)
            + 'data: {"type":"x"}\n\ndata: hm\n\n'
            + typed("message_delta", "message_stop"),
        ),
    ],
)
def test_a_stream_of_promised_events_keeps_the_promise(differs, interaction, body):
    assert differs(interaction, body) == {}


@pytest.mark.parametrize(
    ("interaction", "body", "found"),
    [
        (
            CHAT,
            HELLO.replace('"stop"', '"bored"') + "data: [DONE]\n\n",
            {"$[2].choices[0].finish_reason": 'expected one of "stop", "length", "tool_calls", got "bored"'},
        ),
        (
            CHAT,
            HELLO.replace('"model": "m"', '"modell": "m"') + "data: [DONE]\n\n",
            {"$[0].model": "key 'model' is missing (and in 2 later events)"},
        ),
        (
            CHAT,
            HELLO.replace(".chunk", ".chunked", 1) + "data: [DONE]\n\n",
            {"$[0].object": 'expected "chat.completion.chunk", got "chat.completion.chunked"'},
        ),
        (
            CHAT,
            HELLO + 'event: error\ndata: {"error":{"message":"overloaded"}}\n\ndata: [DONE]\n\n',
            {"$[3]": 'the event "error" is not promised: expected Chunk or [DONE]'},
        ),
        (
            CHAT,
            HELLO + "data: oops\n\ndata: [DONE]\n\n",
            {"$[3]": 'expected JSON, got "oops"'},
        ),
        (CHAT, "data: [DONE]\n\n", {"$[0]": "the stream ends too early: expected Chunk"}),
        (CHAT, HELLO + "data: [DONE]\n\n" + USAGE, {"$[3]": "1 more came after the terminal event [DONE]"}),
        (
            CLAUDE,
            WHOLE.replace(typed("message_start"), ""),
            {"$[0]": "content_block_start may not come here: expected message_start"},
        ),
        (
            CLAUDE,
            typed("message_start", *BLOCK[:-1], "message_delta", "message_stop"),
            {"$[4]": "message_delta may not come here: expected content_block_delta or content_block_stop"},
        ),
        (
            CLAUDE,
            typed("message_start", *BLOCK, "message_stop"),
            {"$[5]": "the stream ends too early: expected content_block_start or message_delta"},
        ),
        (
            CLAUDE,
            WHOLE.replace('{"type":"message_delta"}', '{"type":"message_stop"}'),
            {"$[9].type": 'expected "message_delta", got "message_stop"'},
        ),
        (
            CLAUDE,
            typed("message_start", "new_kind", *BLOCK, "message_delta", "message_stop"),
            {"$[1]": 'the event "new_kind" is not promised: expected content_block_start'},
        ),
    ],
)
def test_what_breaks_a_promise_is_told_once_at_its_event(differs, interaction, body, found):
    assert differs(interaction, body) == found


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("interaction", "body", "says"),
    [
        (CHAT, HELLO, {"$[3]": "the stream was cut: it ended after 3 events without its terminal event [DONE]"}),
        (
            CLAUDE,
            typed("message_start"),
            {"$[1]": "the stream was cut: it ended after 1 event without its terminal event message_stop"},
        ),
        (
            CHAT,
            HELLO + "data: [DONE]\n",
            {
                "$[3]": "the stream was cut: it ended after 3 events without its terminal event [DONE]; "
                "the last one lacks the empty line that ends an event"
            },
        ),
    ],
)
def test_a_stream_without_its_terminal_event_was_cut_however_the_connection_ended(
    differs, interaction, body, says, complete
):
    assert differs(interaction, body, complete=complete) == says


def test_a_stream_that_came_to_its_end_is_whole_however_the_connection_ended(differs):
    assert differs(CHAT, HELLO + "data: [DONE]\n\n", complete=False) == {}


def test_a_stream_that_ends_with_its_body_was_cut_where_that_broke_off(differs):
    endless = stream_of(end=None)
    assert differs(endless, HELLO) == {}
    assert differs(endless, HELLO, complete=False) == {"$[3]": "the stream was cut after 3 events"}
    assert differs(endless, HELLO + "data: {") == {"$[3]": "the stream was cut after 3 events"}


def test_a_reply_that_is_no_stream_is_told_by_its_type_alone(differs):
    refused = {"headers": (("Content-Type", "application/json"),)}
    found = differs(CHAT, b'{"error":{}}', **refused)
    assert found["$"] == "expected a body of type text/event-stream, got application/json"
    assert not [path for path in found if path.startswith("$[")]


class Line(BaseModel):
    n: int


def test_lines_of_json_are_events_too(judge):
    lines = stream_of(
        frames=Line, end=Event(None, {"done": True}), optional=[], content_type="application/x-ndjson"
    )
    pattern = lines.response
    seen = example_response(pattern).model_copy(update={"body": b'{"n":1}\n{"n":"2"}\n{"done":true}'})
    found = judge.response(pattern).judge(seen).mismatches
    assert [(m.path, m.message) for m in found] == [("$[1].n", 'expected an integer, got "2"')]


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (1, "the stream ends too early: expected tick"),
        (2, None),
        (4, None),
        (5, "tick may not come here: expected end"),
    ],
)
def test_an_event_comes_at_least_and_at_most_as_often_as_promised(differs, count, says):
    counted = stream_of(frames=[Event("tick", {"type": "tick"}, least=2, most=4)], end=named("end"), optional=[])
    assert list(differs(counted, typed(*["tick"] * count, "end")).values()) == ([says] if says else [])


# The order is a regular language; Python's own engine is the judge beside ours.
letters = st.sampled_from("abc")
groups = st.recursive(
    letters.map(lambda name: (named(name), name)),
    lambda inner: st.tuples(
        st.lists(inner, min_size=1, max_size=3),
        st.booleans(),
        st.sampled_from([(1, 1), (0, 1), (1, None), (0, None), (2, 3)]),
    ).map(lambda drawn: _group(*drawn)),
    max_leaves=5,
)


def _group(parts: list[tuple[Any, str]], either: bool, counts: tuple[int, int | None]) -> tuple[Any, str]:
    least, most = counts
    make = any_of if either else in_order
    pattern = ("|" if either else "").join(f"(?:{text})" for _, text in parts)
    return make(
        *(part for part, _ in parts), least=least, most=most
    ), f"(?:{pattern}){{{least},{'' if most is None else most}}}"


@given(group=groups, sent=st.text(alphabet="abc", max_size=6))
def test_an_order_allows_just_the_sequences_that_it_says(judge, group, sent):
    part, pattern = group
    promised = stream_of(frames=in_order(part), end="[DONE]", optional=[]).response
    body = typed(*sent) + "data: [DONE]\n\n"
    seen = example_response(promised).model_copy(update={"body": body.encode()})
    assert judge.response(promised).judge(seen).holds == bool(re.fullmatch(pattern, sent))
