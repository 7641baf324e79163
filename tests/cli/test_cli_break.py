"""`integtest break` as a user runs it, on a function of theirs."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from cli_runs import clean_environment, process, runner

CONTRACT = """\
from integtest import Contract, GET, Reply
from pydantic import BaseModel, Field

class Pong(BaseModel):
    said: str = Field(examples=["pong"])

echo = Contract(consumer="us", provider="echo", env="ECHO_URL")
ping = echo.http("answers", request=GET("/ping"), reply=Reply(200, Pong))
"""
CONSUMER = """\
import os
import threading

import requests

class Down(Exception):
    pass

def careful():
    try:
        reply = requests.get(os.environ["ECHO_URL"] + "/ping", timeout=2, allow_redirects=False)
        if reply.status_code != 200 or "json" not in reply.headers.get("content-type", ""):
            raise Down(f"status {reply.status_code}")
        said = reply.json()["said"]
        if type(said) is not str:
            raise Down("no text")
        return said
    except (requests.RequestException, KeyError, TypeError, ValueError) as error:
        raise Down("echo is down") from error

def careless():
    return requests.get(os.environ["ECHO_URL"] + "/ping", timeout=2).json()["said"]

def fails():
    raise KeyError("mine")

def never():
    return 3

def hangs():
    threading.Event().wait()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A consumer's repository: `contracts_echo.py`, `consumer.py`, and what a test configures."""
    (tmp_path / "contracts_echo.py").write_text(CONTRACT)
    (tmp_path / "consumer.py").write_text(CONSUMER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ECHO_URL", raising=False)
    return tmp_path


def configured(folder, text: str) -> None:
    (folder / "pyproject.toml").write_text(f'[tool.integtest]\ncontracts = ["contracts_echo.py"]\n{text}')


def broke(folder, *args: str):
    return process("break", "--contract", "contracts_echo.py", *args, cwd=folder)


def test_the_list_tells_each_case_its_reason_and_what_a_healthy_consumer_does(folder):
    ran = runner("break", "--contract", "contracts_echo.py", "--list")
    assert ran.status == 0
    assert ran.out.startswith('echo "answers"\n')
    assert re.search(r"refused +refuse +the provider refuses the connection\n +because ", ran.out)
    assert re.search(r"required-gone:/said +refuse/tolerate +/said is missing\n", ran.out)
    assert re.search(r"\d+ cases of 1 interaction, \d+ more with --all-pointers +next: integtest break", ran.out)


def test_the_list_for_a_machine_has_every_case_once_and_is_the_same_in_every_run(folder):
    args = ("break", "--contract", "contracts_echo.py", "--list", "--all-pointers", "--format", "json")
    one, two = runner(*args), process(*args, cwd=folder)
    assert one.out == two.out
    found = json.loads(one.out)
    addresses = [case["address"] for case in found["cases"]]
    assert len(set(addresses)) == len(addresses) > 30
    assert found["left"] == 0
    assert all(case["what"] and case["why"] and case["healthy"] and case["source"] for case in found["cases"])


def test_a_mode_is_explained_by_its_name_and_a_case_by_its_address(folder):
    args = ("break", "--contract", "contracts_echo.py", "--explain")
    mode = runner(*args, "refused")
    assert mode.status == 0
    assert re.search(r"^layer +transport$", mode.out, re.MULTILINE)
    case = runner(*args, "echo/answers/required-gone:/said")
    assert case.status == 0
    assert re.search(r"^what +/said is missing$", case.out, re.MULTILINE)
    assert "serve     integtest serve --contract PATH --break 'echo/answers/required-gone:/said'" in case.out
    assert json.loads(runner(*args, "refused", "--format", "json").out)["layer"] == "transport"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("refusd", "did you mean refused"),
        ("echo/answers/refusd", "did you mean echo/answers/refused"),
        ("echo/answers/required-gone", "did you mean echo/answers/required-gone:/said"),
        ("eco/answers", "did you mean echo/answers"),
        ("bogus", "integtest break --list"),
        ("echo/answers/bogus", "integtest break --list"),
        ("echo/bogus", "integtest break --list"),
    ],
)
def test_a_name_that_is_none_is_answered_with_the_nearest(folder, name, said):
    ran = runner("break", "--contract", "contracts_echo.py", "--explain", name)
    assert ran.status == 2
    assert said in ran.err
    assert ("did you mean" in ran.err) == ("did you mean" in said)


def test_every_published_kind_of_failure_is_covered(folder):
    ran = runner("break", "--coverage")
    assert ran.status == 0
    assert "xlab-uiuc/csi-ae): 13 of 13" in ran.out
    assert "bastoica/wasabi): 7 of 7" in ran.out
    assert "(Meiklejohn et al., SoCC'21): 5 of 5" in ran.out
    rows = json.loads(runner("break", "--coverage", "--format", "json").out)
    assert all(row["modes"] for row in rows)


def test_a_function_that_fails_only_when_another_promise_answers_first_is_tried_on_the_rest(folder):
    silent = (
        'silent = echo.http("is silent", given="it sleeps", request=GET("/ping"), reply=Reply(200, {"said": ""}))'
    )
    (folder / "contracts_echo.py").write_text(CONTRACT + silent + "\n")
    (folder / "picky.py").write_text(
        "from consumer import careful\n"
        "def answer():\n"
        "    if (said := careful()) == '':\n"
        "        raise ValueError('silence')\n"
        "    return said\n"
    )
    ran = broke(folder, "--run", "picky:answer", "--mode", "refused", "--format", "json")
    assert ran.status == 0, ran.all
    cases = json.loads(ran.out)["breaks"]
    assert [one["status"] for one in cases] == ["survived", "not-judged"]
    assert "the whole run failed already" in cases[1]["reason"]


FALLBACK = """
from consumer import Down, careful

def answer():
    try:
        return {"said": careful(), "fresh": True}
    except Down:
        return {"said": "pong", "fresh": False}

def old(told):
    return not told["fresh"]

def worse(told):
    return told["nothing"]

class Gone(Exception):
    pass

def gone():
    try:
        return careful()
    except Down as error:
        raise Gone("what is down?") from error
"""


def test_an_honest_answer_of_a_function_that_gave_up_is_told_to_the_command_as_to_a_test(folder):
    (folder / "fallback.py").write_text(FALLBACK)
    assert broke(folder, "--run", "fallback:answer", "--mode", "refused").status == 1
    ran = broke(folder, "--run", "fallback:answer", "--mode", "refused", "--returns", "fallback:old")
    assert ran.status == 0, ran.all
    configured(folder, '[tool.integtest.service]\nrun = "fallback:answer"\nreturns = "fallback:old"\n')
    assert process("break", "--mode", "refused", cwd=folder).status == 0


def test_the_errors_that_a_function_declares_are_told_to_the_command_as_to_a_test(folder):
    (folder / "fallback.py").write_text(FALLBACK)
    args = ("--run", "fallback:gone", "--mode", "refused")
    wrong = broke(folder, *args, "--raises", "consumer:Down")
    assert wrong.status == 1
    assert "declares Down" in wrong.out
    assert broke(folder, *args, "--raises", "consumer:Down", "--raises", "fallback:Gone").status == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--returns", "fallback:worse"), "fallback:worse fails on the result"),
        (("--returns", "fallback:odl"), 'did you mean "old"'),
        (("--returns", "fallback:FALLBACK"), 'has no "FALLBACK"'),
        (("--returns", "fallback:__name__"), "fallback:__name__ is no function"),
        (("--returns", "old"), "does not name an object"),
        (("--raises", "fallback:old"), "fallback:old is no class of errors"),
        (("--raises", "fallback:Gon"), 'did you mean "Gone"'),
    ],
)
def test_what_is_told_of_a_function_and_cannot_be_is_one_message(folder, args, said):
    (folder / "fallback.py").write_text(FALLBACK)
    ran = broke(folder, "--run", "fallback:answer", "--mode", "refused", *args)
    assert ran.status == 2, ran.all
    assert said in ran.err
    assert "Traceback" not in ran.all


def test_a_careful_function_survives_every_case_of_the_chosen_modes(folder):
    ran = broke(folder, "--run", "consumer:careful", "--mode", "transport", "--mode", "schema", "--mode", "stall")
    assert ran.status == 0, ran.all
    assert "1 verified" in ran.out
    assert "(100 %)" in ran.out


def test_a_careless_function_is_shown_what_it_did_not_survive(folder):
    ran = broke(
        folder, "--run", "consumer:careless", "--mode", "required-gone", "--mode", "null", "--mode", "refused"
    )
    assert ran.status == 1
    assert re.search(r"^schema +required-gone +L$", ran.out, re.MULTILINE)
    assert re.search(r"^ +null +X$", ran.out, re.MULTILINE)
    assert re.search(r"^transport refused +\.$", ran.out, re.MULTILINE)
    assert "1 of 3 cases survived (33 %)" in ran.out
    assert "KeyError" in ran.out and "consumer.py:" in ran.out
    assert "integtest break --explain 'echo/answers/required-gone:/said'" in ran.out


def test_the_report_for_a_machine_holds_every_judgement(folder):
    ran = broke(folder, "--run", "consumer:careless", "--mode", "null", "--mode", "refused", "--format", "json")
    report = json.loads(ran.out)
    assert (ran.status, report["exit_status"], report["verdict"]) == (1, 1, "fail")
    assert {one["mode"]: one["status"] for one in report["breaks"]} == {"refused": "survived", "null": "lied"}
    (finding,) = report["findings"]
    assert (finding["rule"], finding["blame"], finding["mode"]) == ("failure-lied", "consumer", "null:/said")
    assert finding["evidence"]["again"] == "integtest break --run consumer:careless 'echo/answers/null:/said'"


def test_the_way_to_see_a_failure_again_runs_that_case_alone(folder):
    ran = broke(folder, "--run", "consumer:careless", "echo/answers/null:/said")
    assert ran.status == 1
    assert "0 of 1 cases survived" in ran.out


def test_verdicts_are_the_same_in_every_run(folder):
    args = ("--run", "consumer:careless", "--all-pointers", "--format", "json")
    one, two = (json.loads(broke(folder, *args).out)["breaks"] for _ in range(2))
    assert [(b["address"], b["status"]) for b in one] == [(b["address"], b["status"]) for b in two]
    assert len(one) > 30


def test_what_was_never_called_is_not_judged_and_no_pass(folder):
    ran = broke(folder, "--run", "consumer:never", "--mode", "refused")
    assert ran.status == 1
    assert 'the consumer never called "answers"' in ran.out
    assert "1 unproven" in ran.out


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("consumer:fails", "fails on whole providers already: KeyError: 'mine'"),
        ("consumer:hangs", "did not end on whole providers: hung"),
        ("consumer:carefull", 'did you mean "careful"?'),
        ("cosumer:careful", 'did you mean "consumer"?'),
        ("consumer", "does not name an object"),
        ("consumer:os", "no function"),
    ],
)
def test_a_function_that_cannot_be_broken_is_refused_and_named(folder, function, said):
    ran = broke(folder, "--run", function, "--mode", "refused")
    assert ran.status == 2, ran.all
    assert said in ran.err
    assert "Traceback" not in ran.all


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--mode", "refusd"], "did you mean refused"),
        (["echo/answers/refusd", "--list"], "did you mean echo/answers/refused"),
        (["--list", "--format", "junit"], "no junit form"),
        (["--run", "consumer:careful", "--start", "python x.py"], "two consumers"),
        (["--mode", "refused"], "start, url, probe missing"),
        (["--start", "python x.py", "--url", "http://127.0.0.1:1"], "probe missing"),
        (["--consumer", "them", "--list"], "nothing to break"),
        (["--run", "consumer:careful", "--calls", "0"], "--calls"),
        (["--run", "consumer:careful", "--within", "soon"], "--within"),
        (["--cassette", "nowhere.yaml", "--list"], "nowhere.yaml"),
    ],
)
def test_wrong_usage_is_one_message(folder, args, said):
    ran = runner("break", "--contract", "contracts_echo.py", *args)
    assert ran.status in (2, 3), ran.all
    assert said in ran.err, ran.all
    assert "Traceback" not in ran.all


def test_nothing_configured_and_two_consumers_are_told(folder):
    nothing = runner("break", "--list")
    assert nothing.status == 2
    assert "nothing to break" in nothing.err
    (folder / "contracts_other.py").write_text(CONTRACT.replace('"us"', '"them"'))
    both = ("break", "--contract", "contracts_echo.py", "--contract", "contracts_other.py")
    two = runner(*both, "--list")
    assert two.status == 2
    assert "several consumers: them, us" in two.err
    assert runner(*both, "--consumer", "us", "--list").status == 0


WEAK = """
[[tool.integtest.weaknesses]]
case = "echo/answers/null:/said"
reason = "waits for the new client"
until = 2099-01-01

[[tool.integtest.weaknesses]]
case = "echo/answers/required-gone:*"
reason = "was to be mended"
until = 2020-01-01

[[tool.integtest.weaknesses]]
case = "echo/answers/refused"
reason = "was mended since"
until = 2099-01-01
"""


def test_known_weaknesses_are_accepted_until_their_day_and_stale_ones_fail(folder):
    configured(folder, WEAK)
    modes = [word for mode in ("null", "required-gone", "refused") for word in ("--mode", mode)]
    ran = process("break", "--run", "consumer:careless", *modes, "--format", "json", cwd=folder)
    report = json.loads(ran.out)
    assert ran.status == 1
    assert sorted(finding["rule"] for finding in report["findings"]) == ["failure-leaked", "weakness-stale"]
    texts = " ".join(finding["message"] for finding in report["findings"])
    assert "it was accepted until 2020-01-01 (was to be mended), and that day has passed" in texts
    assert "known weakness (was mended since)" in texts
    alone = process("break", "--run", "consumer:careless", "--mode", "null", cwd=folder)
    assert alone.status == 0, alone.all


def test_an_entry_that_fits_no_case_fails_a_run_of_all_and_no_narrower_one(folder):
    entry = WEAK.replace("echo/answers/refused", "echo/answers/refusd")
    configured(folder, entry)
    whole = process("break", "--run", "consumer:careless", "--format", "json", cwd=folder)
    (finding,) = [one for one in json.loads(whole.out)["findings"] if one["rule"] == "weakness-unmatched"]
    assert finding["blame"] == "oversight"
    assert "echo/answers/refusd" in finding["message"]
    assert "did you mean echo/answers/refused" in finding["hint"]
    narrow = process("break", "--run", "consumer:careless", "--mode", "null", cwd=folder)
    assert narrow.status == 0, narrow.all


def test_a_person_at_a_terminal_sees_how_far_it_is_and_a_pipe_does_not(folder):
    command = [sys.executable, "-m", "integtest", "break", "--contract", "contracts_echo.py"]
    command += ["--run", "consumer:careful", "--mode", "transport"]
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        command, cwd=folder, env=clean_environment(TERM="xterm"), stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass
    os.close(ours)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert b"breaking" in shown or b"refused" in shown
    assert b"survived" in out
    assert broke(folder, "--run", "consumer:careful", "--mode", "refused").err == ""
