"""`integtest serve` as a user runs it: a process that prints its address first and its counts last."""

import json
import signal

import httpx
import pytest
from cli_runs import runner, serving

CASSETTE = """\
version: 1
interactions:
- request: {method: GET, uri: 'https://idp.staging.example/a', body: null, headers: {}}
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [text/plain]}
    body: {string: from the cassette}
- request: {method: GET, uri: 'https://idp.staging.example/b?token=planted-token-31337-x', body: null, headers: {}}
  response:
    status: {code: 204, message: No Content}
    headers: {}
    body: {string: ''}
"""
CONTRACT = """\
from integtest import Contract, GET, Reply
from pydantic import BaseModel, Field

class Pong(BaseModel):
    said: str = Field(examples=["pong"])

echo = Contract(consumer="us", provider="echo")
ping = echo.http("answers", request=GET("/ping"), reply=Reply(200, Pong))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cassette_answers_from_the_address_on_the_first_line_until_told_to_end(tmp_path, number):
    (tmp_path / "one.yaml").write_text(CASSETTE)
    with serving(tmp_path, "--cassette", "one.yaml", "-v") as child:
        url = child.stdout.readline().strip()
        assert httpx.get(f"{url}/a").text == "from the cassette"
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    assert child.returncode == 0
    assert out.startswith("1 played, 1 recordings never played, 0 missed\n")
    assert "never played: GET https://idp.staging.example/b" in out
    assert "GET /a -> 200" in err
    assert "planted-token" not in out + err


def test_a_machine_gets_the_address_and_the_counts_as_json_lines(tmp_path):
    (tmp_path / "one.yaml").write_text(CASSETTE)
    with serving(tmp_path, "--cassette", ".", "--format", "json", "--mode", "repeats") as child:
        first = json.loads(child.stdout.readline())
        assert (first["recordings"], first["url"]) == (2, f"http://127.0.0.1:{first['port']}")
        assert [httpx.get(f"{first['url']}/a").status_code for _ in range(3)] == [200] * 3
        missed = httpx.get(f"{first['url']}/zzz")
        assert (missed.status_code, missed.json()["nearest"]) == (501, "GET https://idp.staging.example/a")
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=30)
    last = json.loads(out)
    assert (last["played"], last["never_played"], last["missed"]) == (3, 1, 1)
    assert child.returncode == 1


def test_a_contract_answers_with_its_examples(tmp_path):
    (tmp_path / "echo_contract.py").write_text(CONTRACT)
    with serving(tmp_path, "--contract", "echo_contract.py", "--provider", "echo") as child:
        url = child.stdout.readline().strip()
        assert httpx.get(f"{url}/ping").json() == {"said": "pong"}
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=30)
    assert (child.returncode, out) == (0, "1 answered, 0 interactions never asked for, 0 missed\n")


VOLATILE = """\
version: 1
interactions:
- request:
    method: POST
    uri: http://gateway.example/v1/runs/2026-01-31?page=1
    body: '{"ask": "x", "trace": "t-1"}'
    headers: {Content-Type: [application/json], X-Tenant: [acme]}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: found}}
"""
ASKED = {
    "url": "/v1/runs/2026-02-28?page=2",
    "json": {"ask": "x", "trace": "t-2"},
    "headers": {"X-Tenant": "acme"},
}
LOOSE = ("--ignore", "query:page", "--ignore", "body:/trace", "--templates", "date")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (LOOSE, True),
        (LOOSE[2:], False),
        (LOOSE[:4], False),
        ((*LOOSE, "--headers", "x-tenant"), True),
        ((*LOOSE, "--headers", "accept-language"), True),
        ((*LOOSE, "--on", "method", "--on", "path", "--on", "raw_body"), False),
        (("--templates", "date", "--on", "method", "--on", "path"), True),
    ],
)
def test_what_must_agree_is_said_as_the_marker_says_it(tmp_path, options, found):
    (tmp_path / "one.yaml").write_text(VOLATILE)
    with serving(tmp_path, "--cassette", "one.yaml", *options) as child:
        base = child.stdout.readline().strip()
        asked = {**ASKED, "url": base + ASKED["url"]}
        assert (httpx.post(**asked).status_code == 200) is found
        if "x-tenant" in options:
            assert httpx.post(**{**asked, "headers": {"X-Tenant": "other"}}).status_code == 501


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        ([], 2, "name what to serve"),
        (["--cassette", "one.yaml", "--contract", "c.py"], 2, "name what to serve"),
        (["--cassette", "nowhere.yaml"], 3, "nowhere.yaml"),
        (["--cassette", "cut.yaml"], 3, "cut.yaml"),
        (["--cassette", "python.yaml"], 3, "python.yaml"),
        (["--cassette", "empty"], 2, "no recording in empty"),
        (["--cassette", "one.yaml", "--latency", "-1"], 2, "--latency"),
        (["--cassette", "one.yaml", "--format", "junit"], 2, "no other form"),
        (["--contract", "echo_contract.py", "--provider", "eco"], 2, "no request is promised of eco"),
        (["--contract", "echo_contract.py", "--latency", "1"], 2, "--latency"),
        (["--contract", "echo_contract.py", "--ignore", "query:page"], 2, "are for recordings"),
        (["--cassette", "one.yaml", "--ignore", "page"], 2, "--ignore: 'page' must be"),
        (["--cassette", "one.yaml", "--templates", "("], 2, "--templates: '(' is no template"),
        (["--cassette", "one.yaml", "--on", "host"], 2, "--on"),
        (["--contract", "echo_contract.py", "--break", "refused", "--break", "stall"], 2, "one way at a time"),
        (["--contract", "echo_contract.py", "--within", "1s"], 2, "--within is for --break"),
        (["--cassette", "one.yaml", "--break", "refused"], 2, "--break is for contracts"),
        (["--contract", "echo_contract.py", "--break", "refusd"], 2, "did you mean refused"),
        (["--contract", "echo_contract.py", "--break", "server-error"], 2, "did you mean server-error:503"),
        (["--contract", "echo_contract.py", "--break", "xyz"], 2, "integtest break --list shows them"),
        (["--contract", "echo_contract.py", "--break", "refused", "--provider", "eco"], 2, "known are: echo"),
        (["--contract", "echo_contract.py", "--break", "refused", "--consumer", "them"], 2, "nothing to break"),
        (["--contract", "echo_contract.py", "--break", "told-twice"], 2, "no case fits told-twice"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_message(tmp_path, monkeypatch, args, status, said):
    (tmp_path / "one.yaml").write_text(CASSETTE)
    (tmp_path / "cut.yaml").write_text(CASSETTE[:300])
    (tmp_path / "python.yaml").write_text("interactions: [!!python/object/apply:os.system ['true']]\nversion: 1\n")
    (tmp_path / "echo_contract.py").write_text(CONTRACT)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    ran = runner("serve", *args)
    assert ran.status == status, ran.all
    assert said in ran.err
    assert "Traceback" not in ran.all
