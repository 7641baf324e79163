"""Cassettes that others recorded play as they are, byte for byte, whatever format they are kept in."""

from __future__ import annotations

from pathlib import Path

import pytest
import urllib3

from integtest.adapters.files import atomic_write, cassette_writer, load_cassette
from integtest.adapters.interceptor import use
from integtest.adapters.tape import CassetteTape

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
FILES = sorted(
    path
    for folder in ("datadog-api-client", "py-gitguardian")
    for path in (CORPORA / folder).glob("*.yaml")
    if b"interactions:" in path.read_bytes()[:64]
)


@pytest.mark.corpus
@pytest.mark.skipif(not FILES, reason="the corpora are not beside this repository")
@pytest.mark.parametrize("suffix", ["", ".yaml", ".json", ".jsonl"], ids=["as it is", "yaml", "json", "jsonl"])
def test_every_cassette_of_others_replays_byte_for_byte(tmp_path, suffix):
    wrong, played = [], 0
    for file in FILES:
        held = load_cassette(file).exchanges
        path = file
        if suffix:
            path = tmp_path / f"{file.parent.name}-{file.stem}{suffix}"
            atomic_write(path, cassette_writer(path)(load_cassette(file)))
        with use(CassetteTape(path)) as tape, urllib3.PoolManager(retries=False) as pools:
            for exchange in held:
                sent, came = exchange.request, exchange.response
                reply = pools.request(
                    sent.method,
                    sent.url,
                    body=sent.body or None,
                    headers=urllib3.HTTPHeaderDict(sent.headers),
                    preload_content=False,
                    redirect=False,
                )
                body = reply.read(decode_content=False)
                played += 1
                if came is None or (reply.status, body) != (came.status, came.body):
                    wrong.append((file.name, sent.method, sent.url))
            assert tape.all_played
    assert not wrong
    assert played > 200
