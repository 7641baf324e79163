"""A streamed reply as it is promised: its kinds of events, their order, its end, and an example to serve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from integtest import GET, Contract, Event, Reply, Stream, any_of, env, from_state, in_order, like, regex
from integtest.adapters.pact_engine import Engine
from integtest.codecs import pact_v4
from integtest.errors import ContractError
from integtest.model.events import events_of
from integtest.rules.match import Judge, example_response
from tests.peers.pact_tools import verifier_mismatches
from tests.streaming import Chunk, Usage, claude, named, stream_of


class Line(BaseModel):
    n: int = Field(examples=[1])


def shown(interaction: Any) -> list[Any]:
    """The example's events, parsed where they are JSON."""
    pattern = interaction.response
    return [
        json.loads(event.data) if event.data.startswith("{") else event.data
        for event in events_of(pattern.example, pattern.stream.format)
    ]


ALL = {
    "chunks": stream_of(),
    "typed events": claude(tolerant=True),
    "lines": stream_of(frames=Line, end=None, optional=[], content_type="application/x-ndjson"),
    "examples with matchers": stream_of(
        frames={"id": like("a"), "kind": "x"}, optional=[Event(None, {"usage": like(1)})]
    ),
    "text": stream_of(frames=regex(r"\d+ tokens", "3 tokens"), end="end", optional=[]),
    "counted": stream_of(frames=[Event("tick", Line, least=2, most=4), Event("bye", most=None)], end=None),
    "mixed": stream_of(frames=any_of(named("a"), in_order(named("b"), named("c")), least=3)),
}


@pytest.mark.parametrize("name", ALL)
def test_the_example_keeps_its_own_promise(name):
    pattern = ALL[name].response
    assert Judge(Engine()).response(pattern).judge(example_response(pattern)).mismatches == ()


@pytest.mark.parametrize("name", ALL)
def test_a_pact_file_carries_the_whole_promise_and_back(name):
    contract = pact_v4.loads(pact_v4.dumps(Contract.build(_holder(ALL[name]))))
    read = contract.interactions[0]
    assert read.response == ALL[name].response
    assert [(weak.part, weak.path) for weak in read.weaker] == [("response", "$")]
    assert pact_v4.dumps(contract) == pact_v4.dumps(pact_v4.loads(pact_v4.dumps(contract)))


def _holder(interaction: Any) -> Contract:
    made = Contract(consumer="assistant", provider="gateway")
    made._register.keep(interaction)
    return made


def test_pacts_own_verifier_takes_other_streams_that_end_as_promised_and_refuses_those_that_do_not(tmp_path: Path):
    chunks, blocks = ALL["chunks"].response, ALL["typed events"].response
    other = example_response(chunks).model_copy(
        update={"body": b": hello\r\n\r\n" + chunks.body.content.replace(b"\n", b"\r\n").replace(b"Paid", b"No")}
    )
    longer = example_response(blocks).model_copy(
        update={"body": b"event: ping\ndata: {}\n\n" + blocks.body.content}
    )
    cut = example_response(chunks).model_copy(update={"body": chunks.body.content[:-30]})
    started = example_response(blocks).model_copy(update={"body": blocks.body.content[:200]})
    found = verifier_mismatches([(chunks, other), (blocks, longer), (chunks, cut), (blocks, started)], tmp_path)
    assert [bool(one) for one in found] == [False, False, True, True]


def test_one_model_is_shown_beginning_going_on_and_ending():
    first, middle, last, done = shown(ALL["chunks"])
    choices = [event["choices"][0] for event in (first, middle, last)]
    assert [choice["delta"] for choice in choices] == [{"role": "assistant"}, {"content": "Paid."}, {}]
    assert [choice["finish_reason"] for choice in choices] == [None, None, "stop"]
    assert done == "[DONE]"


def test_named_events_are_shown_in_their_order_under_their_names():
    events = events_of(claude().response.body.content)
    assert [event.event for event in events] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_the_author_may_give_the_events_as_data_models_or_named():
    chunk = {"id": "a", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    one = {**chunk, "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}]}
    last = Chunk(**chunk, choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
    usage = Usage(id="a", choices=[], usage={"total_tokens": 3})
    found = shown(stream_of(example=[one, last, usage, "[DONE]"]))
    assert found == [one, last.model_dump(exclude_unset=True), usage.model_dump(), "[DONE]"]
    ping = claude(
        example=[
            {"type": "message_start"},
            Event("ping", {}),
            *({"type": f"content_block_{step}"} for step in ("start", "delta", "delta", "stop")),
            {"type": "message_delta"},
            {"type": "message_stop"},
        ]
    )
    names = [event.event for event in events_of(ping.response.body.content)]
    assert names[:4] == ["message_start", "ping", "content_block_start", "content_block_delta"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: stream_of(example=[{"id": 1}, "[DONE]"]), "example[0] is none of the promised events"),
        (lambda: stream_of(example=["[DONE]"]), "the example ends too early"),
        (lambda: stream_of(frames=Line, example=[{"n": 1}]), "does not end with '[DONE]'"),
        (
            lambda: claude(example=[{"type": "message_delta"}, {"type": "message_stop"}]),
            "example[0] may not come there: message_delta",
        ),
        (lambda: stream_of(frames=[]), "frames=[] promises no event"),
        (lambda: stream_of(frames=in_order()), "holds none"),
        (lambda: stream_of(end=3), "end=3 is no terminal event"),
        (lambda: stream_of(optional=Usage), "optional= takes a list"),
        (lambda: stream_of(optional=[any_of(Usage)]), "stand in frames= only"),
        (lambda: Event("a\nb", Line), "has no name of an event"),
        (lambda: Event(), "is any event"),
        (lambda: Event("a", Line, least=-1), "-1 is no number of events"),
        (lambda: Event("a", Line, least=3, most=2), "never comes"),
        (lambda: stream_of(content_type="text/html"), "is no stream of events"),
        (lambda: stream_of(headers={"content-type": "text/event-stream"}), "stands in headers="),
        (lambda: stream_of(frames={"key": env("KEY")}), "stands in an event of a stream"),
        (lambda: stream_of(frames={"key": from_state("key", example="k")}), "stands in an event of a stream"),
        (
            lambda: Contract(consumer="c", provider="p").http("x", request=GET("/"), reply=Stream(frames=Line)),
            "takes Reply(200, Model), not Stream",
        ),
        (
            lambda: Contract(consumer="c", provider="p").stream("x", request=GET("/"), reply=Reply(200)),
            "takes Stream(",
        ),
    ],
)
def test_what_cannot_be_promised_is_told_at_its_line(make, says):
    with pytest.raises(ContractError) as raised:
        make()
    assert says in raised.value.message
    assert Path(str(raised.value.place).rsplit(":", 1)[0]).name in {"test_stream_promises.py", "streaming.py"}


def test_a_union_of_models_is_several_kinds_in_any_order():
    class A(BaseModel):
        kind: Literal["a"]

    class B(BaseModel):
        kind: Literal["b"]
        value: int = Field(examples=[1])

    pattern = stream_of(frames=A | B, optional=[]).response
    judge = Judge(Engine()).response(pattern)
    sent = b'data: {"kind":"b","value":2}\n\ndata: {"kind":"a"}\n\ndata: [DONE]\n\n'
    assert judge.judge(example_response(pattern).model_copy(update={"body": sent})).holds
    wrong = sent.replace(b"2", b'"2"')
    found = judge.judge(example_response(pattern).model_copy(update={"body": wrong})).mismatches
    assert [(m.path, m.message) for m in found] == [("$[0].value", 'expected an integer, got "2"')]
