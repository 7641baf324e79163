"""Whoever plays or reads a large cassette is served by the cache: several cassettes, filters, a server, verifying."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from test_cache import SIZE, entries, exchanges, get, write

from integtest.adapters import cassette_cache
from integtest.adapters.files import cassette_writer, load_cassette
from integtest.adapters.tape import CassetteTape, shelf
from integtest.flows.verify.plan import Plan
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Request
from integtest.rules.replay import Matching
from integtest.rules.secrets import Policy
from integtest.wiring import verify
from integtest.wiring.recording import replay_of

SERVED = Matching(on=("method", "path", "query", "body"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cassette_cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch):
    """From now on, no cassette may be read itself."""

    def go() -> None:
        monkeypatch.setattr(shelf, "parse_cassette", lambda *_: pytest.fail("a cassette was read"))

    return go


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.yaml", tmp_path / "b.jsonl"]
    write(paths[0])
    moved = [
        one.model_copy(update={"request": one.request.model_copy(update={"url": f"{one.request.url}/more"})})
        for one in exchanges("two")
    ]
    paths[1].write_bytes(cassette_writer(paths[1])(Cassette(exchanges=tuple(moved))))
    return paths


def word(found: Exchange | None) -> str:
    assert found and found.response
    return str(json.loads(found.response.body)["word"])


def more(number: int) -> Request:
    return get(number).model_copy(update={"url": f"{get(number).url}/more"})


def test_cassettes_that_are_played_together_are_each_from_the_cache(two, unread):
    first = CassetteTape(two[0], also=two[1:])
    unread()
    second = CassetteTape(two[0], also=two[1:])
    assert (len(first), len(second)) == (2 * SIZE, 2 * SIZE)
    for tape in (first, second):
        assert (word(tape.play(get(7))), word(tape.play(more(7)))) == ("one", "two")
    assert second.unplayed_places == first.unplayed_places
    assert second.unplayed == first.unplayed


def test_a_small_cassette_beside_a_large_one_is_read_and_the_large_one_is_not(two, tmp_path, monkeypatch):
    small = tmp_path / "small.yaml"
    small.write_bytes(cassette_writer(small)(Cassette(exchanges=exchanges("small", 1))))
    CassetteTape(two[0], also=[small])
    read: list[Path] = []
    parse = shelf.parse_cassette
    monkeypatch.setattr(shelf, "parse_cassette", lambda data, path: read.append(path) or parse(data, path))
    tape = CassetteTape(two[0], also=[small])
    assert [word(tape.play(get(0))) for _ in range(2)] == ["one", "small"]
    assert read == [small]


class Renaming:
    """A team's filters: the host is not what it was."""

    def request(self, request: Request) -> Request:
        return request.model_copy(update={"url": request.url.replace("api.test", "other.test")})

    def exchange(self, exchange: Exchange) -> Exchange:
        return exchange.model_copy(update={"request": self.request(exchange.request)})


def test_filters_see_what_comes_from_the_cache_and_leave_it_as_it_was(two, unread):
    CassetteTape(two[0], filters=Renaming())
    unread()
    filtered = CassetteTape(two[0], filters=Renaming())
    assert word(filtered.play(get(7))) == "one"
    assert filtered.unplayed[0].request.url == "http://other.test/items/0"
    plain = CassetteTape(two[0])
    assert plain.unplayed[0].request.url == "http://api.test/items/0"
    assert word(plain.play(get(7))) == "one"


def test_a_server_starts_from_the_cache_and_answers_the_same(two, unread):
    def served():
        return replay_of([str(path) for path in two], SERVED, Policy(), latency=0.0, told=None)

    first = served()
    unread()
    second = served()
    for replay in (first, second):
        replay.at("http://127.0.0.1:1")
        assert json.loads(replay(Request(method="GET", url="/items/7")).body)["word"] == "one"
        assert json.loads(replay(Request(method="GET", url="/items/7/more")).body)["word"] == "two"
        assert replay(Request(method="GET", url="/items/x")).status == 501
    assert second.unplayed == first.unplayed


def test_verifying_starts_from_the_cache_and_says_the_same(two, unread):
    plan = Plan(cassettes=tuple(map(str, two)))
    first = verify(plan)
    assert len(entries()) == len(two)
    unread()
    second = verify(plan)
    assert first.exchanges == second.exchanges == 2 * SIZE
    assert first.findings == second.findings


def test_what_verifying_left_in_the_cache_serves_a_default_replay(two, unread):
    verify(Plan(cassettes=(str(two[0]),)))
    unread()
    assert word(CassetteTape(two[0]).play(get(7))) == "one"


def test_where_the_cache_is_off_nothing_is_kept_and_all_is_the_same(two, cache, monkeypatch):
    monkeypatch.setenv(cassette_cache.VARIABLE, "off")
    for _ in range(2):
        assert word(CassetteTape(two[0], also=two[1:]).play(more(7))) == "two"
        assert verify(Plan(cassettes=tuple(map(str, two)))).exchanges == 2 * SIZE
    assert not cache.exists()


def test_a_recorded_url_with_no_usable_port_hinders_nothing(two):
    odd = get(0).model_copy(update={"url": "http://api.test:port/odd"})
    whole = load_cassette(two[0])
    changed = whole.exchanges[0].model_copy(update={"request": odd})
    two[0].write_bytes(cassette_writer(two[0])(Cassette(exchanges=(changed, *whole.exchanges[1:]))))
    assert word(CassetteTape(two[0]).play(get(7))) == "one"
    assert word(CassetteTape(two[0]).play(get(7))) == "one"


MARKED = """
import pytest, requests

@pytest.mark.vcr({arguments})
def test_x():
    assert requests.get("http://api.test/items/7", headers={{"Accept": "*/*"}}).json()["word"] == "one"
"""


@pytest.mark.parametrize("arguments", ["", "filter_headers=['accept']"])
def test_the_vcr_marker_uses_it_with_filters_and_without(pytester, monkeypatch, arguments):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    path = pytester.path / "cassettes/test_marked/test_x.yaml"
    path.parent.mkdir(parents=True)
    write(path)
    pytester.makepyfile(test_marked=MARKED.format(arguments=arguments))
    pytester.runpytest_subprocess("-p", "integtest", "-p", "no:cacheprovider").assert_outcomes(passed=1)
    (entry,) = entries()
    os.utime(entry, (1, 1))
    pytester.runpytest_subprocess("-p", "integtest", "-p", "no:cacheprovider").assert_outcomes(passed=1)
    assert entries() == [entry]
    assert entry.stat().st_mtime > 1, "the second run did not look into it"
