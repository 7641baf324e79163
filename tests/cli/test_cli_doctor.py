"""`integtest doctor`: true in an empty folder, and about everything that a configuration names."""

import json
import os
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from cli_runs import process

from integtest.codecs import cassette_yaml
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Provenance, Request, Response

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/report.schema.json").read_text())
PACT = {
    "consumer": {"name": "web"},
    "provider": {"name": "identity"},
    "interactions": [
        {
            "type": "Synchronous/HTTP",
            "description": "reads a user",
            "request": {"method": "GET", "path": "/users/1"},
            "response": {"status": 200},
        }
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}},
}
CASSETTE = """\
version: 1
interactions:
- request: {method: GET, uri: http://identity.example/users/1, headers: {}, body: null}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ''}}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def listening():
    """The address of somebody who accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: [server.accept() for _ in range(1)], daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed():
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def checks(ran) -> dict[str, dict]:
    document = json.loads(ran.out)
    jsonschema.validate(document, SCHEMA)
    assert document["exit_status"] == ran.status
    return {check["name"]: check for check in document["checks"]}


def test_an_empty_folder_is_well_and_told_what_to_type(project):
    ran = process("doctor", cwd=project)
    assert (ran.status, ran.err) == (0, "")
    assert " ok   engine         Pact's engine judges" in ran.out
    assert "telemetry      off" in ran.out
    assert "starts with the integtest plugin" in ran.out
    assert "no [tool.integtest] here or above" in ran.out
    assert ran.out.endswith("  next: integtest verify --contract PATH --provider NAME=URL\n")


def test_a_quiet_doctor_says_only_what_is_wrong(project):
    (project / "pyproject.toml").write_text('[tool.integtest]\nsecrets = ["DOCTOR_UNSET"]\n')
    lines = process("doctor", "-q", cwd=project).out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith(" ") and line[1] != " "] == ["warn", "warn"]


def test_all_that_the_configuration_names_is_looked_at(project, listening, closed):
    (project / "pacts").mkdir()
    (project / "pacts" / "web-identity.json").write_text(json.dumps(PACT))
    (project / "rec").mkdir()
    (project / "rec" / "one.yaml").write_text(CASSETTE)
    (project / "handlers.py").write_text("class States: ...\n")
    (project / "pyproject.toml").write_text(
        f"""
[tool.integtest]
contracts = ["pacts", "missing.json"]
cassettes = ["rec", "nothing"]
secrets = ["DOCTOR_SECRET", "DOCTOR_UNSET"]
[tool.integtest.providers.identity]
url = "{listening}"
states = "handlers:States"
auth = "handlers:sgn"
headers = {{ X-Tenant = "env:DOCTOR_TENANT" }}
[tool.integtest.providers.identty]
url = "{closed}"
[tool.integtest.providers.review]
url = "env:DOCTOR_URL"
"""
    )
    ran = process("doctor", "--format", "json", cwd=project, DOCTOR_SECRET="hunter2-hunter2")
    found = checks(ran)
    assert ran.status == 1
    assert found["contracts pacts"]["detail"] == "1 interaction: web -> identity"
    assert found["contracts missing.json"]["status"] == "fail"
    assert found["cassettes rec"]["detail"] == "1 exchange in 1 file: 1 without a date (rec/one.yaml)"
    assert found["cassettes nothing"]["status"] == "fail"
    assert found["provider identity"]["detail"] == f"answers at {listening}"
    assert found["provider identity states"]["status"] == "ok"
    assert found["provider identity auth"]["status"] == "fail"
    assert found["provider identity header X-Tenant"]["detail"] == "environment variable DOCTOR_TENANT is not set"
    assert found["provider identty"]["status"] == "fail"
    assert "nothing answers at" in found["provider identty"]["detail"]
    assert found["provider review"]["detail"] == "is not asked: DOCTOR_URL is not set"
    assert found["provider review"]["status"] == "warn"
    assert found["secret DOCTOR_SECRET"]["status"] == "ok"
    assert found["secret DOCTOR_UNSET"]["status"] == "warn"
    assert "hunter2" not in ran.all


def test_a_wrong_configuration_is_one_line_and_the_rest_is_still_told(project):
    (project / "pyproject.toml").write_text("[tool.integtest]\nwrokers = 3\n")
    ran = process("doctor", cwd=project)
    assert ran.status == 2
    assert " fail configuration  pyproject.toml: tool.integtest.wrokers: unknown key\n" in ran.out
    assert "did you mean workers?" in ran.out
    assert " ok   engine " in ran.out
    assert "Traceback" not in ran.all


def test_plugins_that_clash_are_named(project):
    site = project / "site"
    info = site / "pytest_vcr-1.0.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-vcr\nVersion: 1.0.2\n")
    (info / "entry_points.txt").write_text("[pytest11]\nvcr = fake_vcr\n")
    (site / "fake_vcr.py").write_text("")
    ran = process("doctor", cwd=project, PYTHONPATH=os.pathsep.join((str(site), str(ROOT))))
    assert ran.status == 1
    assert " fail pytest " in ran.out
    assert "pytest-vcr and pytest-recording refuse each other: uninstall one" in ran.out


def test_a_pytest_that_does_not_load_our_plugin_is_told(project):
    ran = process("doctor", "--fail-on", "warning", cwd=project, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert ran.status == 1
    assert "without the integtest plugin" in ran.out
    assert "-p integtest.pytest_plugin" in ran.out


@pytest.mark.parametrize(
    "text", ["raise RuntimeError('boom')\n", "import nowhere_to_be_found\n", "def (\n", "exit(3)\n"]
)
def test_a_module_that_fails_to_import_is_a_failed_check(project, text):
    (project / "broken.py").write_text(text)
    (project / "pyproject.toml").write_text(
        '[tool.integtest]\ncontracts = ["broken.py"]\n[tool.integtest.providers.p]\nstates = "broken:States"\n'
    )
    ran = process("doctor", "--format", "json", cwd=project)
    found = checks(ran)
    assert ran.status == 1
    assert found["contracts broken.py"]["status"] == "fail"
    assert found["provider p states"]["status"] == "fail"
    assert "Traceback (most" not in ran.err


def test_each_client_is_named_with_what_sees_it(project):
    said = checks(process("doctor", "--format", "json", cwd=project))["clients"]["detail"]
    seen, _, rest = said.partition(";")
    assert seen.startswith("recorded and replayed in process: ")
    for client in ("aiohttp", "botocore", "http.client", "httpx", "requests", "urllib3"):
        assert f" {client} " in seen
    assert "built on them: openai " in rest


def dated(path: Path, *days: int | None, max_age: str | None = None) -> Path:
    """A cassette of recordings made so many days ago."""
    moments = [None if ago is None else datetime.now(UTC) - timedelta(days=ago, minutes=5) for ago in days]
    recordings = [
        Exchange(
            request=Request(method="GET", url=f"http://identity.example/users/{number}"),
            response=Response(status=200),
            provenance=Provenance(recorded_at=moment, max_age=max_age),
        )
        for number, moment in enumerate(moments)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cassette_yaml.dumps(Cassette(exchanges=tuple(recordings))))
    return path


def configure(project: Path, more: str = "") -> None:
    (project / "pyproject.toml").write_text(f'[tool.integtest]\ncassettes = ["rec"]\n{more}')


def test_cassettes_are_held_against_their_own_limit_and_the_projects(project):
    configure(project, 'max-age = "90d"\n')
    dated(project / "rec/fresh.yaml", 1, 80)
    dated(project / "rec/stale.yaml", 1, 100)
    dated(project / "rec/strict.yaml", 33, max_age="30d")
    dated(project / "rec/lax.yaml", 100, max_age="200d")  # the strictest counts
    dated(project / "rec/undated.yaml", 1, None)
    ran = process("doctor", "--format", "json", cwd=project)
    found = checks(ran)
    assert ran.status == 1
    counted = "8 exchanges in 5 files: 1 fresh, 3 too old, 1 without a date"
    assert (found["cassettes rec"]["status"], found["cassettes rec"]["detail"]) == ("ok", counted)
    ages = {name: check for name, check in found.items() if name.startswith("age ")}
    assert {name: check["status"] for name, check in ages.items()} == {
        "age rec/lax.yaml": "fail",
        "age rec/stale.yaml": "fail",
        "age rec/strict.yaml": "fail",
        "age rec/undated.yaml": "warn",
    }
    assert ages["age rec/stale.yaml"]["detail"].endswith("and may be 90 days old: 10 days too old")
    assert ages["age rec/strict.yaml"]["detail"].endswith("and may be 30 days old: 3 days too old")
    assert ages["age rec/strict.yaml"]["hint"] == "record it again: integtest refresh rec/strict.yaml"
    findings = {finding["location"]["file"]: finding for finding in json.loads(ran.out)["findings"]}
    stale = findings["rec/stale.yaml"]
    assert (stale["rule"], stale["severity"], stale["blame"]) == ("doctor-age", "error", "recording")
    assert findings["rec/undated.yaml"]["severity"] == "warning"


def test_without_any_limit_no_age_is_wrong_and_undated_cassettes_are_named(project):
    configure(project)
    dated(project / "rec/old.yaml", 4000)
    dated(project / "rec/undated.yaml", None)
    ran = process("doctor", "--fail-on", "warning", cwd=project)
    assert ran.status == 0
    assert "2 files: 1 without a date (rec/undated.yaml), 1 without a limit" in ran.out
    assert " age " not in ran.out


def test_a_cassettes_own_limit_needs_no_configuration(project):
    dated(project / "tests/cassettes/old.yaml", 40, max_age="30d")
    ran = process("doctor", "--cassette", "tests/cassettes", cwd=project)
    assert ran.status == 1
    assert " fail age tests/cassettes/old.yaml  recorded 40 days ago" in ran.out
    assert "integtest refresh tests/cassettes/old.yaml" in ran.out


def test_a_cassette_that_two_places_name_is_told_once(project):
    configure(project, 'max-age = "1d"\n[tool.integtest.providers.identity]\ncassettes = ["rec/old.yaml"]\n')
    dated(project / "rec/old.yaml", 40)
    assert process("doctor", cwd=project).out.count(" fail age ") == 1


def test_flags_say_what_is_looked_at_in_place_of_the_configuration(project):
    configure(project)
    dated(project / "other/one.yaml", 1)
    (project / "web-identity.json").write_text(json.dumps(PACT))
    ran = process(
        "doctor", "--cassette", "other", "--contract", "web-identity.json", "--format", "json", cwd=project
    )
    found = checks(ran)
    assert (ran.status, "cassettes rec" in found) == (0, False)
    assert found["contracts web-identity.json"]["status"] == found["cassettes other"]["status"] == "ok"
    assert (
        found["configuration"]["detail"] == "pyproject.toml names 0 contract places, 1 cassette place, 0 providers"
    )
