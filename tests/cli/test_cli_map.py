"""`integtest doctor --integrations`: what is called, by which promise, in which recording, and what has none."""

import json
from pathlib import Path

import jsonschema
import pytest
from cli_runs import process

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/report.schema.json").read_text())


def pact(folder: Path) -> None:
    promised = [("reads a user", "GET", "/users/1"), ("deletes a user", "DELETE", "/users/1")]
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "identity"},
        "interactions": [
            {
                "type": "Synchronous/HTTP", "description": text,
                "request": {"method": method, "path": path}, "response": {"status": 200},
            }
            for text, method, path in promised
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }  # fmt: skip
    (folder / "pact.json").write_text(json.dumps(document))


def cassette(file: Path, *calls: tuple[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ["version: 1", "interactions:"]
    for method, url in calls:
        lines.append(f"- request: {{method: {method}, uri: '{url}', headers: {{}}, body: null}}")
        lines.append("  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ''}}")
    file.write_text("\n".join(lines) + "\n")


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".git").mkdir()
    pact(tmp_path)
    cassette(
        tmp_path / "tapes" / "a.yaml",
        ("GET", "http://identity.example/users/1"),
        ("GET", "http://identity.example/users/1"),
        ("GET", "http://identity.example/groups/7"),
        ("GET", "http://identity.example/groups/8"),
        ("POST", "http://mail.example/send"),
    )
    return tmp_path


def mapped(project, *more):
    ran = process("doctor", "--integrations", "--contract", "pact.json", "--cassette", "tapes", *more, cwd=project)
    return ran.status, ran.out, ran.err


def test_calls_without_a_contract_and_promises_without_a_recording_are_seen(project):
    status, out, _ = mapped(project, "--format", "json")
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    rows = {(row["provider"], row["host"], row["call"]): row for row in document["integrations"]}
    read = rows["identity", "identity.example", "GET /users/{id}"]
    assert (read["seen"], read["contracts"], read["lacks"]) == (2, ["reads a user"], None)
    assert read["cassettes"] == ["tapes/a.yaml"]
    assert rows["identity", "identity.example", "GET /groups/{id}"]["lacks"] == "contract"
    assert rows[None, "mail.example", "POST /send"]["lacks"] == "contract"
    assert rows["identity", "", "DELETE /users/1"]["lacks"] == "cassette"
    assert len(rows) == 4
    told = {(each["provider"], each["message"]) for each in document["findings"]}
    assert told == {
        ("identity", "GET /groups/{id} (2×) has no contract"),
        ("mail.example", "POST /send (1×) has no contract"),
    }
    assert status == 0


def test_a_nameless_host_is_a_provider_s_only_where_a_promise_fits(project):
    cassette(
        project / "tapes" / "a.yaml",
        ("GET", "http://127.0.0.1:8000/users/1"),
        ("GET", "http://127.0.0.1:9000/other"),
    )
    _, out, _ = mapped(project, "--format", "json")
    owners = {row["host"]: row["provider"] for row in json.loads(out)["integrations"] if row["seen"]}
    assert owners == {"127.0.0.1:8000": "identity", "127.0.0.1:9000": None}


def test_a_call_without_a_contract_fails_where_that_is_asked_for(project):
    assert mapped(project, "--fail-on", "warning")[0] == 1


def test_the_map_reads_in_every_form(project):
    _, terminal, _ = mapped(project)
    assert "NO CONTRACT" in terminal
    assert "3 endpoints called, 2 without a contract; 1 promised and in no cassette" in terminal
    _, page, _ = mapped(project, "--format", "html")
    assert "✗ no contract" in page
    _, text, _ = mapped(project, "--format", "markdown")
    assert "| none | mail.example | POST /send | 1 | **none** | 1 |" in text


def test_a_cassette_that_cannot_be_read_is_told_and_the_rest_goes_on(project):
    (project / "tapes" / "b.yaml").write_text("interactions: [")
    status, out, _ = mapped(project)
    assert status == 3
    assert "tapes/b.yaml" in out
    assert "GET /users/{id}" in out


def test_nothing_to_map_is_wrong_usage(tmp_path):
    (tmp_path / ".git").mkdir()
    ran = process("doctor", "--integrations", cwd=tmp_path)
    assert ran.status == 2
    assert "nothing to map" in ran.err
