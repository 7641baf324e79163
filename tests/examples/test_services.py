"""`python -m examples.services`, from outside: a catalog of small servers, a home of its own, real processes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0

SERVER = """
import http.server, json, os, pathlib, subprocess, sys
leftover = pathlib.Path("leftover").exists()
pathlib.Path("leftover").touch()
pathlib.Path("token").write_text("made-at-start\\n")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health" and os.environ.get("HEALTH"):
            return self.answer(int(os.environ["HEALTH"]), b"")
        greeting = pathlib.Path("greeting.txt").read_text()
        seen = {"leftover": leftover, "greeting": greeting, "environment": dict(os.environ)}
        self.answer(200, json.dumps(seen).encode())
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
print("about to serve", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + "}"
    return json.dumps(value)


@dataclass
class Bench:
    """A catalog and a home under a test's own folder, and the command that works on them."""

    root: Path
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "home"

    def record(self, name: str, *, script: str = SERVER, **keys: object) -> None:
        self.ports[name] = free_port()
        data: dict[str, object] = {
            "title": f"the {name} of a test",
            "area": "test",
            "port": self.ports[name],
            "health": "/health",
            "command": [sys.executable, "server.py", "@{port}"],
            **keys,
        }
        files = self.root / "catalog" / name
        files.mkdir(parents=True)
        (files / "server.py").write_text(textwrap.dedent(script))
        (files / "greeting.txt").write_text("hello from @{url}")
        self.text(name, "\n".join(f"{key} = {toml(value)}" for key, value in data.items()))

    def text(self, name: str, text: str) -> None:
        (self.root / "catalog").mkdir(exist_ok=True)
        (self.root / "catalog" / f"{name}.toml").write_text(text)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "examples.services", *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        mine = {"INTEGTEST_SERVICES_HOME": str(self.home), "INTEGTEST_SERVICES_CATALOG": str(self.root / "catalog")}
        return {**os.environ, **mine, **more}

    def call(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=PROJECT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ask(self, name: str) -> dict:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}/", timeout=10) as reply:
            return json.load(reply)

    def answers(self, name: str) -> bool:
        try:
            return bool(self.ask(name))
        except OSError:
            return False

    def pid(self, name: str) -> int:
        return int(json.loads((self.home / name / "running.json").read_text())["identity"]["pid"])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    if list(bench.home.glob("*/running.json")):
        bench.call("down")


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(condition) -> bool:
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


# --- starting and ending


def test_up_starts_a_service_and_down_ends_it(bench):
    bench.record("one")
    up = bench.call("up")
    assert up.returncode == 0, up.stderr
    assert "1 started, 0 already running, 0 left out, 0 failed" in up.stderr
    assert bench.ask("one")["greeting"] == f"hello from http://127.0.0.1:{bench.ports['one']}"
    pid = bench.pid("one")
    assert bench.call("down").returncode == 0
    assert not runs(pid)


def test_a_second_up_leaves_a_running_service_alone(bench):
    bench.record("one")
    bench.call("up")
    pid = bench.pid("one")
    again = bench.call("up", PATH=f"/nowhere:{os.environ['PATH']}", UNRELATED="1")
    assert again.returncode == 0
    assert "0 started, 1 already running" in again.stderr
    assert bench.pid("one") == pid


def test_every_start_finds_an_empty_data_folder(bench):
    bench.record("one")
    for _ in range(2):
        bench.call("up")
        assert bench.ask("one")["leftover"] is False
        bench.call("down")


def test_a_changed_setting_starts_the_service_again_with_it(bench):
    bench.record("one", settings={"GREETING": "hi"}, env={"WORD": "@{GREETING}"})
    bench.call("up")
    assert bench.ask("one")["environment"]["WORD"] == "hi"
    again = bench.call("up", GREETING="moin")
    assert "1 started" in again.stderr
    assert bench.ask("one")["environment"]["WORD"] == "moin"


def test_a_service_that_was_killed_is_told_apart_and_started_again(bench):
    bench.record("one")
    bench.call("up")
    os.kill(bench.pid("one"), signal.SIGKILL)
    assert until(lambda: not bench.answers("one"))
    status = bench.call("status")
    assert status.returncode == 1
    assert "died" in status.stdout
    assert "1 started" in bench.call("up").stderr
    assert bench.answers("one")


def test_two_ups_at_once_start_a_service_once(bench):
    bench.record("one")
    calls = [
        subprocess.Popen(
            bench.command("up"), cwd=PROJECT, env=bench.environment(), stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = sorted(call.communicate(timeout=60)[1].splitlines()[-1] for call in calls)
    assert [line[:28] for line in said] == ["0 started, 1 already running", "1 started, 0 already running"]


def test_down_ends_children_even_those_in_a_session_of_their_own(bench):
    bench.record(
        "one",
        script="""
        import pathlib, subprocess
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        pathlib.Path("child").write_text(str(child.pid))
        """
        + textwrap.indent(SERVER, " " * 8),
    )
    bench.call("up")
    child = int((bench.home / "one" / "data" / "child").read_text())
    assert runs(child)
    bench.call("down")
    assert not runs(child)


def test_a_service_that_ignores_the_polite_signal_is_ended_all_the_same(bench):
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    bench.record("one", script=deaf + SERVER, env={"HEALTH": "503"}, ready_seconds=0.5)
    assert bench.call("up").returncode == 1
    assert not bench.answers("one")


def test_down_never_touches_a_process_that_got_a_recycled_pid(bench):
    bench.record("one")
    bench.call("up")
    state = bench.home / "one" / "running.json"
    kept = state.read_text()
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        data = json.loads(kept)
        data["identity"] |= {"pid": stranger.pid, "token": "of an older service"}
        state.write_text(json.dumps(data))
        bench.call("down")
        assert runs(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()
        state.write_text(kept)


# --- what goes wrong is named, and the rest goes on


def test_a_taken_port_names_the_program_that_holds_it_and_the_rest_goes_on(bench):
    bench.record("one")
    bench.record("two")
    with socket.create_server(("127.0.0.1", bench.ports["one"])):
        up = bench.call("up")
    assert up.returncode == 1
    assert re.search(rf"port {bench.ports['one']} is taken by .+ \(pid {os.getpid()}\)", up.stderr)
    assert "INTEGTEST_PORT_ONE" in up.stderr
    assert "1 started, 0 already running, 0 left out, 1 failed (one)" in up.stderr
    assert bench.answers("two")


def test_a_service_that_dies_shows_the_end_of_its_log_and_where_it_lies(bench):
    bench.record("one", script="import sys\nprint('no luck today')\nsys.exit(7)\n")
    bench.record("two")
    up = bench.call("up")
    assert up.returncode == 1
    assert "died while starting, exit status 7" in up.stderr
    assert "no luck today" in up.stderr
    assert str(bench.home / "one" / "service.log") in up.stderr
    assert bench.answers("two")


def test_a_service_that_answers_wrong_is_named_with_what_it_answered_and_ended(bench):
    bench.record("one", env={"HEALTH": "503"}, ready_seconds=0.5)
    up = bench.call("up")
    assert up.returncode == 1
    assert "not ready after 0.5 s" in up.stderr
    assert "answered 503, not 200" in up.stderr
    assert not bench.answers("one")


def test_a_service_that_never_listens_is_named_after_its_time_limit(bench):
    bench.record("one", script="import time\ntime.sleep(600)\n", ready_seconds=0.5)
    up = bench.call("up")
    assert up.returncode == 1
    assert "not ready after 0.5 s" in up.stderr
    assert "answered nothing" in up.stderr


def test_a_failing_preparation_is_named_with_its_log(bench):
    bench.record("one", prepare=[["sh", "-c", "echo no disk today; exit 3"]])
    up = bench.call("up")
    assert up.returncode == 1
    assert "left with 3" in up.stderr
    assert "no disk today" in up.stderr


def test_a_missing_program_is_named(bench):
    bench.record("one", needs=["no-such-program-here"])
    bench.record("two", command=["no-such-program-here"])
    up = bench.call("up")
    assert up.returncode == 1
    assert up.stderr.count("no-such-program-here") == 2
    assert "Traceback" not in up.stderr


def test_a_pin_that_the_requirements_do_not_hold_is_refused(bench):
    bench.record("one", python=["thing==2"])
    (bench.root / "catalog" / "one" / "requirements.txt").write_text("thing==1\nother==1\n")
    up = bench.call("install")
    assert up.returncode == 1
    assert "does not pin thing==2" in up.stderr


def test_an_install_that_fails_shows_the_installer_log(bench):
    bench.record("one", python=["./there-is-no-such-package"])
    up = bench.call("install")
    assert up.returncode == 1
    assert "installing failed" in up.stderr
    assert "there-is-no-such-package" in up.stderr
    assert str(bench.home / "one" / "install.log") in up.stderr


def test_a_placeholder_that_stands_for_nothing_is_named(bench):
    bench.record("one", env={"PEER": "@{port:nobody}"})
    up = bench.call("up")
    assert up.returncode == 1
    assert "@{port:nobody}, which stands for nothing" in up.stderr


def test_what_is_skipped_is_left_out_by_name_and_counted(bench):
    bench.record("one")
    bench.record("two")
    up = bench.call("up", "--skip", "two")
    assert up.returncode == 0
    assert "1 started, 0 already running, 1 left out (two), 0 failed" in up.stderr
    assert not bench.answers("two")


def test_a_port_is_overridden_by_the_environment_and_others_learn_of_it(bench):
    other = free_port()
    bench.record("one")
    bench.record("two", env={"PEER": "@{url:one}"})
    up = bench.call("up", INTEGTEST_PORT_ONE=str(other))
    assert up.returncode == 0, up.stderr
    assert bench.ask("two")["environment"]["PEER"] == f"http://127.0.0.1:{other}"
    assert f"ONE_URL=http://127.0.0.1:{other}" in bench.call("env", INTEGTEST_PORT_ONE=str(other)).stdout


def test_a_second_port_is_filled_in_guarded_and_overridden_like_the_first(bench):
    second, other = free_port(), free_port()
    bench.record("one", more_ports={"grpc": second}, env={"GRPC": "@{port.grpc}"})
    with socket.create_server(("127.0.0.1", second)):
        assert f"port {second} is taken" in bench.call("up").stderr
        assert bench.call("up", INTEGTEST_PORT_ONE_GRPC=str(other)).returncode == 0
    assert bench.ask("one")["environment"]["GRPC"] == str(other)


def test_a_file_that_is_no_text_reaches_the_service_byte_for_byte(bench):
    bench.record("one")
    content = b"\xff\xfe@{port}\x00"
    (bench.root / "catalog" / "one" / "image.bin").write_bytes(content)
    assert bench.call("up").returncode == 0
    assert (bench.home / "one" / "data" / "image.bin").read_bytes() == content


def test_nothing_of_the_callers_environment_leaks_into_a_service(bench):
    bench.record("one")
    bench.call("up", MY_API_KEY="not for you", PYTHONPATH="/nowhere")
    seen = bench.ask("one")["environment"]
    assert "not for you" not in seen.values()
    assert "PYTHONPATH" not in seen
    assert seen["HOME"] == str(bench.home / "one" / "data")


def test_only_loopback_addresses_count_as_loopback():
    from examples.services import processes

    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("::1", 0), family=socket.AF_INET6):
        me = processes.find(os.getpid())
        heard = processes.listeners([me])
        assert server.getsockname()[1] in [port for _, port in heard]
        assert all(processes.is_loopback(address) for address, _ in heard)
    # 0.0.0.0, 192.168.0.1 and ::, as /proc/net writes them
    assert not any(map(processes.is_loopback, ["00000000", "0100A8C0", "0" * 32]))


# --- what is laid out, and in which order


def test_what_once_made_is_kept_and_the_rest_of_the_data_is_not(bench):
    bench.record("one", once=[["sh", "-c", "date +%N > made; touch leftover-of-once"]])
    made = []
    for _ in range(2):
        assert bench.call("up").returncode == 0
        data = bench.home / "one" / "data"
        made.append((data / "made").read_text())
        assert bench.ask("one")["leftover"] is False
        bench.call("down")
    assert made[0] == made[1]


def test_once_runs_again_when_its_files_change(bench):
    bench.record("one", once=[["sh", "-c", "cp greeting.txt copy.txt"]])
    bench.call("up")
    (bench.root / "catalog" / "one" / "greeting.txt").write_text("good day")
    assert "1 started" in bench.call("up").stderr
    assert (bench.home / "one" / "data" / "copy.txt").read_text() == "good day"


def test_a_template_that_was_not_finished_is_made_again(bench):
    bench.record("one", once=[["sh", "-c", "touch half; test -e ../may-finish && touch whole"]])
    failed = bench.call("up")
    assert failed.returncode == 1
    assert "preparing failed" in failed.stderr
    (bench.home / "one" / "may-finish").touch()
    assert bench.call("up").returncode == 0
    assert (bench.home / "one" / "data" / "whole").exists()


def test_a_seed_finds_the_service_answering_and_credentials_may_come_from_it(bench):
    ask = (
        "import sys, urllib.request as u; open('seeded', 'wb').write(u.urlopen(sys.argv[1], timeout=9).read()[:9])"
    )
    bench.record("one", seed=[[sys.executable, "-c", ask, "@{url}/"]], credentials={"ONE_SEEDED": "@{file:seeded}"})
    assert bench.call("up").returncode == 0
    assert "ONE_SEEDED='{\"leftove'" in bench.call("env").stdout


def test_a_seed_that_fails_is_named_and_ends_the_service(bench):
    bench.record("one", seed=[["sh", "-c", "echo no such project; exit 4"]])
    bench.record("two")
    up = bench.call("up")
    assert up.returncode == 1
    assert "seeding failed" in up.stderr
    assert "no such project" in up.stderr
    assert not bench.answers("one")
    assert bench.answers("two")


def test_a_service_starts_after_those_it_comes_after(bench):
    bench.record("late", after=["soon"], prepare=[["sh", "-c", "cp ../../soon/running.json seen.json"]])
    bench.record("soon", prepare=[["sleep", "0.4"]])
    assert bench.call("up").returncode == 0
    assert json.loads((bench.home / "late" / "data" / "seen.json").read_text())["url"].endswith(
        str(bench.ports["soon"])
    )


def test_a_service_starts_without_the_one_it_comes_after_when_that_fails_or_is_left_out(bench):
    bench.record("late", after=["soon"])
    bench.record("soon", script="raise SystemExit(1)")
    assert "1 started, 0 already running, 0 left out, 1 failed (soon)" in bench.call("up").stderr
    bench.call("down")
    assert "1 started, 0 already running, 1 left out (soon), 0 failed" in bench.call("up", "--skip", "soon").stderr


def test_services_start_one_by_one_where_there_is_no_memory_for_all_at_once(bench):
    seen = bench.root / "seen"
    for name in ("one", "two", "three"):
        bench.record(name, memory=60, prepare=[["sh", "-c", f"echo in >> {seen}; sleep 0.2; echo out >> {seen}"]])
    up = bench.call("up", INTEGTEST_SERVICES_MEMORY="100")
    assert "3 started" in up.stderr
    assert seen.read_text().split() == ["in", "out"] * 3


def test_a_service_that_needs_more_memory_than_there_is_starts_alone(bench):
    bench.record("one", memory=5000)
    assert bench.call("up", INTEGTEST_SERVICES_MEMORY="1").returncode == 0


def test_a_memory_that_is_no_number_is_refused(bench):
    bench.record("one", memory=60)
    bench.record("two", memory=60)
    up = bench.call("up", INTEGTEST_SERVICES_MEMORY="2G")
    assert up.returncode == 1
    assert "INTEGTEST_SERVICES_MEMORY must be a whole number of megabytes" in up.stderr


# --- another version, and death in the middle


def test_another_version_than_pinned_is_named_and_ended_and_the_rest_goes_on(bench):
    bench.record("one", version="2.4", version_command=["echo", "one 2.41.0"])
    bench.record("two", version="2.4", version_command=["echo", "v2.4.1+ds"])
    up = bench.call("up")
    assert up.returncode == 1
    assert "is another version than 2.4, which is pinned: it says 'one 2.41.0'" in up.stderr
    assert "1 started, 0 already running, 0 left out, 1 failed (one)" in up.stderr
    assert not bench.answers("one")
    assert bench.answers("two")


def test_the_running_service_is_asked_for_its_version(bench):
    bench.record("one", version="hello from http://127.0.0.1", version_path="/")
    bench.record("two", version="3.0", version_path="/")
    up = bench.call("up")
    assert "1 started, 0 already running, 0 left out, 1 failed (two)" in up.stderr


def test_check_names_what_has_died_and_counts_what_is_left_out(bench):
    for name in ("one", "two", "three"):
        bench.record(name)
    bench.call("up", "one", "two")
    assert bench.call("check", "one", "two").returncode == 0
    os.kill(bench.pid("one"), signal.SIGKILL)
    assert until(lambda: not bench.answers("one"))
    check = bench.call("check", "--skip", "three")
    assert check.returncode == 1
    assert "died after it was ready" in check.stderr
    assert "about to serve" in check.stderr
    assert "1 checked, 1 left out (three), 1 failed (one)" in check.stderr
    assert bench.call("check", "three").returncode == 1


def test_check_names_a_service_that_runs_and_answers_no_more(bench):
    bench.record("one")
    bench.call("up")
    os.kill(bench.pid("one"), signal.SIGSTOP)
    try:
        check = bench.call("check")
    finally:
        os.kill(bench.pid("one"), signal.SIGCONT)
    assert check.returncode == 1
    assert "answers no more" in check.stderr


def test_a_service_that_dies_while_run_runs_its_command_is_named_and_fails_the_run(bench):
    bench.record("one")
    bench.record("two")
    state = bench.home / "one" / "running.json"
    kill = f"import json, os; os.kill(json.load(open({str(state)!r}))['identity']['pid'], 9)"
    run = bench.call("run", "--", sys.executable, "-c", kill)
    assert run.returncode == 1
    assert "died while the command ran: one" in run.stderr
    other = bench.call("run", "--", sys.executable, "-c", kill + "; raise SystemExit(7)")
    assert other.returncode == 7


# --- run


CHILD = "import json, os, sys; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('ONE_')}))"


def test_run_gives_the_command_url_and_credentials_and_leaves_with_its_status(bench):
    bench.record("one", credentials={"ONE_ID": "me", "ONE_TOKEN": "@{file:token}"})
    run = bench.call("run", "one", "--", sys.executable, "-c", CHILD + "; sys.exit(5)")
    assert run.returncode == 5, run.stderr
    url = f"http://127.0.0.1:{bench.ports['one']}"
    assert json.loads(run.stdout) == {"ONE_URL": url, "ONE_ID": "me", "ONE_TOKEN": "made-at-start"}
    assert not bench.answers("one")


def test_run_leaves_a_service_that_ran_before_running(bench):
    bench.record("one")
    bench.record("two")
    bench.call("up", "one")
    assert bench.call("run", "--", "true").returncode == 0
    assert bench.answers("one")
    assert not bench.answers("two")


def test_run_does_not_run_the_command_when_a_service_fails(bench):
    bench.record("one", script="raise SystemExit(1)")
    bench.record("two")
    run = bench.call("run", "--", "echo", "the command ran")
    assert run.returncode == 3
    assert "the command ran" not in run.stdout
    assert "not run" in run.stderr
    assert not bench.answers("two")


def test_run_names_a_command_that_is_not_there(bench):
    bench.record("one")
    run = bench.call("run", "one", "--", "no-such-command-here")
    assert run.returncode == 127
    assert "no such command: no-such-command-here" in run.stderr
    assert not bench.answers("one")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_ends_command_and_services_when_a_signal_ends_it(bench, number):
    bench.record("one")
    seen = bench.root / "command-pid"
    script = f"import os, pathlib, time; pathlib.Path({str(seen)!r}).write_text(str(os.getpid())); time.sleep(600)"
    run = subprocess.Popen(
        bench.command("run", "one", "--", sys.executable, "-c", script),
        cwd=PROJECT,
        env=bench.environment(),
        stderr=subprocess.DEVNULL,
    )
    assert until(lambda: seen.exists() and seen.read_text())
    service = bench.pid("one")
    run.send_signal(number)
    assert run.wait(timeout=PATIENCE) == 128 + number
    assert not runs(int(seen.read_text()))
    assert not runs(service)


def test_a_signal_while_services_start_ends_them_too(bench):
    bench.record("one", env={"HEALTH": "503"}, ready_seconds=600)
    run = subprocess.Popen(
        bench.command("run", "one", "--", "true"), cwd=PROJECT, env=bench.environment(), stderr=subprocess.DEVNULL
    )
    assert until((bench.home / "one" / "running.json").exists)
    service = bench.pid("one")
    run.send_signal(signal.SIGTERM)
    assert run.wait(timeout=PATIENCE) == 128 + signal.SIGTERM
    assert not runs(service)


def test_ctrl_c_during_up_says_so_without_a_traceback(bench):
    bench.record("one", env={"HEALTH": "503"}, ready_seconds=600)
    up = subprocess.Popen(
        bench.command("up"), cwd=PROJECT, env=bench.environment(), stderr=subprocess.PIPE, text=True
    )
    assert until((bench.home / "one" / "running.json").exists)
    service = bench.pid("one")
    up.send_signal(signal.SIGINT)
    said = up.communicate(timeout=PATIENCE)[1]
    assert up.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert not runs(service)


# --- what is printed, and what is refused


def test_env_prints_lines_that_a_shell_reads_back(bench):
    bench.record("one", credentials={"ONE_SECRET": "it's $HOME & more"})
    bench.record("two")
    bench.call("up", "one")
    lines = bench.call("env").stdout
    read = subprocess.run(
        ["sh", "-c", f'{lines}\nprintf \'%s|%s\' "$ONE_URL" "$ONE_SECRET"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout == f"http://127.0.0.1:{bench.ports['one']}|it's $HOME & more"
    assert "TWO_URL" not in lines


def test_status_says_what_runs_where(bench):
    bench.record("one")
    bench.record("two")
    bench.call("up", "one")
    status = bench.call("status")
    assert status.returncode == 0
    rows = {line.split()[0]: line.split()[1] for line in status.stdout.splitlines()[1:]}
    assert rows == {"one": "running", "two": "stopped"}
    assert bench.call("status", "two").returncode == 1


def test_the_home_ignores_itself_in_git(bench):
    bench.record("one")
    bench.call("install")
    subprocess.run(["git", "init", "-q", str(bench.root)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(bench.root), "status", "--porcelain", "home"], capture_output=True, text=True, check=True
    )
    assert (bench.home / "lock").exists()
    assert listed.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["up", "onne"], "did you mean one?"),
        (["up", "--skip", "xyz"], "there are: one"),
        (["up", "one", "--skip", "one"], "nothing selected"),
        (["run", "one"], "run needs a command after --"),
        (["run", "one", "--"], "run needs a command after --"),
        (["up", "one", "--", "true"], "only run takes a command"),
        (["upp"], "invalid choice"),
        ([], "required"),
    ],
)
def test_wrong_usage_is_refused_with_what_to_do(bench, arguments, said):
    bench.record("one")
    refused = bench.call(*arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert not bench.answers("one")


GOOD = 'title = "t"\narea = "a"\nport = 4711\nhealth = "/"\ncommand = ["true"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = [", "not a readable TOML file"),
        ("", "`title` is missing"),
        (GOOD + 'commands = ["x"]', "did you mean `command`?"),
        (GOOD.replace("4711", '"4711"'), "`port` must be a whole number from 1 to 65535"),
        (GOOD.replace("4711", "0"), "`port` must be"),
        (GOOD.replace("4711", "true"), "`port` must be"),
        (GOOD.replace('["true"]', '"true"'), "`command` must be a list of texts"),
        (GOOD.replace('["true"]', "[]"), "an empty command"),
        (GOOD + "ready_seconds = -1", "a number above 0"),
        (GOOD + "env = {PORT = 1}", "a table of texts"),
        (GOOD + 'env = {"not-a-name" = "1"}', "not an environment variable's name"),
        (GOOD + "prepare = [[]]", "an empty command"),
        (GOOD + "seed = [[]]", "an empty command"),
        (GOOD + 'version = "1.0"', "`version` goes with either"),
        (GOOD + 'version_path = "/v"', "`version` goes with either"),
        (GOOD + 'version = "1"\nversion_path = "/v"\nversion_command = ["v"]', "`version` goes with either"),
        (GOOD + 'after = ["nobody"]', "`after` names 'nobody'"),
        (GOOD + 'after = ["bad"]', "each starts `after` the next: bad -> bad"),
    ],
)
def test_a_bad_record_is_refused_by_file_and_key(bench, text, said):
    bench.record("one")
    bench.text("bad", text)
    refused = bench.call("list")
    assert refused.returncode == 2
    assert "bad.toml" in refused.stderr
    assert said in refused.stderr


def test_a_port_setting_that_is_no_port_is_refused(bench):
    bench.record("one")
    up = bench.call("up", INTEGTEST_PORT_ONE="http")
    assert up.returncode != 0
    assert "INTEGTEST_PORT_ONE must be a port" in up.stderr


def test_a_home_that_cannot_be_written_is_refused(bench):
    bench.record("one")
    refused = bench.call("up", INTEGTEST_SERVICES_HOME="/proc/nowhere")
    assert refused.returncode == 2
    assert "/proc/nowhere" in refused.stderr


# --- the real catalog


SERVICES = re.search(r"^SERVICES := (.+)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)[1].split()


def test_every_service_of_the_catalog_is_pinned_and_has_ports_of_its_own():
    from examples.services.install import python_pins
    from examples.services.places import CATALOG
    from examples.services.record import catalog

    records = catalog(CATALOG)
    assert sorted(records) == sorted(SERVICES)
    ports = [port for record in records.values() for port in record.ports().values()]
    assert len(ports) == len(set(ports))
    for record in records.values():
        assert all(re.fullmatch(r"[\w.\-\[\]]+==[\w.+!]+", pin) for pin in python_pins(record)), record.name
        assert all(re.fullmatch(r".+@\d[\w.\-]*", pin) for pin in record.npm), record.name


def test_every_placeholder_of_the_catalog_stands_for_something(tmp_path):
    from examples.services.places import CATALOG, Home
    from examples.services.record import catalog
    from examples.services.running import Service

    records = catalog(CATALOG)
    for record in records.values():
        Service(record, records, Home(tmp_path)).fingerprint()


def test_the_readme_tells_of_every_service_key_and_setting():
    import dataclasses

    from examples.services.places import CATALOG
    from examples.services.record import Record, catalog

    text = (CATALOG.parent / "README.md").read_text()
    keys = [each.name for each in dataclasses.fields(Record) if each.name not in ("name", "files")]
    assert [key for key in keys if f"`{key}`" not in text] == []
    for record in catalog(CATALOG).values():
        assert f"| `{record.name}` |" in text
        assert f"| {record.port} | `{record.url_name}` |" in text
        assert all(f"`{setting}`" in text for setting in record.settings)


def test_the_list_names_every_service_with_its_port_and_url_variable(bench):
    bench.record("one", settings={"GREETING": "hi"})
    listed = bench.call("list").stdout
    assert str(bench.ports["one"]) in listed
    assert "ONE_URL" in listed
    assert "GREETING (default hi)" in listed
    assert shlex.split(listed)[0] == "NAME"
