"""Nothing counts as verified that was not exercised, in any report."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from integtest.cli import main
from integtest.reports import FORMATS

READ = {
    "type": "Synchronous/HTTP",
    "description": "reads a user",
    "request": {"method": "GET", "path": "/users/42"},
    "response": {"status": 200},
}
FOREIGN = {"type": "Plugin/Thing", "description": "talks gRPC", "pluginConfiguration": {"grpc": {}}}
MESSAGE = {
    "type": "Asynchronous/Messages",
    "description": "a user was made",
    "contents": {"content": {"id": 1}, "contentType": "application/json", "encoded": False},
}
GONE = "http://127.0.0.1:9"
"""The discard port: nobody listens there."""

CASES: dict[str, tuple[list[str], list[dict]]] = {
    "no source": (["--contract", "pact.json"], [READ]),
    "nothing at all": ([], [READ]),
    "no interaction": (["--contract", "pact.json", "--provider", f"users={GONE}"], []),
    "no contract": (["--contract", "empty", "--provider", f"users={GONE}"], [READ]),
    "a provider that no contract has": (["--contract", "pact.json", "--provider", f"usres={GONE}"], [READ]),
    "a consumer that no contract has": (["--contract", "pact.json", "--cassette", "good.yaml", "--consumer", "x"], [READ]),
    "a provider that is down": (["--contract", "pact.json", "--provider", f"users={GONE}"], [READ]),
    "a cassette without a match": (["--contract", "pact.json", "--cassette", "other.yaml"], [READ]),
    "an empty cassette": (["--contract", "pact.json", "--cassette", "none.yaml"], [READ]),
    "a folder without cassettes": (["--contract", "pact.json", "--cassette", "empty"], [READ]),
    "a cassette without contracts": (["--cassette", "good.yaml"], [READ]),
    "a cassette that cannot be read": (["--contract", "pact.json", "--cassette", "cut.yaml"], [READ]),
    "a cassette that is not there": (["--contract", "pact.json", "--cassette", "gone.yaml"], [READ]),
    "all pending and nobody asked": (["--contract", "pact.json", "--provider", f"users={GONE}"], [READ | {"pending": True}]),
    "all pending and never recorded": (["--contract", "pact.json", "--cassette", "other.yaml"], [READ | {"pending": True}]),
    "all of a plugin": (["--contract", "pact.json", "--provider", "users=app:app"], [FOREIGN]),
    "all messages and an app without them": (["--contract", "pact.json", "--cassette", "good.yaml"], [MESSAGE]),
}  # fmt: skip
CASSETTE = """version: 1
interactions:
- request: {{method: GET, uri: 'http://users.example{path}', body: null, headers: {{}}}}
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: ''}}}}
"""
APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "good.yaml").write_text(CASSETTE.format(path="/users/42"))
    (tmp_path / "other.yaml").write_text(CASSETTE.format(path="/elsewhere"))
    (tmp_path / "none.yaml").write_text("version: 1\ninteractions: []\n")
    (tmp_path / "cut.yaml").write_text(CASSETTE.format(path="/users/42")[:90])
    return tmp_path


def pact(folder, interactions: list[dict]) -> None:
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "users"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    (folder / "pact.json").write_text(json.dumps(document))


@dataclass
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def verify(folder, monkeypatch):
    """The command in this process, in that folder."""
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("INTEGTEST_")]:
        monkeypatch.delenv(name)

    def go(*args: str) -> Ran:
        done = CliRunner().invoke(main, ["verify", *args], prog_name="integtest")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    return go


def test_the_same_folder_can_pass(folder, verify):
    """What makes the cases below mean something."""
    pact(folder, [READ])
    ran = verify("--contract", "pact.json", "--cassette", "good.yaml")
    assert (ran.status, "1 verified" in ran.out) == (0, True), ran.out + ran.err


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_verified_by(case, folder, verify):
    args, interactions = CASES[case]
    pact(folder, interactions)
    ran = {form: verify(*args, "--format", form) for form in FORMATS}
    assert len({one.status for one in ran.values()}) == 1, "every format ends alike"
    for form, one in ran.items():
        assert one.status in (1, 2, 3), form
        assert "Traceback" not in one.out + one.err, form
        assert one.err.strip() or one.status != 2, "wrong usage says why"
        if one.out.strip():
            SILENT[form](one.out)


def nothing_in_json(text: str) -> None:
    report = json.loads(text)
    assert report["verdict"] in ("fail", "unknown")
    assert report["exit_status"] in (1, 3)
    assert [one for one in report["interactions"] if one["status"] == "verified"] == []


def nothing_in_junit(text: str) -> None:
    root = ET.fromstring(text)
    assert [one for one in root.iter("testcase") if not len(one)] == [], "a bare testcase is a green one"
    assert sum(1 for tag in ("failure", "error") for _ in root.iter(tag)) > 0


def nothing_in_sarif(text: str) -> None:
    (run,) = json.loads(text)["runs"]
    assert run["results"] or run["invocations"][0]["executionSuccessful"] is False


def nothing_in_words(text: str) -> None:
    lowered = text.lower()
    assert not any(word in lowered for word in ("1 verified", "passed", "✅", "all good"))


def nothing_in_html(text: str) -> None:
    nothing_in_words(text)
    assert "✓ pass" not in text


SILENT = {
    "json": nothing_in_json,
    "html": nothing_in_html,
    "junit": nothing_in_junit,
    "sarif": nothing_in_sarif,
    "terminal": nothing_in_words,
    "github": nothing_in_words,
    "markdown": nothing_in_words,
}
