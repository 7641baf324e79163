"""`integtest break` on a whole service, started anew for each run in a process of its own."""

import json
import random
import socket
import sys
import time

import pytest
from break_service import SERVICE, UVICORN
from cli_runs import process
from test_cli_break import CONTRACT


def free_port() -> int:
    """One below those that the system gives away by itself: the stubs of the run get theirs there."""
    for _ in range(200):
        port = random.randrange(20_000, 30_000)
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


@pytest.fixture
def place(tmp_path):
    (tmp_path / "contracts_echo.py").write_text(CONTRACT)
    (tmp_path / "service.py").write_text(SERVICE)
    (tmp_path / "served.py").write_text(UVICORN)
    return tmp_path


def broke(place, kind: str, *args: str, modes=("refused", "null"), start: str | None = None):
    port = free_port()
    chosen = [word for mode in modes for word in ("--mode", mode)]
    probe = [] if "--probe" in args else ["--probe", "POST /claims", "--body", "{}"]
    return process(
        "break", "--contract", "contracts_echo.py", "--start", start or f"python service.py {port} {kind}",
        "--url", f"http://127.0.0.1:{port}", "--within", "2s", *probe, *chosen, *args,
        cwd=place,
    )  # fmt: skip


def judged(ran) -> dict[str, str]:
    return {one["mode"]: one["status"] for one in json.loads(ran.out)["breaks"]}


def test_a_service_that_says_what_failed_survives(place):
    ran = broke(place, "healthy", modes=("refused", "null", "short-body", "stall", "server-error", "extra-field"))
    assert ran.status == 0, ran.all
    assert "6 of 6 cases survived" in ran.out


def test_an_asgi_service_is_started_and_asked_the_same_way(place):
    port = free_port()
    start = f"{sys.executable} -m uvicorn served:app --port {port} --log-level warning"
    args = ("--start", start, "--url", f"http://127.0.0.1:{port}", "--probe", "POST /claims", "--within", "5s")
    modes = ("--mode", "refused", "--mode", "server-error", "--mode", "extra-field")
    ran = process("break", "--contract", "contracts_echo.py", *args, *modes, cwd=place)
    assert ran.status == 0, ran.all
    assert "3 of 3 cases survived" in ran.out


def test_a_service_that_answers_as_ever_lies_and_one_that_answers_500_leaks(place):
    assert judged(broke(place, "sick", "--format", "json")) == {"refused": "lied", "null": "lied"}
    ran = broke(place, "careless", "--format", "json", modes=("server-error",))
    assert (ran.status, judged(ran)) == (1, {"server-error": "leaked"})


def test_a_service_that_hangs_is_bounded_and_named_and_the_run_goes_on(place):
    began = time.monotonic()
    ran = broke(place, "hangs", "--format", "json", modes=("server-error", "extra-field"))
    assert judged(ran) == {"server-error": "hung", "extra-field": "survived"}
    assert time.monotonic() - began < 50


@pytest.mark.parametrize("kind", ["dies", "dies_slowly"])
def test_a_service_that_dies_is_named_when_the_system_tells_of_it_later_than_of_its_connection(place, kind):
    ran = broke(place, kind, "--format", "json", modes=("server-error", "extra-field"))
    assert judged(ran) == {"server-error": "leaked", "extra-field": "survived"}
    assert "ended the whole process" in ran.out


def test_a_service_that_ignores_its_environment_is_not_judged(place):
    ran = broke(place, "deaf")
    assert ran.status == 1
    assert 'the consumer never called "answers"' in ran.out
    assert "2  not judged" in ran.out


def test_a_probe_may_be_a_command(place):
    (place / "probe.py").write_text(
        "import json, os, sys, urllib.request, urllib.error\n"
        "try:\n"
        "    with urllib.request.urlopen(os.environ['SERVICE_URL'] + '/claims', data=b'{}') as reply:\n"
        "        print(json.load(reply)['answer'])\n"
        "except urllib.error.HTTPError as error:\n"
        "    sys.exit(f'status {error.code}')\n"
    )
    probe = ("--probe", f"{sys.executable} probe.py")
    assert broke(place, "healthy", *probe).status == 0
    assert judged(broke(place, "sick", *probe, "--format", "json")) == {"refused": "lied", "null": "lied"}


@pytest.mark.parametrize(
    ("kind", "more", "status", "said"),
    [
        ("broken-at-start", (), 3, "ended with 1 before it was ready\n  its last words: service begins"),
        ("unready", ("--ready", "1s"), 3, "did not answer / below 500 within 1 s"),
        ("careless", ("--health", "/", "--probe", "POST"), 0, "survived"),
        ("healthy", ("--probe", "nowhere-at-all --x"), 2, "the probe cannot be run"),
        ("healthy", ("--probe", "'unbalanced"), 2, "the probe is no command"),
        ("healthy", ("--body", "@nowhere.json"), 2, "the probe's body cannot be read"),
        ("healthy", ("--url", "127.0.0.1:80"), 2, "must start with http://"),
        ("healthy", ("--url", "http://127.0.0.1:port"), 2, "must start with http://"),
    ],
)
def test_what_keeps_a_service_from_being_tried_is_told_in_one_message(place, kind, more, status, said):
    ran = broke(place, kind, *more, modes=("extra-field",))
    assert ran.status == status, ran.all
    assert said in ran.all
    assert "Traceback" not in ran.all


@pytest.mark.parametrize(
    ("start", "said"),
    [("nowhere-at-all", "cannot be started"), ("'open", "is no command"), (" ", "the service is empty")],
)
def test_a_command_that_starts_nothing_is_told(place, start, said):
    ran = broke(place, "healthy", start=start)
    assert ran.status == 2, ran.all
    assert said in ran.err


def test_a_service_declares_no_errors_and_those_of_a_function_are_not_asked_of_it(place):
    wrong = broke(place, "healthy", "--raises", "app:Down")
    assert wrong.status == 2
    assert "--raises is of a function" in wrong.err
    (place / "pyproject.toml").write_text('[tool.integtest.service]\nrun = "app:answer"\nraises = ["app:Down"]\n')
    assert broke(place, "healthy").status == 0


def test_an_honest_answer_of_a_service_is_told_by_its_status_and_body(place):
    (place / "honest.py").write_text(
        "def old(told):\n    return told['status'] == 200 and told['body']['answer'] == 'as ever'\n"
    )
    assert judged(broke(place, "sick", "--returns", "honest:old", "--format", "json")) == {
        "refused": "survived",
        "null": "survived",
    }


def test_a_service_whose_whole_run_fails_is_no_subject(place):
    (place / "service.py").write_text(SERVICE.replace('+ "/ping"', '+ "/pong"'))
    ran = broke(place, "healthy")
    assert ran.status == 2
    assert "the service fails on whole providers already: status 502" in ran.err


def test_another_server_at_its_address_is_not_asked_in_its_place(place):
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        ran = broke(place, "healthy", "--url", url)
    assert ran.status == 2
    assert "something listens there already" in ran.err


def test_nothing_of_the_service_is_left_when_it_is_over(place):
    port = free_port()
    (place / "forks.py").write_text(
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, 'service.py', '{port}', 'healthy']).wait()\n"
    )
    ran = broke(place, "healthy", "--url", f"http://127.0.0.1:{port}", start="python forks.py")
    assert ran.status == 0, ran.all
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_it_is_all_configured_in_one_table(place):
    port = free_port()
    (place / "pyproject.toml").write_text(
        f"""[tool.integtest]
contracts = ["contracts_echo.py"]
[tool.integtest.service]
start = "python service.py {port} healthy"
url = "env:OUR_URL"
probe = "POST /claims"
body = "{{}}"
within = "2s"
"""
    )
    args = ("break", "--mode", "null", "--mode", "extra-field")
    assert process(*args, cwd=place, OUR_URL=f"http://127.0.0.1:{port}").status == 0
    unset = process(*args, cwd=place)
    assert unset.status == 2
    assert "OUR_URL is not set" in unset.err
