"""What `integtest refresh` promises: it asks again what may be asked, beside the old cassette, and tells the change."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integtest.adapters.files import cassette_writer, load_cassette
from integtest.cli.root import main
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Frame, Provenance, Request, Response, TransportFailure

TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
OLD = {"id": "c-1", "at": "2024-01-01T00:00:00Z", "items": [{"n": 1}], "note": "old"}


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    reply: Any = OLD
    status = 200
    seen: list[tuple[str, str, str | None]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, self.headers.get("Authorization")))
        body = json.dumps(self.reply).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Service-Version", "2.0.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[Any]:
    kind = type("Own", (Provider,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_port}"
    yield kind
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exchange(url: str, method: str = "GET", path: str = "/claims?page=1", **more: Any) -> Exchange:
    headers = (("Authorization", "Bearer fake0001"), ("Accept", "application/json"))
    kind = (("Content-Type", "application/json"),)
    fields = {"response": Response(status=200, headers=kind, body=json.dumps(OLD).encode()), **more}
    return Exchange(request=Request(method=method, url=url + path, headers=headers), **fields)


def write(path: Path, *exchanges: Exchange) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=exchanges)))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["refresh", *map(str, arguments)])


def test_values_alone_change_nothing_in_shape(folder: Path, provider: Any) -> None:
    old = write(folder / "a.yaml", exchange(provider.url))
    before = old.read_bytes()
    provider.reply = OLD | {"at": "2026-02-02T10:00:00Z", "note": "new"}
    result = run("a.yaml")
    assert result.exit_code == 0, result.output
    assert old.read_bytes() == before
    (fresh,) = load_cassette(folder / "a.new.yaml").exchanges
    assert fresh.response is not None
    assert json.loads(fresh.response.body)["note"] == "new"
    assert fresh.provenance.recorded_at is not None
    assert "other values: $.note" in result.output
    assert "1 ids or times" in result.output
    assert run("a.yaml", "--fail-on", "info").exit_code == 1


def test_the_new_cassette_says_what_made_it_now(
    folder: Path, provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTEGTEST_CONSUMER_VERSION", "7.0")
    made = Provenance(tool="another 1", git_commit="0" * 40, consumer_version="6.0", provider_version="1.0.0")
    path = write(folder / "claims" / "a.yaml", exchange(provider.url, provenance=made))
    run(str(path))
    (new,) = load_cassette(folder / "claims" / "a.new.yaml").exchanges
    known = new.provenance
    assert known.tool is not None
    assert known.tool.startswith("integtest ")
    assert (known.git_commit, known.consumer_version, known.provider_version) == (None, "7.0", "2.0.1")


def test_another_shape_is_told_path_by_path(folder: Path, provider: Any) -> None:
    write(folder / "a.yaml", exchange(provider.url))
    provider.reply = {"id": 7, "at": OLD["at"], "items": [{"n": 1, "extra": True}]}
    result = run("a.yaml", "--format", "json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["findings"]
    assert found["rule"] == "recording-changed"
    for told in ("added: $.items[*].extra", "removed: $.note", "$.id (string → number)"):
        assert told in found["message"]


def test_another_status_is_another_shape(folder: Path, provider: Any) -> None:
    write(folder / "a.yaml", exchange(provider.url))
    provider.status = 404
    result = run("a.yaml")
    assert result.exit_code == 1
    assert "status 200 → 404" in result.output


def test_only_safe_methods_are_asked_again(folder: Path, provider: Any) -> None:
    write(folder / "a.yaml", exchange(provider.url), exchange(provider.url, "POST", "/refunds"))
    result = run("a.yaml")
    assert result.exit_code == 0, result.output
    assert [method for method, _, _ in provider.seen] == ["GET"]
    assert "POST /refunds (not safe" in result.output
    assert [one.request.method for one in load_cassette(folder / "a.new.yaml").exchanges] == ["GET", "POST"]


def test_what_a_contract_calls_repeatable_is_asked_again(folder: Path, provider: Any) -> None:
    (folder / "promises.py").write_text(
        "from integtest import POST, Contract, Reply\n"
        "search = Contract(consumer='web', provider='search')\n"
        "find = search.http('finds', request=POST('/find'), reply=Reply(200), repeatable=True)\n"
    )
    write(folder / "search/a.yaml", exchange(provider.url, "POST", "/find"), exchange(provider.url, "POST", "/pay"))
    result = run("search/a.yaml", "--contract", "promises.py")
    assert result.exit_code == 0, result.output
    assert [path for _, path, _ in provider.seen] == ["/find"]


def test_nothing_to_ask_is_no_success(folder: Path, provider: Any) -> None:
    write(folder / "a.yaml", exchange(provider.url, "POST"))
    result = run("a.yaml")
    assert result.exit_code == 2
    assert "nothing may be asked again" in result.output
    assert not (folder / "a.new.yaml").exists()


def test_recorded_failures_and_streams_stay_as_they_were(folder: Path, provider: Any) -> None:
    stream = Response(status=200, body=b"data: 1\n\n", frames=(Frame(at=0.0, data=b"data: 1\n\n"),))
    failed = exchange(provider.url, response=None, error=TransportFailure(kind="timeout"))
    write(folder / "a.jsonl", exchange(provider.url), failed, exchange(provider.url, response=stream))
    assert run("a.jsonl").exit_code == 0
    _, kept, streamed = load_cassette(folder / "a.new.jsonl").exchanges
    assert kept.error is not None
    assert streamed.response == stream
    assert len(provider.seen) == 1


def test_a_provider_that_is_gone_is_told_and_nothing_is_lost(folder: Path, provider: Any) -> None:
    write(folder / "a.yaml", exchange("http://127.0.0.1:9"))
    result = run("a.yaml", "--replace")
    assert result.exit_code == 1
    assert "got no answer" in result.output
    assert len(load_cassette(folder / "a.yaml").exchanges) == 1


def test_another_server_may_answer(folder: Path, provider: Any) -> None:
    write(folder / "search/a.yaml", exchange("https://search.staging.example"))
    assert run("search/a.yaml", "--base", provider.url).exit_code == 0
    assert run("search/a.yaml", "--upstream", f"search={provider.url}/v2", "--replace").exit_code == 0
    assert [path for _, path, _ in provider.seen] == ["/claims?page=1", "/v2/claims?page=1"]
    (fresh,) = load_cassette(folder / "search/a.yaml").exchanges
    assert fresh.request.url == "https://search.staging.example/claims?page=1"


def test_a_credential_comes_from_the_environment_and_is_never_written(
    folder: Path, provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCH_TOKEN", TOKEN)
    provider.reply = OLD | {"echo": f"Bearer {TOKEN}"}
    write(folder / "search/a.yaml", exchange(provider.url))
    result = run("search/a.yaml", "--auth", "search=bearer:env:SEARCH_TOKEN")
    assert provider.seen[0][2] == f"Bearer {TOKEN}"
    assert TOKEN not in result.output
    assert TOKEN.encode() not in (folder / "search/a.new.yaml").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("b.yaml",), 2, "may not be recorded"),
        (("b.yaml", "--auth", "b=bearer:abc"), 2, "named by its environment variable"),
        (("b.yaml", "--base", "nowhere"), 2, "http://"),
        (("none.yaml",), 3, "no such file"),
        ((), 2, "no cassette to refresh"),
        (("b.yaml", "--base", "http://127.0.0.1:9", "--upstream", "b=http://127.0.0.1:9"), 2, "exclude"),
    ],
)
def test_what_cannot_be_is_one_message(folder: Path, arguments: tuple[str, ...], status: int, told: str) -> None:
    write(folder / "b.yaml", exchange("https://api.example"))
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert told in result.output
    assert "Traceback" not in result.output


def test_verify_tells_of_recordings_that_are_too_old_or_of_unknown_age(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.integtest]\nmax-age = "30d"\n')
    aged = Provenance(recorded_at=datetime(2020, 1, 1, tzinfo=UTC))
    write(folder / "old.yaml", exchange("http://api.test", provenance=aged))
    write(folder / "unknown.yaml", exchange("http://api.test"))
    loose = Provenance(recorded_at=datetime.now(UTC), max_age="40d")
    write(folder / "fresh.yaml", exchange("http://api.test", provenance=loose))
    result = CliRunner().invoke(main, ["verify", "--cassette", ".", "--format", "json"])
    found = {one["location"]["file"]: one["rule"] for one in json.loads(result.stdout)["findings"]}
    assert found == {"old.yaml": "cassette-stale", "unknown.yaml": "cassette-age-unknown"}


def test_verify_tells_of_what_is_older_than_it_says_it_may_be(folder: Path) -> None:
    aged = Provenance(recorded_at=datetime(2020, 1, 1, tzinfo=UTC), max_age="30d")
    write(folder / "old.yaml", exchange("http://api.test", provenance=aged))
    result = CliRunner().invoke(main, ["verify", "--cassette", ".", "--format", "json"])
    (found,) = json.loads(result.stdout)["findings"]
    assert (found["rule"], found["severity"], found["location"]["file"]) == (
        "cassette-stale",
        "warning",
        "old.yaml",
    )
    assert "may be 30 days old" in found["message"]


def test_how_old_a_recording_may_be_outlives_all_that_is_done_to_it(folder: Path, provider: Any) -> None:
    limit = Provenance(recorded_at=datetime(2020, 1, 1, tzinfo=UTC), max_age="30d")
    path = write(folder / "a.yaml", exchange(provider.url, provenance=limit))
    assert run("--replace", path).exit_code == 0
    for old, new in (("a.yaml", "b.jsonl"), ("b.jsonl", "c.json"), ("c.json", "d.yaml")):
        assert CliRunner().invoke(main, ["convert", old, new]).exit_code == 0
    secret = exchange(provider.url, path=f"/login?token={TOKEN}", provenance=limit)
    write(folder / "d.yaml", secret, *load_cassette(folder / "d.yaml").exchanges)
    assert CliRunner().invoke(main, ["scrub", "d.yaml"]).exit_code == 0
    assert TOKEN not in (folder / "d.yaml").read_text()
    assert [one.provenance.max_age for one in load_cassette(folder / "d.yaml").exchanges] == ["30d", "30d"]
