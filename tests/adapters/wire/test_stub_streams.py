"""A promised stream is served event by event, as clients read it live."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import zlib

import aiohttp
import httpx
import openai
import pytest
import requests

from integtest import POST
from integtest.adapters.in_process import stub_requests
from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.stub import Stub
from integtest.model.events import EventReader, events_of
from integtest.rules.match import Judge
from tests.streaming import claude, stream_of

JUDGE = Judge(Engine())
ASK = {"stream": True}


@pytest.fixture
def gateway(serve):
    """The address of a stub for one stream, and the stub."""

    def start(interaction):
        stub = Stub([interaction], JUDGE)
        return serve(stub).url, stub

    return start


def kinds(events):
    return [event.event or event.data[:7] for event in events]


NAMES = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
]


def test_each_event_leaves_in_a_chunk_of_its_own(serve, connect):
    body = json.dumps(ASK).encode()
    head = (
        f"POST /chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    raw = connect(serve(Stub([claude()], JUDGE)))
    raw.send(head.encode() + body)
    assert b"transfer-encoding: chunked" in raw.until(b"\r\n\r\n").lower()
    chunks = []
    while int(raw.until(b"\r\n"), 16):
        chunks.append(raw.until(b"\n\n\r\n"))
    assert [kinds(events_of(chunk)) for chunk in chunks] == [[name] for name in NAMES]


def test_httpx_reads_it_line_by_line(gateway):
    url, _ = gateway(claude())
    with httpx.stream("POST", f"{url}/chat", json=ASK) as seen:
        lines = list(seen.iter_lines())
    assert [line.removeprefix("event: ") for line in lines if line.startswith("event")] == NAMES


def test_requests_reads_it_piece_by_piece(gateway):
    url, _ = gateway(stream_of())
    with requests.post(f"{url}/chat", json=ASK, stream=True, timeout=10) as seen:
        pieces = list(seen.iter_content(None))
    reader = EventReader()
    assert [len(reader.feed(piece)) for piece in pieces] == [1, 1, 1, 1]


def test_aiohttp_reads_it_piece_by_piece(gateway):
    url, _ = gateway(claude())

    async def read():
        async with aiohttp.ClientSession() as session, session.post(f"{url}/chat", json=ASK) as seen:
            return b"".join([piece async for piece, _ in seen.content.iter_chunks()])

    assert kinds(events_of(asyncio.run(read()))) == NAMES


def test_openai_reads_chunks_and_stops_at_the_end(gateway):
    asked = {"model": "tiny", "messages": [{"role": "user", "content": "?"}], "stream": True}
    url, _ = gateway(stream_of(request=POST("/chat/completions", json=asked)))
    client = openai.OpenAI(base_url=url, api_key="k", max_retries=0)
    chunks = list(client.chat.completions.create(**asked))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Paid."
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_promised_gzip_is_flushed_behind_each_event(gateway):
    url, _ = gateway(stream_of(headers={"Content-Encoding": "gzip"}))
    with requests.post(f"{url}/chat", json=ASK, stream=True, timeout=10) as seen:
        coded = [bytes(piece) for piece in seen.raw.stream(None, decode_content=False)]
    decoder, reader = zlib.decompressobj(16 + zlib.MAX_WBITS), EventReader()
    assert [len(reader.feed(decoder.decompress(piece))) for piece in coded][:4] == [1, 1, 1, 1]
    assert events_of(gzip.decompress(b"".join(coded)))[-1].data == "[DONE]"


def test_what_was_served_is_kept_as_an_exchange_that_keeps_the_promise(gateway):
    interaction = stream_of()
    url, stub = gateway(interaction)
    requests.post(f"{url}/chat", json=ASK, timeout=10)
    seen = stub.exchanges[0].response
    assert [len(events_of(frame.data)) for frame in seen.frames] == [1, 1, 1, 1]
    assert JUDGE.response(interaction.response).judge(seen).holds


def test_requests_gets_it_without_a_socket_too():
    with stub_requests(Stub([claude()], JUDGE), "http://gateway.test"):
        seen = requests.post("http://gateway.test/chat", json=ASK, stream=True, timeout=10)
        lines = [line.decode() for line in seen.iter_lines()]
    assert [line.removeprefix("event: ") for line in lines if line.startswith("event")] == NAMES


def test_a_stream_is_served_to_many_at_once(gateway):
    url, stub = gateway(claude())
    found = []

    def ask():
        found.append(kinds(events_of(requests.post(f"{url}/chat", json=ASK, timeout=10).content)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [NAMES] * 8
    assert stub.calls(stub.interactions[0]) == 8
