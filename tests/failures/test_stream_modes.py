"""Schema modes on streams: each kind of event is broken within the whole stream."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from bench import cases, of, sent
from pydantic import BaseModel, Field

from integtest import POST, Contract, Stream
from integtest.model.events import events_of


class Delta(BaseModel):
    content: str | None = Field(default=None, examples=["Paid."])


class Choice(BaseModel):
    index: int = Field(examples=[0])
    delta: Delta
    finish_reason: Literal["stop", "length"] | None = Field(examples=["stop"])


class Chunk(BaseModel):
    id: str = Field(examples=["c1"])
    choices: list[Choice] = Field(min_length=1)


def answered(**options):
    contract = Contract(consumer="c", provider="gateway", kind="model_gateway")
    request = POST("/chat/completions", json={"messages": [], "stream": True})
    return contract.stream("answers", request=request, reply=Stream(200, frames=Chunk, end="[DONE]", **options))


def only(found):
    (case,) = found
    return case


def test_a_new_value_comes_in_the_last_event_of_its_kind():
    it = answered()
    found = of("new-enum", it)
    key = next(key for key in found if key.endswith("/choices/0/finish_reason"))
    events = events_of(sent(found[key]))
    whole = events_of(it.response.example)
    changed = [i for i, (one, other) in enumerate(zip(events, whole, strict=True)) if one != other]
    assert [f"/{index}" for index in changed] == [key.removesuffix("/choices/0/finish_reason")]
    assert json.loads(events[changed[0]].data)["choices"][0]["finish_reason"] not in ("stop", "length", None)
    assert events[-1].data == "[DONE]"


def test_an_extra_member_and_a_missing_one_come_in_an_event():
    it = answered()
    extra = next(iter(of("extra-field", it).values()))
    assert any("integtest_added" in event.data for event in events_of(sent(extra)))
    gone = of("required-gone", it)
    assert any(key.endswith("/choices/0/delta") for key in gone)


def test_an_answer_that_streams_ends_at_the_limit():
    found = of("context-exceeded", answered())
    case = only(case for key, case in found.items() if key.endswith(":length"))
    assert '"length"' in sent(case).decode()
    assert "400" in found


def test_a_page_of_html_comes_in_place_of_the_stream():
    case = of("html-page", answered())[""]
    assert b"<html>" in sent(case)
    assert case.oracle.healthy == ("refuse",)


@pytest.mark.parametrize(("tolerant", "healthy"), [(True, ("tolerate",)), (False, ("refuse", "tolerate"))])
def test_unknown_events_have_to_be_tolerated_where_the_contract_takes_others(tolerant, healthy):
    it = answered(tolerant=tolerant)
    found = of("unknown-event", it)
    assert found["event"].oracle.healthy == healthy
    assert found["comment"].oracle.healthy == ("tolerate",)
    before = [event.data for event in events_of(it.response.example)]
    assert [event.data for event in events_of(sent(found["comment"]))] == before
    assert len(events_of(sent(found["event"]))) == len(before) + 1


def test_lines_of_json_are_broken_as_lines_of_json():
    contract = Contract(consumer="c", provider="p")
    reply = Stream(200, frames=Chunk, content_type="application/x-ndjson")
    it = contract.stream("lines", request=POST("/x", json={}), reply=reply)
    assert set(of("unknown-event", it)) == {"event", "blank"}
    for case in cases(it):
        if case.mode == "extra-field":
            assert all(json.loads(line) for line in sent(case).splitlines())
