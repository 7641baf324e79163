"""Streams verified, recorded and live: whole ones hold, cut and wrong ones are told at their event."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from verifying import App, only, raw_server, says, statuses

from integtest.codecs import cassette_jsonl
from integtest.codecs.pact_v4 import dumps, loads
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.cassette import Cassette
from integtest.model.contract import Contract
from integtest.model.http import Exchange, Place, Request, Response
from integtest.wiring import verify
from tests.streaming import claude, stream_of

STREAM = (("Content-Type", "text/event-stream"),)


def contract(interaction):
    """The interaction as a pact file brings it."""
    made = Contract(info=interaction.contract, interactions=(interaction,))
    return loads(dumps(made), Place(file="assistant-gateway.json"))


@pytest.fixture
def recorded(tmp_path: Path):
    """The verdict over one recorded reply."""

    def run(interaction, body, headers=STREAM, **parts):
        request = Request(
            method="POST",
            url="https://gateway.example.com/chat",
            headers=(("Content-Type", "application/json"),),
            body=b'{"stream":true}',
        )
        response = Response(status=200, headers=headers, body=body, **parts)
        folder = tmp_path / "gateway"
        folder.mkdir()
        kept = cassette_jsonl.dumps(Cassette(exchanges=(Exchange(request=request, response=response),)))
        (folder / "one.jsonl").write_bytes(kept)
        return verify(Plan(contracts=(contract(interaction),), cassettes=(str(tmp_path),)))

    return run


def live(interaction, provider):
    one = ProviderPlan(name="gateway", **provider)
    return verify(Plan(contracts=(contract(interaction),), providers=(one,), timeout=10.0))


CHAT = stream_of()
WHOLE = CHAT.response.example
CUT = WHOLE.replace(b"data: [DONE]\n\n", b"")


@pytest.mark.parametrize("interaction", [CHAT, claude(), stream_of(content_type="application/x-ndjson", end=None)])
def test_a_recorded_stream_verifies_its_promise(recorded, interaction):
    headers = (("Content-Type", interaction.response.headers["Content-Type"][0]),)
    verdict = recorded(interaction, interaction.response.example, headers)
    assert (verdict.exit_status(), verdict.findings) == (0, ())
    assert verdict.interactions[0].verified_by == ("pact", "schema")


@pytest.mark.parametrize("complete", [True, False])
def test_a_recorded_stream_without_its_end_fails_as_cut(recorded, complete):
    verdict = recorded(CHAT, CUT, complete=complete)
    found = only(verdict)
    assert (found.rule, found.blame, found.location.pointer) == ("reply-mismatch", "provider", "$[3]")
    assert "was cut: it ended after 3 events without its terminal event [DONE]" in found.message
    assert statuses(verdict) == {"answers in a stream": "failed"}


def test_a_recorded_gzip_stream_is_decoded_whole_or_left_by_its_reader_at_its_last_event(recorded):
    coded = gzip.compress(WHOLE)
    headers = (*STREAM, ("Content-Encoding", "gzip"))
    assert recorded(CHAT, coded[:-8], headers).exit_status() == 0


def test_a_recorded_gzip_stream_cut_in_the_middle_is_told_as_cut(recorded):
    headers = (*STREAM, ("Content-Encoding", "gzip"))
    assert "was cut" in only(recorded(CHAT, gzip.compress(CUT)[:-8], headers)).message


def test_a_wrong_event_is_told_with_its_number_and_path(recorded):
    found = only(recorded(CHAT, WHOLE.replace(b'"stop"', b'"bored"')))
    assert found.location.pointer == "$[2].choices[0].finish_reason"
    assert "bored" in found.message


@pytest.mark.parametrize("body", [WHOLE, CUT])
def test_an_app_that_streams_is_verified_in_process(body):
    app = App({"POST /chat": lambda *_: (200, body, [])})

    async def typed(scope, receive, send):
        async def sending(message):
            if message["type"] == "http.response.start":
                message = {**message, "headers": [(b"content-type", b"text/event-stream")]}
            await send(message)

        await app(scope, receive, sending)

    verdict = live(CHAT, {"app": typed})
    assert statuses(verdict) == {"answers in a stream": "verified" if body is WHOLE else "failed"}


def test_a_live_provider_that_breaks_off_in_a_stream_is_told_as_cut_with_what_the_connection_did():
    chunk = f"{len(CUT):x}\r\n".encode() + CUT + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw_server(says(head + chunk, close=True)) as server:
        found = only(live(CHAT, {"url": server.url}))
    assert (found.rule, found.location.pointer) == ("reply-mismatch", "$[3]")
    assert str(found.hint).startswith("the connection: ")


def test_a_live_provider_that_says_the_end_and_breaks_off_has_kept_the_promise():
    chunk = f"{len(WHOLE):x}\r\n".encode() + WHOLE + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw_server(says(head + chunk, close=True)) as server:
        verdict = live(CHAT, {"url": server.url})
    assert (verdict.exit_status(), verdict.findings) == (0, ())
