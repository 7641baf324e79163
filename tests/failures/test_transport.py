"""Transport modes: where they apply, and what comes."""

from __future__ import annotations

from bench import Completion, cases, completion, fault, of, promise, told
from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Event, Stream, packs
from integtest.failures.subject import Subject
from integtest.model.events import events_of

LOSING = ("refused", "reset-mid-body", "empty-reply", "short-body", "broken-framing")


class Chunk(BaseModel):
    text: str = Field(examples=["größer"])


def stream(**options):
    contract = Contract(consumer="c", provider="p", kind="model_gateway")
    reply = Stream(200, frames=Chunk, **options)
    return contract.stream("it", request=POST("/chat", json={"stream": True}), reply=reply)


def body(case):
    return fault(case).response.body


def test_a_body_can_be_cut_and_its_framing_broken():
    size = len(completion().response.example)
    found = {one.id: fault(one) for one in cases(completion())}
    assert (found["short-body"].kind, found["short-body"].at) == ("short", size // 2)
    assert found["broken-framing:bad-chunk"].at == size // 2
    assert found["broken-framing:garbage"].kind == "garbage"


def test_without_a_body_only_the_connection_can_fail():
    found = {one.id for one in cases(promise(request=GET("/health"), status=204)) if one.mode in LOSING}
    assert found == {"refused", "empty-reply", "broken-framing:garbage"}


def test_a_promised_error_keeps_the_connections_failures_alone():
    found = {one.mode for one in cases(promise({"error": "x"}, status=422)) if one.layer == "transport"}
    assert found == {"refused", "empty-reply", "broken-framing"}


def test_a_message_has_no_transport_of_ours():
    assert not [one for one in cases(told({"id": "1"})) if one.layer == "transport"]


def test_telemetry_may_be_lost_and_an_answer_may_not():
    for mode in LOSING:
        lone = next(iter(of(mode, promise(Completion, kind="monitoring")).values()))
        assert lone.oracle.healthy == ("refuse", "tolerate")
        assert next(iter(of(mode, completion()).values())).oracle.healthy == ("refuse",)


def test_a_stream_loses_its_end_and_its_half():
    found = of("stream-cut", stream(end="[DONE]"))
    whole = events_of(Subject(stream(end="[DONE]")).content)
    assert events_of(body(found["no-end"])) == whole[:-1]
    assert all(case.oracle.differs and case.oracle.healthy == ("refuse",) for case in found.values())


def test_a_stream_without_an_end_cannot_be_told_from_a_whole_one():
    assert not of("stream-cut", stream())
    assert not of("stream-cut", completion())


def test_frames_are_cut_within_characters_and_say_the_same():
    found = of("frames-resplit", stream(end="[DONE]"))
    whole = Subject(stream(end="[DONE]")).content
    frames = [frame.data for frame in fault(found["pieces"]).response.frames]
    assert b"".join(frames) == whole
    assert b"\xc3" in frames  # half of a character
    assert events_of(body(found["crlf"])) == events_of(whole)
    assert {case.oracle.healthy for case in found.values()} == {("tolerate",)}


def test_lines_of_json_end_in_lf_alone():
    assert set(of("frames-resplit", stream(content_type="application/x-ndjson"))) == {"pieces"}


def test_an_error_comes_in_the_middle_of_a_stream():
    found = of("error-in-stream", stream(end="[DONE]"))
    cut, ended = (events_of(body(found[variant])) for variant in ("cut", "ended"))
    assert '"server_error"' in cut[-1].data
    assert ended == (*cut, ended[-1])
    assert ended[-1].data == "[DONE]"
    assert not of("error-in-stream", promise({"a": 1}))


def test_an_error_is_named_where_events_have_names():
    contract = Contract(consumer="c", provider="p")
    named = contract.stream(
        "it", request=GET("/"), reply=Stream(200, frames=Event("chunk", Chunk), end=Event("stop", Chunk))
    )
    events = events_of(body(of("error-in-stream", named)["cut"]))
    assert events[-1].event == "error"


def test_derived_twice_it_is_the_same():
    for one in (completion(), stream(end="[DONE]"), promise({"a": 1})):
        assert cases(one) == cases(one)


def test_a_stream_that_gave_its_reason_to_end_may_be_taken_for_whole_without_its_last_event():
    gateway = Contract(consumer="rag", provider="gateway", kind="model_gateway")
    found = of("stream-cut", packs.openai.chat_stream(gateway, model="tiny"))
    assert list(found) == ["half", "no-end"]
    assert found["half"].oracle.healthy == ("refuse",)
    assert found["no-end"].oracle.healthy == ("refuse", "tolerate")
