"""`integtest verify` as a user meets it: what it prints, what it leaves with, and how it takes bad input."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from cli_provider import GOOD, nobody, provider, raw_provider
from cli_runs import process, runner

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/report.schema.json").read_text())


def interaction(description: str, path: str, body: object = None, **more) -> dict:
    reply: dict = {"status": 200}
    if body is not None:
        reply |= {
            "headers": {"content-type": ["application/json"]},
            "body": {"content": body, "contentType": "application/json", "encoded": False},
            "matchingRules": {"body": {"$.plan": {"combine": "AND", "matchers": [{"match": "type"}]}}},
        }
    request = {"method": "GET", "path": path, "headers": {"authorization": ["Bearer very-secret-token"]}}
    return {"type": "Synchronous/HTTP", "description": description, "request": request, "response": reply, **more}


def pact(*interactions: dict, **more) -> dict:
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "identity"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
        **more,
    }


CASSETTE = """\
version: 1
interactions:
- request: {{method: GET, uri: http://identity.example/users/42, headers: {{authorization: [Bearer very-secret-token]}}, body: null}}
  response:
    status: {{code: 200, message: OK}}
    headers: {{content-type: [application/json]}}
    body: {{string: '{body}'}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty repository, the working folder, with one pact of two interactions."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    text = json.dumps(pact(interaction("reads a user", "/users/42", GOOD), interaction("lists users", "/users")))
    (tmp_path / "pact.json").write_text(text)
    return tmp_path


def same(name: str, text: str) -> None:
    """Whole output, but for ports and times."""
    import os

    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\b\d+(\.\d+)? (ms|s)\b", r"0 \2", text)
    file = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()


def report(ran) -> dict:
    document = json.loads(ran.out)
    jsonschema.validate(document, SCHEMA)
    assert document["exit_status"] == ran.status
    return document


def test_a_provider_that_keeps_its_promises_passes():
    with provider() as url:
        ran = runner("verify", "--contract", "pact.json", "--provider", f"identity={url}")
    assert ran.status == 0
    same("holds.txt", ran.all)


def test_a_broken_promise_shows_all_that_is_needed_to_mend_it():
    with provider({"id": 42, "plan": None}) as url:
        ran = runner("verify", "--contract", "pact.json", "--provider", f"identity={url}")
    assert ran.status == 1
    assert "very-secret-token" not in ran.all
    same("broken.txt", ran.all)


def test_the_command_in_a_process_of_its_own_writes_the_report_alone_to_stdout(folder):
    with provider({"id": 42, "plan": None}) as url:
        ran = process(
            "verify", "--contract", "pact.json", "--provider", f"identity={url}", "--format", "json", cwd=folder
        )
    document = report(ran)
    assert (ran.status, ran.err) == (1, "")
    assert document["verdict"] == "fail"
    assert {i["description"]: i["status"] for i in document["interactions"]} == {
        "lists users": "verified",
        "reads a user": "failed",
    }
    assert document["findings"][0]["location"]["pointer"] == "$.plan"
    assert "very-secret-token" not in ran.out


@pytest.mark.parametrize("form", ["terminal", "json", "junit", "sarif", "github", "markdown"])
def test_every_format_can_go_into_a_file(form, folder):
    with provider() as url:
        ran = runner(
            "verify", "--contract", "pact.json", "--provider", f"identity={url}", "--format", form, "-o", "out"
        )
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "wrote out\n2 verified\n"
    assert "2 verified" in (folder / "out").read_text() or form in ("json", "junit", "sarif")
    assert sorted(p.name for p in folder.iterdir()) == [".git", "out", "pact.json"]


def test_recorded_traffic_is_verified_without_anything_running(folder):
    (folder / "identity").mkdir()
    (folder / "identity" / "good.yaml").write_text(CASSETTE.format(body=json.dumps(GOOD)))
    ran = runner("verify", "--contract", "pact.json", "--cassette", "identity", "--format", "json")
    document = report(ran)
    assert {i["description"]: i["status"] for i in document["interactions"]} == {
        "lists users": "unproven",
        "reads a user": "verified",
    }
    assert document["summary"]["exchanges"] == 1
    assert ran.status == 0


def test_a_recording_that_breaks_the_promise_fails(folder):
    (folder / "identity").mkdir()
    (folder / "identity" / "bad.yaml").write_text(CASSETTE.format(body='{"id": 42, "plan": null}'))
    ran = runner("verify", "--contract", "pact.json", "--cassette", "identity")
    assert ran.status == 1
    assert "very-secret-token" not in ran.all
    same("recorded-broken.txt", ran.all)


def test_cassettes_alone_are_read_and_counted_and_never_called_verified(folder):
    (folder / "one.yaml").write_text(CASSETTE.format(body="{}"))
    ran = runner("verify", "--cassette", "one.yaml", "--format", "json")
    document = report(ran)
    assert document["summary"] == {
        "contracts": 0,
        "interactions": 0,
        "exchanges": 1,
        "findings": {"error": 0, "warning": 0, "info": 0},
    }
    assert document["verdict"] == "unknown"


def test_the_configuration_alone_is_enough(folder):
    with provider() as url:
        (folder / "pyproject.toml").write_text(
            f'[tool.integtest]\ncontracts = ["pact.json"]\n[tool.integtest.providers.identity]\nurl = "{url}"\n'
        )
        (folder / "below").mkdir()
        assert process("verify", "-q", cwd=folder / "below").status == 0


def test_a_configured_address_that_is_not_set_is_a_warning_where_recordings_remain(folder):
    settings = (
        '[tool.integtest]\ncontracts = ["pact.json"]\n{}[tool.integtest.providers.identity]\nurl = "env:IDENTITY"\n'
    )
    (folder / "identity").mkdir()
    (folder / "identity" / "good.yaml").write_text(CASSETTE.format(body=json.dumps(GOOD)))
    (folder / "pyproject.toml").write_text(settings.format('cassettes = ["identity"]\n'))
    ran = runner("verify", "--format", "json")
    assert ran.status == 0
    assert [f["rule"] for f in report(ran)["findings"]] == ["provider-not-asked"]
    (folder / "pyproject.toml").write_text(settings.format(""))
    ran = runner("verify")
    assert ran.status == 2
    assert "IDENTITY is not set" in ran.err


def test_a_flag_wins_over_the_configuration(folder):
    (folder / "pyproject.toml").write_text(
        '[tool.integtest]\ncontracts = ["nowhere.json"]\n[tool.integtest.providers.identity]\nurl = "http://x.invalid"\n'
        '[tool.integtest.providers.other]\nurl = "http://y.invalid"\n'
    )
    with provider() as url:
        ran = runner("verify", "--contract", "pact.json", "--provider", f"identity={url}")
    assert ran.status == 0


def test_nothing_to_verify_says_so():
    ran = runner("verify")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "nothing to verify: no contract, cassette or provider is configured in this folder.\n"
        "  start with: integtest verify --contract PATH --provider NAME=URL\n"
    )


def test_the_threshold_of_severity_is_the_users(folder):
    (folder / "identity").mkdir()
    (folder / "identity" / "one.yaml").write_text(
        CASSETTE.format(body=json.dumps(GOOD)) + CASSETTE.format(body="{}").split("\n", 2)[2].replace("/42", "/x/y")
    )
    args = ("verify", "--contract", "pact.json", "--cassette", "identity")
    assert runner(*args).status == 0
    assert runner(*args, "--fail-on", "warning").status == 1


def test_a_header_from_the_environment_reaches_the_provider_and_no_report():
    with provider({"id": 42, "plan": None}) as url:
        args = (
            "verify",
            "--contract",
            "pact.json",
            "--provider",
            f"identity={url}",
            "--header",
            "X-Key=env:MY_KEY",
        )
        ran = runner(*args, MY_KEY="hunter2-hunter2")
        missing = runner(*args)
    assert ran.status == 1
    assert "hunter2" not in ran.all
    assert missing.status == 2
    assert "MY_KEY" in missing.err


def test_places_in_a_report_are_seen_from_the_working_folder(folder):
    (folder / "promises.py").write_text(
        "from integtest import Contract, GET, Reply\n"
        'identity = Contract(consumer="web", provider="identity")\n'
        'read = identity.http("reads", request=GET("/users/42"), reply=Reply(404))\n'
    )
    with provider() as url:
        ran = runner("verify", "--contract", "promises.py", "--provider", f"identity={url}", "--format", "json")
    assert [f["location"]["file"] for f in report(ran)["findings"]] == ["promises.py"]
    assert str(folder) not in ran.out


def test_states_can_be_listed_with_those_that_have_no_handler(folder):
    states = [{"name": "user 42 exists", "params": {"id": 42}}, {"name": "the moon is full"}]
    text = json.dumps(pact(interaction("reads a user", "/users/42", GOOD, providerStates=states)))
    (folder / "pact.json").write_text(text)
    (folder / "handlers.py").write_text("class States:\n    def user_42_exists(self, params): ...\n")
    args = ("verify", "--contract", "pact.json", "--provider", "identity=http://127.0.0.1:1", "--states")
    same("states.txt", runner(*args, "handlers:States", "--list-states").all)
    listed = json.loads(runner(*args, "handlers:States", "--list-states", "--format", "json").out)["states"]
    assert {one["state"]: one["handled"] for one in listed} == {"user 42 exists": True, "the moon is full": False}
    assert runner(*args, "handlers:States", "--list-states", "--format", "junit").status == 2


BAD_CONTRACTS = {
    "empty.json": b"",
    "cut.json": json.dumps(pact(interaction("a", "/"))).encode()[:90],
    "foreign.json": b'{"swagger": "2.0"}',
    "list.json": b"[1, 2]",
    "binary.json": bytes(range(256)),
    "deep.json": b"[" * 100_000,
    "raises.py": b"raise RuntimeError('boom')\n",
    "syntax.py": b"def (\n",
    "imports.py": b"import nowhere_to_be_found\n",
    "exits.py": b"import sys; sys.exit('no')\n",
    "none.py": b"x = 1\n",
    "missing.json": None,
}


@pytest.mark.parametrize("name", BAD_CONTRACTS)
def test_a_contract_that_cannot_be_had_is_one_message(name, folder):
    if BAD_CONTRACTS[name] is not None:
        (folder / name).write_bytes(BAD_CONTRACTS[name])
    ran = runner("verify", "--contract", name, "--provider", "identity=http://127.0.0.1:1")
    assert ran.status in (2, 3)
    assert ran.out == ""
    assert name in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) < 12
    machine = runner("verify", "--contract", name, "--provider", "identity=http://127.0.0.1:1", "--format", "json")
    assert machine.status == ran.status
    if ran.status == 3:
        assert report(machine)["verdict"] == "unknown"


BAD_CASSETTES = {
    "empty.yaml": b"",
    "cut.yaml": CASSETTE.format(body="{}").encode()[:120],
    "tag.yaml": b"version: 1\ninteractions: [!!python/object/apply:os.system ['touch pwned']]\n",
    "foreign.yaml": b"services: {web: {image: x}}\n",
    "binary.yaml": bytes(range(256)),
    "deep.yaml": b"[" * 50_000,
    "missing.yaml": None,
}


@pytest.mark.parametrize("name", BAD_CASSETTES)
def test_a_cassette_that_cannot_be_read_is_a_finding_and_the_rest_goes_on(name, folder):
    (folder / "identity").mkdir()
    (folder / "identity" / "good.yaml").write_text(CASSETTE.format(body=json.dumps(GOOD)))
    if BAD_CASSETTES[name] is not None:
        (folder / name).write_bytes(BAD_CASSETTES[name])
    ran = runner(
        "verify", "--contract", "pact.json", "--cassette", "identity", "--cassette", name, "--format", "json"
    )
    document = report(ran)
    assert ran.status != 0
    assert [f["location"]["file"] for f in document["findings"] if f["severity"] == "error"] == [name]
    assert "verified" in {i["status"] for i in document["interactions"]}
    assert not (folder / "pwned").exists()


def bad_providers():
    return {
        "down": (lambda: None, 3),
        "hangs": (lambda: raw_provider(None), 3),
        "closes": (lambda: raw_provider(b""), None),
        "talks garbage": (lambda: raw_provider(b"\x00\x01\x02 no http\r\n\r\n"), None),
        "cuts the body": (lambda: raw_provider(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc"), 1),
        "answers HTML": (lambda: provider(body=b"<html>\x1b[31m[bold]login</html>", content_type="text/html"), 1),
        "answers 500": (lambda: provider(body=b"oops", status=500), 1),
    }


@pytest.mark.parametrize("name", bad_providers())
def test_a_provider_that_misbehaves_is_reported_and_blamed(name):
    make, status = bad_providers()[name]
    context = make()
    args = ("verify", "--contract", "pact.json", "--timeout", "300ms", "--format", "json", "--provider")
    if context is None:
        ran = runner(*args, f"identity={nobody()}")
    else:
        with context as url:
            ran = runner(*args, f"identity={url}")
    document = report(ran)
    assert ran.status == status or (status is None and ran.status in (1, 3))
    assert document["verdict"] != "pass"
    assert document["findings"][0]["blame"] == "provider"
    assert "Traceback" not in ran.err


def test_hostile_replies_are_shown_literally_on_a_terminal():
    body = b'{"id": 42, "plan": null, "note": "\\u001b[31m[bold]red[/bold]' + b"A" * 300_000 + b'"}'
    with provider(body=body) as url:
        ran = runner("verify", "--contract", "pact.json", "--provider", f"identity={url}")
    assert ran.status == 1
    assert "[bold]red[/bold]" in ran.out
    assert "\x1b" not in ran.all
    assert len(ran.out) < 20_000


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--provider", "identity"], "is not NAME=URL or NAME=module:app"),
        (["--provider", "identity=ftp://x"], "neither a URL nor module:object"),
        (["--provider", "identty=http://127.0.0.1:1"], 'did you mean "identity"?'),
        (["--provider", "identity=http://a", "--provider", "identity=http://b"], "is given twice"),
        (["--provider", "identity=http://127.0.0.1:1", "--header", "secret value"], "--header is not NAME=VALUE"),
        (["--provider", "identity=nowhere:app"], "no module named"),
        (["--provider", "identity=http://127.0.0.1:1", "--states", "nowhere:X"], "no module named"),
        (["--provider", "identity=http://127.0.0.1:1", "--consumer", "wb"], 'did you mean "web"?'),
        (["--provider", "identity=http://127.0.0.1:1", "--config", "nope.toml"], "nope.toml: cannot be read"),
        (["--provider", "identity=http://127.0.0.1:1", "-o", "no/such/folder/x.json"], "mkdir -p no/such/folder"),
        (["--provider", "identity=http://127.0.0.1:1", "-o", "."], "is a folder, not a file"),
    ],
)
def test_a_wrong_flag_is_one_message_before_anything_runs(args, said):
    ran = runner("verify", "--contract", "pact.json", *args)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "secret value" not in ran.err
    assert "Traceback" not in ran.err


def test_junit_of_a_failed_run_parses_and_names_the_failure():
    with provider({"id": 42, "plan": None}) as url:
        ran = runner("verify", "--contract", "pact.json", "--provider", f"identity={url}", "--format", "junit")
    root = ET.fromstring(ran.out)
    assert root.find(".//testcase[@name='reads a user']/failure") is not None
    assert root.find(".//testcase[@name='lists users']/failure") is None


def test_probes_are_asked_for_and_counted_in_the_report(tmp_path):
    (tmp_path / "web-identity.json").write_text(json.dumps(pact(interaction("reads a user", "/users/42", GOOD))))
    with provider() as url:
        flags = ("verify", "--contract", "web-identity.json", "--provider", f"identity={url}", "--format", "json")
        plain, probed = process(*flags, cwd=tmp_path), process(*flags, "--probe", cwd=tmp_path)
    assert (plain.status, "probes" in json.loads(plain.out)) == (0, False)
    report = json.loads(probed.out)
    jsonschema.validate(report, SCHEMA)
    assert (probed.status, report["exit_status"]) == (1, 1)
    assert report["probes"] == {"made": 2, "held": 0, "failed": 2, "unclear": 0, "left": 0}
    assert {(one["rule"], one["blame"], one["mode"]) for one in report["findings"]} == {
        ("probe-answered", "provider", "auth-ignored:none"),
        ("probe-answered", "provider", "auth-ignored:wrong"),
    }
    assert "very-secret-token" not in probed.all
