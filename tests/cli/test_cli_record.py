"""`integtest record` as a user runs it: a process, real clients, files, and every way it can go wrong."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cli_runs import clean_environment, process, runner

from integtest.adapters.files import load_cassette

TOKEN = "planted-token-4711-abcdef"
ASK = "import os, sys, urllib.request as u\nfor path in sys.argv[1:]: print(u.urlopen(os.environ['IDP_URL'] + path).read().decode())"


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[str | None] = []

    def do_GET(self):
        self.seen.append(self.headers["Authorization"])
        body = json.dumps(
            {"path": self.path, "email": "ada.lovelace@planted.test", "note": "quite ordinary words"}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider():
    Provider.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def record(cwd: Path, *args: str, **environ: str):
    return process("record", *args, cwd=cwd, **environ)


def python(*args: str) -> list[str]:
    return ["--", sys.executable, "-c", ASK, *args]


@contextlib.contextmanager
def running(cwd: Path, *args: str, **environ: str):
    """The command in a process of its own, and the address that it prints first."""
    child = subprocess.Popen(
        [sys.executable, "-m", "integtest", *args],
        cwd=cwd, env=clean_environment(**environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


def address(line: str) -> str:
    return next(word for word in line.split() if word.startswith("http://"))


def all_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_commands_calls_are_recorded_with_credentials_added_and_nothing_secret_kept(tmp_path, provider):
    flags = ["--upstream", f"idp={provider}", "--auth", "idp=bearer:env:STAGING_TOKEN", "--out", "tapes"]
    ran = record(tmp_path, *flags, *python("/a", "/b"), STAGING_TOKEN=TOKEN)
    assert ran.status == 0, ran.all
    assert Provider.seen == [f"Bearer {TOKEN}"] * 2
    assert '"path": "/b"' in ran.out
    assert "2 exchanges" in ran.out
    assert "2 secrets and strings replaced   0 left in doubt" in ran.out
    assert "wrote tapes/idp/recorded.yaml (2)" in ran.out
    exchanges = load_cassette(tmp_path / "tapes/idp/recorded.yaml").exchanges
    assert [e.request.url for e in exchanges] == [f"{provider}/a", f"{provider}/b"]
    assert exchanges[0].provenance.tool.startswith("integtest ")
    assert TOKEN.encode() not in all_bytes(tmp_path)
    assert b"ada.lovelace" not in all_bytes(tmp_path)
    assert b"quite ordinary words" in all_bytes(tmp_path)


def test_how_old_a_recording_may_become_is_said_when_it_is_made(tmp_path, provider):
    flags = ["--upstream", f"idp={provider}", "--out", "t"]
    assert record(tmp_path, *flags, "--max-age", "30d", *python("/a")).status == 0
    assert load_cassette(tmp_path / "t/idp/recorded.yaml").exchanges[0].provenance.max_age == "30d"
    ran = record(tmp_path, *flags, "--max-age", "a month", *python("/a"))
    assert (ran.status, "--max-age: 'a month' is not a duration" in ran.err) == (2, True), ran.all


def test_the_summary_is_one_json_document_whatever_the_command_prints(tmp_path, provider):
    ran = record(tmp_path, "--upstream", f"idp={provider}", "--out", "t", "--format", "json", *python("/a"))
    report = json.loads(ran.out)
    assert (report["verdict"], report["exit_status"], report["summary"]["exchanges"]) == ("pass", 0, 1)
    (part,) = report["recorded"]
    assert (part["name"], part["recorded"], part["cassette"]) == ("idp", 1, "t/idp/recorded.yaml")
    assert '"path": "/a"' in ran.err


def test_the_variable_is_the_configurations_and_several_providers_run_at_once(tmp_path, provider):
    (tmp_path / "integtest.toml").write_text('[providers.identity]\nenv = "IDP_URL"\n')
    flags = ["--upstream", f"identity={provider}", "--upstream", f"other-one={provider}/base", "--out", "t"]
    code = f"{ASK}\nprint(u.urlopen(os.environ['OTHER_ONE_URL'] + '/y').read().decode())"
    ran = record(tmp_path, *flags, "--cassette", "login", "--", sys.executable, "-c", code, "/x")
    assert ran.status == 0, ran.all
    assert (tmp_path / "t/identity/login.yaml").exists()
    assert load_cassette(tmp_path / "t/other-one/login.yaml").exchanges[0].request.url == f"{provider}/base/y"


@pytest.mark.parametrize("status", [1, 7])
def test_the_commands_exit_status_is_passed_on_and_the_recording_is_kept(tmp_path, provider, status):
    code = f"{ASK}\nsys.exit({status})"
    ran = record(tmp_path, "--upstream", f"idp={provider}", "--out", "t", "--", sys.executable, "-c", code, "/x")
    assert ran.status == status
    assert len(load_cassette(tmp_path / "t/idp/recorded.yaml").exchanges) == 1


def test_a_command_that_asks_nothing_is_a_finding_that_names_the_variable(tmp_path, provider):
    ran = record(tmp_path, "--upstream", f"idp={provider}", "--out", "t", "--", sys.executable, "-c", "")
    assert ran.status == 1
    assert "nothing was recorded" in ran.out
    assert "IDP_URL" in ran.out


def test_a_recording_in_doubt_is_left_out_and_told_with_its_place(tmp_path):
    class Opaque(Provider):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Encoding", "unheard-of")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"\x01\x02\x03\x04")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Opaque)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    code = "import os, urllib.request as u\nu.urlopen(os.environ['IDP_URL'] + '/x').read()"
    flags = ["--upstream", f"idp=http://127.0.0.1:{server.server_port}", "--out", "t"]
    ran = record(tmp_path, *flags, "--", sys.executable, "-c", code)
    server.shutdown()
    assert ran.status == 1
    assert "1 left in doubt" in ran.out
    assert "/response/body" in ran.out
    assert 'in-doubt = "replace"' in ran.out
    assert not (tmp_path / "t/idp/recorded.yaml").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_command_it_records_any_client_until_it_is_told_to_end(tmp_path, provider, number):
    with running(tmp_path, "record", "--upstream", f"idp={provider}", "--out", "t") as child:
        url = address(child.stderr.readline())
        assert httpx.get(f"{url}/from/outside").status_code == 200
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    assert "wrote t/idp/recorded.yaml (1)" in out


def test_what_a_killed_recorder_had_is_recovered_by_the_next(tmp_path, provider):
    flags = ["record", "--upstream", f"idp={provider}", "--out", "t"]
    with running(tmp_path, *flags) as child:
        url = address(child.stderr.readline())
        for n in range(5):
            httpx.get(f"{url}/{n}")
        child.kill()
        child.wait(30)
    assert not (tmp_path / "t/idp/recorded.yaml").exists()
    ran = record(tmp_path, *flags[1:], *python("/5"))
    assert "5 exchanges of an interrupted recording recovered" in ran.err
    exchanges = load_cassette(tmp_path / "t/idp/recorded.yaml").exchanges
    assert [e.request.path for e in exchanges] == [f"/{n}" for n in range(6)]
    assert b"ada.lovelace" not in all_bytes(tmp_path)


@pytest.mark.parametrize(
    ("flags", "status", "said"),
    [
        (["--upstream", "idp"], 2, "--upstream is not NAME=URL"),
        (["--upstream", "../x=http://127.0.0.1:1"], 2, "--upstream is not NAME=URL"),
        (["--upstream", "idp=ftp://x"], 2, "http:// or https://"),
        (["--upstream", "idp=http://127.0.0.1:1?x=1"], 2, "query"),
        (["--upstream", "idp=http://user:planted-pass-1@127.0.0.1:1"], 2, "credentials in its URL"),
        (["--upstream", "idp=https://idp.staging.example"], 2, "--allow-host idp.staging.example"),
        (
            ["--upstream", "idp=https://api.prod.example", "--allow-host", "*"],
            2,
            "marks *.prod.example as production",
        ),
        (
            ["--upstream", "idp=http://127.0.0.1:1", "--auth", "idp=bearer:planted-pass-1"],
            2,
            "never written on the",
        ),
        (["--upstream", "idp=http://127.0.0.1:1", "--auth", "idp=basic:env:A:planted-pass-1"], 2, "never written"),
        (["--upstream", "idp=http://127.0.0.1:1", "--auth", "idp=planted-pass-1"], 2, "--auth is not of the form"),
        (["--upstream", "idp=http://127.0.0.1:1", "--auth", "idp=bearer:env:UNSET_ONE"], 2, "UNSET_ONE is not set"),
        (["--upstream", "idp=http://127.0.0.1:1", "--auth", "ipd=bearer:env:PATH"], 2, "did you mean idp?"),
        (["--upstream", "idp=http://127.0.0.1:1", "--port", "idp=http"], 2, "--port idp=http is not NAME=PORT"),
        (["--upstream", "idp=http://127.0.0.1:1", "--cassette", "../x"], 2, "plain name"),
        (["--upstream", "a=http://127.0.0.1:1", "--upstream", "a=http://127.0.0.1:2"], 2, "a is given twice"),
        (["--upstream", "idp=https://127.0.0.1:1", "--ca-file", "nowhere.pem"], 2, "certificates cannot be read"),
        (["--upstream", "idp=http://127.0.0.1:1", "--", "no-such-command-here"], 127, "cannot be run"),
    ],
)
def test_what_cannot_be_recorded_is_said_in_one_message_without_a_secret(
    tmp_path, monkeypatch, flags, status, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "integtest.toml").write_text('[record]\nproduction = ["*.prod.example"]\n')
    ran = runner("record", "--out", "t", *flags)
    assert ran.status == status, ran.all
    assert said in ran.err
    assert "Traceback" not in ran.all
    assert "planted-pass" not in ran.all


def test_a_host_that_the_configuration_lists_is_reached(tmp_path):
    (tmp_path / "integtest.toml").write_text('[record]\nhosts = ["*.invalid"]\n')
    code = "import os, urllib.request as u, urllib.error\ntry: u.urlopen(os.environ['IDP_URL'])\nexcept urllib.error.HTTPError as e: print(e.read().decode())"
    ran = record(
        tmp_path, "--upstream", "idp=http://nobody.invalid", "--out", "t", "--", sys.executable, "-c", code
    )
    assert "gave no answer (dns)" in ran.out
    assert "1 failures of the provider among them" in ran.out
    assert ran.status == 3  # reached is not answered


CONTRACT = """\
from typing import Literal
from integtest import Contract, GET, Reply
from pydantic import BaseModel, Field

class Seen(BaseModel):
    path: Literal["/a"]
    email: str = Field(min_length=1, examples=["x"])

idp = Contract(consumer="us", provider="idp", env="WHERE_IT_IS")
look = idp.http("looks", request=GET("/a"), reply=Reply(200, Seen))
"""


def test_of_what_comes_from_beyond_this_machine_only_what_contracts_compare_stays(tmp_path, provider):
    (tmp_path / "integtest.toml").write_text('contracts = ["idp_contract.py"]\n')
    (tmp_path / "idp_contract.py").write_text(CONTRACT)
    beyond = provider.replace("127.0.0.1", "0.0.0.0")  # this machine by a name that does not say so
    flags = ["--upstream", f"idp={beyond}", "--allow-host", "0.0.0.0", "--out", "t"]
    code = ASK.replace("IDP_URL", "WHERE_IT_IS")
    ran = record(tmp_path, *flags, "--", sys.executable, "-c", code, "/a")
    assert ran.status == 0, ran.all
    assert "kept where contracts compare values" in ran.out
    (one,) = load_cassette(tmp_path / "t/idp/recorded.yaml").exchanges
    body = json.loads(one.response.body)
    assert body["path"] == "/a"
    assert "ada" not in body["email"]
    assert "ordinary" not in body["note"]  # no secret, but nothing says that it may stay
    verified = process("verify", "--cassette", "t", cwd=tmp_path)
    assert (verified.status, "1 ok" in verified.out) == (0, True), verified.all


def test_a_taken_port_and_a_folder_that_is_a_file_could_not_run(tmp_path, provider):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = record(tmp_path, "--upstream", f"idp={provider}", "--port", f"idp={port}", "--out", "t", "--", "true")
        assert (ran.status, "cannot listen" in ran.err) == (3, True)
    (tmp_path / "file").write_text("")
    ran = record(tmp_path, "--upstream", f"idp={provider}", "--out", "file", "--", "true")
    assert (ran.status, "cannot be recorded to" in ran.err) == (3, True)


def test_ctrl_c_reaches_the_command_and_what_it_asked_is_written(tmp_path, provider):
    code = f"{ASK}\nimport time\nprint('asked', flush=True)\ntime.sleep(60)"
    flags = ["--upstream", f"idp={provider}", "--out", "t", "--", sys.executable, "-c", code, "/x"]
    child = subprocess.Popen(
        [sys.executable, "-m", "integtest", "record", *flags],
        cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert any(b"asked" in line for line in child.stdout)
    time.sleep(0.1)
    os.killpg(child.pid, signal.SIGINT)
    out, _ = child.communicate(timeout=30)
    assert child.returncode == 130
    assert b"wrote t/idp/recorded.yaml (1)" in out


@pytest.mark.skipif(not any(Path(p, "curl").exists() for p in os.get_exec_path()), reason="no curl here")
def test_curl_records_too(tmp_path, provider):
    command = [
        "--",
        "sh",
        "-c",
        'curl -s --compressed "$IDP_URL/curl" && curl -sI "$IDP_URL/head" >/dev/null || true',
    ]
    ran = record(tmp_path, "--upstream", f"idp={provider}", "--out", "t", *command)
    assert ran.status == 0, ran.all
    assert load_cassette(tmp_path / "t/idp/recorded.yaml").exchanges[0].request.path == "/curl"


def test_an_option_that_is_missing_is_named_and_said_to_be_required(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "integtest", "record"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--upstream: it is required" in done.stderr
