"""How a run ends when something goes wrong around it: interrupted, unread, unwritable, or by our own mistake."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import jsonschema
import pytest
from cli_provider import provider
from cli_runs import clean_environment, process, runner

from integtest.cli import root
from integtest.cli.advice import command
from integtest.cli.options import common, wants_color
from integtest.cli.progress import wanted
from integtest.errors import ProviderError, StateError

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/report.schema.json").read_text())
PACT = {
    "consumer": {"name": "web"},
    "provider": {"name": "identity"},
    "interactions": [
        {"description": "reads", "request": {"method": "GET", "path": "/users"}, "response": {"status": 200}}
    ],
    "metadata": {"pactSpecification": {"version": "3.0.0"}},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pact.json").write_text(json.dumps(PACT))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def verb(monkeypatch):
    """Puts a verb `try` on the command line that does what the test wants."""

    def install(body):
        @click.command("try", epilog="")
        @common
        def run(given):
            """Try."""
            return body()

        module = type(sys)("integtest_try")
        module.__dict__["try"] = run
        monkeypatch.setitem(sys.modules, "integtest_try", module)
        monkeypatch.setitem(root.VERBS, "try", ("integtest_try", "Try."))

    return install


def raising(error):
    def body():
        raise error

    return body


def test_a_bug_of_ours_is_one_message_and_never_a_traceback(verb):
    verb(raising(KeyError("x")))
    ran = runner("try")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err == (
        "this is a bug in integtest: KeyError: 'x'\n  see where with: INTEGTEST_DEBUG=1, and report it with that traceback\n"
    )


def test_a_bug_of_ours_shows_its_traceback_when_asked(verb):
    verb(raising(KeyError("x")))
    assert "Traceback" in runner("try", INTEGTEST_DEBUG="1").err
    assert "Traceback" in runner("try", "-vv").err
    assert "Traceback" not in runner("try", "-v").err
    assert "Traceback" not in runner("try", INTEGTEST_DEBUG="0").err


def test_a_bug_of_ours_never_prints_a_secret(verb):
    verb(raising(RuntimeError("https://user:hunter2-hunter2@x/ Authorization: Bearer abcdefghijklmnop")))
    ran = runner("try", "--format", "json")
    assert "hunter2" not in ran.all
    assert "abcdefghijklmnop" not in ran.all


@pytest.mark.parametrize("error", [KeyError("x"), ProviderError("is down", place="http://x", hint="start it")])
@pytest.mark.parametrize("form", ["json", "junit", "sarif", "github", "markdown"])
def test_what_could_not_run_is_reported_in_the_format_asked_for(verb, error, form):
    verb(raising(error))
    ran = runner("try", "--format", form)
    assert ran.status == 3
    assert ("is down" if isinstance(error, ProviderError) else "KeyError") in ran.out
    if form == "json":
        document = json.loads(ran.out)
        jsonschema.validate(document, SCHEMA)
        assert (document["verdict"], document["exit_status"]) == ("unknown", 3)


def test_an_error_shows_the_lines_of_the_users_own_code_once(verb):
    error = StateError("the handler raised", place="states.py", hint="mend it")
    error.trace = ('  File "states.py", line 3, in user', "ValueError: no")
    verb(raising(error))
    ran = runner("try")
    assert ran.err.count("ValueError: no") == 1
    assert ran.err.startswith("states.py: the handler raised\n  mend it\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_ends_quietly_with_130(verb, error):
    verb(raising(error))
    ran = runner("try")
    assert ran.status == 130
    assert ran.err.strip() == "interrupted"


def test_an_interrupt_while_a_provider_hangs_ends_quietly(folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        running = subprocess.Popen(
            [sys.executable, "-m", "integtest", "verify", "--contract", "pact.json", "--provider", f"identity={url}"],
            cwd=folder, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        client, _ = server.accept()
        with client:
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err.strip()) == (b"", b"interrupted")


def test_a_reader_that_goes_away_changes_neither_the_status_nor_stderr(folder):
    with provider() as url:
        code = (
            "import os, subprocess, sys\n"
            "read, write = os.pipe()\nos.close(read)\n"
            f"done = subprocess.run([sys.executable, '-m', 'integtest', 'verify', '--contract', 'pact.json',"
            f" '--provider', 'identity={url}'], stdout=write, stderr=subprocess.PIPE)\n"
            "print(done.returncode, done.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=clean_environment(), capture_output=True
        )
    assert done.stdout.decode() == "0 b''\n"


def test_a_terminal_without_unicode_gets_escapes_and_no_crash(folder):
    PACT_TEXT = json.dumps(PACT | {"consumer": {"name": "wéb → 😀"}})
    (folder / "pact.json").write_text(PACT_TEXT, encoding="utf-8")
    with provider(status=500) as url:
        args = ("verify", "--contract", "pact.json", "--provider", f"identity={url}")
        ran = process(*args, cwd=folder, PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0", LC_ALL="C")
    assert ran.status == 1
    assert "w\\xe9b" in ran.out
    assert "Traceback" not in ran.all


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_is_one_message():
    with provider() as url:
        args = ["verify", "--contract", "pact.json", "--provider", f"identity={url}", "--format", "json"]
        into_file = runner(*args, "-o", "/dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "integtest", *args],
                env=clean_environment(),
                stdout=full,
                stderr=subprocess.PIPE,
            )
    assert (into_file.status, done.returncode) == (3, 3)
    for said in (into_file.err, done.stderr.decode()):
        assert "no space left" in said.lower()
        assert len(said.splitlines()) == 1


def test_a_report_can_go_to_a_device():
    with provider() as url:
        args = ("verify", "--contract", "pact.json", "--provider", f"identity={url}")
        assert runner(*args, "-o", "/dev/null").status == 0


@pytest.mark.parametrize(
    ("environ", "terminal", "refused", "wants"),
    [
        ({}, True, False, True),
        ({}, False, False, False),
        ({}, True, True, False),
        ({"NO_COLOR": "1"}, True, False, False),
        ({"NO_COLOR": ""}, True, False, True),
        ({"FORCE_COLOR": "1"}, False, False, True),
        ({"FORCE_COLOR": "0"}, False, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False, False),
        ({"FORCE_COLOR": "1"}, True, True, False),
        ({"TERM": "dumb"}, True, False, False),
    ],
)
def test_colour_follows_the_flag_the_variables_and_the_terminal(environ, terminal, refused, wants):
    assert wants_color(environ, terminal, refused) is wants


@pytest.mark.parametrize(
    ("environ", "terminal", "wants"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"CI": "true"}, True, False),
        ({"CI": "false"}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_progress_is_for_a_person_at_a_terminal(environ, terminal, wants):
    assert wanted(environ, terminal) is wants


def test_colour_can_be_forced_into_a_pipe(folder):
    with provider() as url:
        args = ("verify", "--contract", "pact.json", "--provider", f"identity={url}")
        assert "\x1b[32m" in process(*args, cwd=folder, FORCE_COLOR="1").out
        assert "\x1b[" not in process(*args, "--no-color", cwd=folder, FORCE_COLOR="1").out


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["verify", "--header", "X-Key=hunter2"], "integtest verify --header 'X-Key=***'"),
        (["verify", "--header=X-Key=hunter2"], "integtest verify '--header=X-Key=***'"),
        (["verify", "--header", "X-Key=env:KEY"], "integtest verify --header X-Key=env:KEY"),
        (["verify", "--contract", "a b.json"], "integtest verify --contract 'a b.json'"),
    ],
)
def test_the_command_to_type_next_holds_no_secret(arguments, shown):
    assert command(arguments) == shown


def test_the_command_to_type_next_hides_credentials_of_a_url():
    assert "hunter2" not in command(["verify", "--provider", "identity=https://me:hunter2@x.example"])


def test_the_progress_bar_stays_off_stdout_and_out_of_pipes(folder):
    with provider() as url:
        ran = process("verify", "--contract", "pact.json", "--provider", f"identity={url}", cwd=folder)
    assert ran.err == ""


@pytest.mark.parametrize("leave", ["import os\nos._exit(0)", "from os import _exit\n_exit(0)"])
def test_a_contract_that_ends_the_process_never_ends_the_command_with_0(tmp_path, leave):
    (tmp_path / "ends.py").write_text(leave)
    ran = process("verify", "--contract", "ends.py", cwd=tmp_path)
    assert ran.status == 3
    assert "ends.py:2: os._exit(0) ended the command" in ran.err
