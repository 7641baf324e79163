"""Frames are given back while a stream comes, scrubbed as the whole would be, none lost."""

from __future__ import annotations

import json

import pytest

from integtest.model.http import Exchange, Frame, Request, Response
from integtest.rules.secrets import Policy, Scrubber

_POLICY = Policy(allow_list=False)
_REQUEST = Request(method="POST", url="http://localhost/chat")


def _head(kind="text/event-stream", *headers):
    return Response(status=200, headers=(("Content-Type", kind), *headers))


def _event(text):
    return f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n".encode()


def _long_stream():
    words = []
    for i in range(3000):
        words += (
            [f" word{i}", " mail", " lena", ".vogt", "@kun", "de-beispiel.de", " done"]
            if i % 50 == 0
            else [f" w{i}"]
        )
    return [Frame(at=i * 0.01, data=_event(word)) for i, word in enumerate(words)]


def _feed(frames, head, size=None):
    live = Scrubber(_POLICY).stream(_REQUEST, head)
    given, most = [], 0
    for index, frame in enumerate(frames):
        given += live.feed(frame)
        most = max(most, index + 1 - len(given))
    early = len(given)
    return given + live.finish(), early, most, live


def test_a_long_stream_is_given_back_bit_by_bit_and_as_the_whole_would_be():
    frames = _long_stream()
    given, early, most, live = _feed(frames, _head())
    body = b"".join(frame.data for frame in frames)
    whole = Response(status=200, headers=_head().headers, body=body, frames=tuple(frames))
    expected = Scrubber(_POLICY).exchange(Exchange(request=_REQUEST, response=whole)).exchange.response
    assert given == list(expected.frames)
    assert early > len(frames) / 2
    assert most < len(frames) / 4
    assert b"vogt" not in b"".join(frame.data for frame in given)
    assert live.doubts == []


def test_frames_that_cut_events_anywhere_lose_nothing():
    data = b"".join(frame.data for frame in _long_stream())
    frames = [Frame(at=i, data=data[i : i + 1000]) for i in range(0, len(data), 1000)]
    given, early, _, _ = _feed(frames, _head())
    assert len(given) == len(frames)
    assert [frame.at for frame in given] == [frame.at for frame in frames]
    joined = b"".join(frame.data for frame in given).decode()
    words = [json.loads(line[6:])["choices"][0]["delta"]["content"] for line in joined.split("\n\n") if line]
    assert "vogt" not in "".join(words)
    assert "kunde" not in "".join(words)
    assert early > 0


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_body_of_another_kind_waits_for_its_end(kind):
    body = json.dumps({"password": "Hunter22x", "text": "x" * 50_000}).encode()
    frames = [Frame(at=i, data=body[i : i + 5000]) for i in range(0, len(body), 5000)]
    given, early, _, _ = _feed(frames, _head(kind))
    assert early == 0
    assert len(given) == len(frames)
    assert b"Hunter22x" not in b"".join(frame.data for frame in given)


def test_a_stream_that_is_cut_gives_back_all_that_came():
    frames = _long_stream()[:7]
    given, _, _, _ = _feed([*frames, Frame(at=9.0, data=b'data: {"choices": [{"delta": {"cont')], _head())
    assert len(given) == 8
    assert given[-1].data == b'data: {"choices": [{"delta": {"cont'


def test_no_frames_give_no_frames():
    assert Scrubber(_POLICY).stream(_REQUEST, _head()).finish() == []


def test_lines_of_json_come_bit_by_bit_too():
    frames = [
        Frame(at=i, data=json.dumps({"n": i, "email": f"user{i}@corp.de"}).encode() + b"\n") for i in range(2000)
    ]
    given, early, _, _ = _feed(frames, _head("application/x-ndjson"))
    assert early > 500
    assert len(given) == 2000
    assert b"@corp.de" not in b"".join(frame.data for frame in given)
