"""The SDKs that AI services talk through: recorded from a local server that streams, replayed offline."""

import asyncio
import json
import threading

import anthropic
import openai
import pytest
from memory_tape import MemoryTape
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError

WORDS = ["Frames", " come", " one", " by", " one"]
ASKED = [{"role": "user", "content": "hi"}]


class Gateway:
    """Streams a frame only after the program has heard the one before: nothing may hold frames back."""

    def __init__(self, serve):
        self.heard = threading.Event()
        self.server = serve({"/v1/chat/completions": self.openai, "/v1/messages": self.anthropic})
        self.url = self.server.url

    def gated(self, handler, events):
        def frames():
            for event, gate in events:
                yield event.encode()
                if gate:
                    assert self.heard.wait(10)
                    self.heard.clear()

        handler.stream(frames())

    def openai(self, handler):
        if not json.loads(handler.body).get("stream"):
            whole = {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "".join(WORDS)},
            }
            return json_answer(
                handler, {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [whole]}
            )
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        events = []
        for word in WORDS:
            delta = {"index": 0, "delta": {"content": word}, "finish_reason": None}
            events.append((f"data: {json.dumps({**chunk, 'choices': [delta]})}\n\n", True))
        return self.gated(handler, [*events, ("data: [DONE]\n\n", False)])

    def anthropic(self, handler):
        usage = {"input_tokens": 1, "output_tokens": 1}
        message = {
            "id": "1",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        if not json.loads(handler.body).get("stream"):
            return json_answer(
                handler,
                {**message, "content": [{"type": "text", "text": "".join(WORDS)}], "stop_reason": "end_turn"},
            )
        events = [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        ]
        events += [
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
            for word in WORDS
        ]
        events += [
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                "usage": {"output_tokens": 5},
            },
            {"type": "message_stop"},
        ]
        return self.gated(
            handler,
            [
                (f"event: {e['type']}\ndata: {json.dumps(e)}\n\n", "delta" in e and "text" in e["delta"])
                for e in events
            ],
        )


def json_answer(handler, value, status=200):
    handler.answer(status, json.dumps(value).encode(), [("Content-Type", "application/json")])


@pytest.fixture
def gateway(serve):
    return Gateway(serve)


def openai_sync(url, heard):
    client = openai.OpenAI(base_url=url + "/v1", api_key="nobody", max_retries=0)
    whole = client.chat.completions.create(model="m", messages=ASKED).choices[0].message.content
    words = []
    with client.chat.completions.create(model="m", messages=ASKED, stream=True) as stream:
        for chunk in stream:
            words.append(chunk.choices[0].delta.content)
            heard()
    return whole, words


def openai_async(url, heard):
    async def main():
        async with openai.AsyncOpenAI(base_url=url + "/v1", api_key="nobody", max_retries=0) as client:
            whole = (await client.chat.completions.create(model="m", messages=ASKED)).choices[0].message.content
            words = []
            async for chunk in await client.chat.completions.create(model="m", messages=ASKED, stream=True):
                words.append(chunk.choices[0].delta.content)
                heard()
        return whole, words

    return asyncio.run(main())


def anthropic_sync(url, heard):
    client = anthropic.Anthropic(base_url=url, api_key="nobody", max_retries=0)
    whole = client.messages.create(model="m", max_tokens=9, messages=ASKED).content[0].text
    words = []
    with client.messages.stream(model="m", max_tokens=9, messages=ASKED) as stream:
        for text in stream.text_stream:
            words.append(text)
            heard()
    return whole, words


def anthropic_async(url, heard):
    async def main():
        async with anthropic.AsyncAnthropic(base_url=url, api_key="nobody", max_retries=0) as client:
            whole = (await client.messages.create(model="m", max_tokens=9, messages=ASKED)).content[0].text
            words = []
            async with client.messages.stream(model="m", max_tokens=9, messages=ASKED) as stream:
                async for text in stream.text_stream:
                    words.append(text)
                    heard()
        return whole, words

    return asyncio.run(main())


@pytest.mark.parametrize(
    "sdk", [openai_sync, openai_async, anthropic_sync, anthropic_async], ids=lambda sdk: sdk.__name__
)
def test_an_sdk_streams_word_by_word_recorded_and_replayed(gateway, offline, sdk):
    with use(MemoryTape(recording=True)) as tape:
        assert sdk(gateway.url, gateway.heard.set) == ("".join(WORDS), WORDS)
    assert len(tape.kept) == 2
    assert all(exchange.response.complete for exchange in tape.kept)
    assert len(tape.kept[1].response.frames) >= len(WORDS)
    offline()
    with use(tape.rewound()) as again:
        assert sdk(gateway.url, lambda: None) == ("".join(WORDS), WORDS)
    assert not again.library.unplayed


def test_openai_lets_a_miss_through_at_once(offline):
    offline()
    sdk = openai.OpenAI(base_url="http://gateway.test", api_key="nobody", max_retries=2)
    with use(MemoryTape()) as tape, pytest.raises(ClosedNetworkError):
        sdk.models.list()
    assert len(tape.asked) == 1


def test_anthropic_shows_a_miss_as_the_cause_of_its_error(offline, monkeypatch):
    """It takes any exception for a failed connection, and tries again as often as it was told to."""
    offline()
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sdk = anthropic.Anthropic(base_url="http://gateway.test", api_key="nobody", max_retries=2)
    with use(MemoryTape()) as tape, pytest.raises(anthropic.APIConnectionError) as raised:
        sdk.models.list()
    assert isinstance(raised.value.__cause__, ClosedNetworkError)
    assert len(tape.asked) == 3


def test_an_sdk_tries_again_after_a_recorded_failure(serve, offline, monkeypatch):
    answers = iter([503, 429, 200])

    def route(handler):
        json_answer(handler, {"object": "list", "data": []}, next(answers))

    server = serve({"/models": route})
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def run():
        client = openai.OpenAI(base_url=server.url, api_key="nobody", max_retries=2)
        return client.models.list().data

    with use(MemoryTape(recording=True)) as tape:
        assert run() == []
    assert [exchange.response.status for exchange in tape.kept] == [503, 429, 200]
    offline()
    with use(tape.rewound()) as again:
        assert run() == []
    assert not again.library.unplayed


def spans(exporter):
    """Ends a span, exported in the thread of a batch processor."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    with provider.get_tracer("test").start_as_current_span("asks the model"):
        pass
    flushed = provider.force_flush(10_000)
    provider.shutdown()
    return flushed


@pytest.mark.parametrize("compression", [None, "gzip"])
def test_traces_of_opentelemetry_are_recorded_and_replayed(serve, offline, compression):
    from opentelemetry.exporter.otlp.proto.http import Compression

    server = serve({"/v1/traces": lambda h: h.answer(200, b"", [("Content-Type", "application/x-protobuf")])})

    def exporter():
        return OTLPSpanExporter(server.url + "/v1/traces", compression=Compression(compression or "none"))

    with use(MemoryTape(recording=True)) as tape:
        assert spans(exporter())
    (exchange,) = tape.kept
    assert exchange.request.body == server.seen[0][2]
    if compression is None:
        sent = ExportTraceServiceRequest.FromString(exchange.request.body)
        assert sent.resource_spans[0].scope_spans[0].spans[0].name == "asks the model"
    offline()
    with use(tape.rewound(templates=("hex", "epoch"))) as again:
        results = []
        exporting = exporter()
        export = exporting.export
        exporting.export = lambda batch: results.append(export(batch)) or results[-1]
        assert spans(exporting)
    assert results == [SpanExportResult.SUCCESS]
    assert not again.library.unplayed
