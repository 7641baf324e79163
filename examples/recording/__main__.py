"""Records every real service that runs, by curl and Node through the proxy and by the assistant's clients in
pytest; then replays all of it to the same clients where no service can be reached, and prints what came of it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from examples.recording.table import Call, Told, clients, command, table, told, variable

ROOT = Path(__file__).parents[2]
SUITE = Path(__file__).with_name("test_assistant.py")
PYTHON = sys.executable
Seen = dict[str, dict[str, Told]]
"""What each client saw, by `service number`."""


def main() -> int:
    """0 when every call was replayed with the status that was recorded."""
    parser = argparse.ArgumentParser(prog="python -m examples.recording", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SERVICE", help="only these  [default: all that run]")
    parser.add_argument("--out", type=Path, help="folder for the cassettes  [default: a temporary one]")
    parser.add_argument("--at-least", type=int, default=6, metavar="N", help="services that must run")
    parser.add_argument("--replay", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        return replay(options.out)
    out = (options.out or Path(tempfile.mkdtemp(prefix="integtest-recording-"))).resolve()
    out.mkdir(parents=True, exist_ok=True)
    running = environment()
    known = table()
    services = [name for name in options.names or known if name in known and variable(name) in running]
    say(f"{len(services)} services run: {', '.join(services)}")
    say(f"not running, left out: {', '.join(sorted(set(options.names or known) - set(services))) or 'none'}")
    if len(services) < options.at_least:
        say(f"at least {options.at_least} must run: make services")
        return 3
    if not record(out, services, running):
        return 1
    return isolated(out)


def environment() -> dict[str, str]:
    """Addresses and demo credentials of the services that run, and what logging in gives."""
    lines = output([PYTHON, "-m", "examples.services", "env"])
    found = dict(line.removeprefix("export ").partition("=")[::2] for line in lines.splitlines() if line)
    found = {name: value.strip("'\"") for name, value in found.items()}
    if "AIRFLOW_URL" in found:
        login = json.dumps({"username": found["AIRFLOW_USER"], "password": found["AIRFLOW_PASSWORD"]})
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{found['AIRFLOW_URL']}/auth/token", login.encode(), headers)
        with urllib.request.urlopen(asked) as answer:
            found["AIRFLOW_TOKEN"] = json.load(answer)["access_token"]
    if "LABEL_STUDIO_TOKEN" in found:
        found["LABEL_STUDIO_AUTHORIZATION"] = f"Token {found['LABEL_STUDIO_TOKEN']}"
    return found


def record(out: Path, services: list[str], running: dict[str, str]) -> bool:
    """Writes the cassettes and what the clients saw; False when a recorder failed."""
    known, seen = table(), {}
    for client in clients():
        flags = [word for name in services for word in ("--upstream", f"{name}={running[variable(name)]}")]
        flags += [word for name in services if known[name][0] for word in ("--auth", f"{name}={known[name][0]}")]
        flags += ["--out", str(out), "--cassette", client, "--mode", "all", "--timeout", "60s"]
        calls = [call for name in services for call in known[name][1]]
        say(f"$ integtest record --upstream NAME=URL … --cassette {client} -- {client}   ({len(calls)} calls)")
        ran = run([PYTHON, "-m", "integtest", "record", *flags, "--", *command(client, calls, out)], out, running)
        seen[client] = named(told(ran.stdout))
        say("\n".join(line for line in ran.stdout.splitlines() if line.startswith(" ")))
        if ran.returncode or len(seen[client]) < len(calls):
            say(f"recording by {client} failed: status {ran.returncode}, {len(seen[client])} of {len(calls)} calls")
            say(ran.stderr.rstrip())
            return False
    facts = {name: {key: vars(one) for key, one in part.items()} for name, part in seen.items()}
    needed = {name: value for name, value in running.items() if not name.endswith(("_TOKEN", "_AUTHORIZATION"))}
    (out / "seen.json").write_text(json.dumps({"services": services, "environment": needed, "seen": facts}))
    return suite(out, "all", services, running)


def suite(out: Path, mode: str, services: list[str], running: dict[str, str]) -> bool:
    """The assistant's tests; what they say."""
    environ = {**running, "RECORDING_FOLDER": str(out), "RECORDED": " ".join(services)}
    environ.setdefault("AIRFLOW_TOKEN", "none-is-needed-to-replay")
    say(f"$ pytest examples/recording/test_assistant.py --integtest-record={mode}")
    flags = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--integtest-record={mode}", str(SUITE)]
    ran = run([PYTHON, "-m", "pytest", *flags], ROOT, environ)
    say(ran.stdout.rstrip())
    return ran.returncode == 0


def isolated(out: Path) -> int:
    """The replay in a network of its own, where only loopback is, and nothing on it; where this system lets nobody
    make one, here, with the services' ports closed by pointing the clients at `integtest serve` alone."""
    again = [PYTHON, "-m", "examples.recording", "--replay", "--out", str(out)]
    alone = ["unshare", "--net", "--map-root-user", "--"] if os.getuid() else ["unshare", "--net", "--"]
    try:
        if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0:
            say("\nreplaying in a network of its own: no service can be reached from there")
            up = 'ip link set lo up && exec "$@"'
            return subprocess.run(
                [*alone, "sh", "-c", up, "sh", *again], cwd=ROOT, env=environ(), check=False
            ).returncode
    except OSError:
        pass
    say("\nno network of its own can be made here: clients are pointed at integtest serve alone")
    return subprocess.run(again, cwd=ROOT, env=environ(), check=False).returncode


def replay(out: Path) -> int:
    """Serves each cassette to its client again, runs the tests again, and counts."""
    facts = json.loads((out / "seen.json").read_text())
    services, running = facts["services"], facts["environment"]
    reached = [name for name in services if reachable(running[variable(name)])]
    say(f"services that can be reached now: {', '.join(reached) or 'none'}")
    rows, wrong = [], 0
    for client, seen in facts["seen"].items():
        calls = [call for name in services for call in table()[name][1]]
        now, counts = served(out, client, services, calls)
        for name in services:
            keys = [f"{call.service} {call.number}" for call in calls if call.service == name]
            same = sum(key in now and now[key].status == seen[key]["status"] for key in keys)
            equal = sum(key in now and now[key].digest == seen[key]["digest"] for key in keys)
            wrong += len(keys) - same + counts[name]["missed"]
            rows.append((name, client, len(keys), same, equal, counts[name]["played"], counts[name]["missed"]))
    shape = "{:14}{:8}{:>10}{:>13}{:>12}{:>8}{:>8}"
    say("\n" + shape.format("service", "client", "recorded", "same status", "same bytes", "played", "missed"))
    for row in sorted(rows):
        say(shape.format(*row))
    totals = [sum(column) for column in list(zip(*rows, strict=True))[2:]]
    say(shape.format("all", "", *totals))
    say("(bytes differ where a secret was replaced, or an address leads to the server that replays)\n")
    kept = suite(out, "none", services, running)
    say(f"\n{len(services)} services, {totals[0]} calls by {len(facts['seen'])} clients: {wrong} went wrong")
    return 0 if not wrong and kept else 1


def served(
    out: Path, client: str, services: list[str], calls: list[Call]
) -> tuple[dict[str, Told], dict[str, Counter[str]]]:
    """What the client saw of `integtest serve`, one server a service, and what each served."""
    say(f"$ integtest serve --cassette SERVICE/{client}.yaml ({len(services)} servers) and {client} again")
    flags = ["serve", "--format", "json", "--cassette"]
    servers = {
        name: subprocess.Popen(
            [PYTHON, "-m", "integtest", *flags, f"{name}/{client}.yaml"],
            cwd=out, env=environ(), stdout=subprocess.PIPE, text=True,
        )
        for name in services
    }  # fmt: skip
    urls = {
        variable(name): json.loads((server.stdout and server.stdout.readline()) or "{}")["url"]
        for name, server in servers.items()
    }
    seen = named(told(run(command(client, calls, out), out, urls).stdout))
    counts = {}
    for name, server in servers.items():
        server.send_signal(signal.SIGTERM)
        counts[name] = Counter({k: v for k, v in json.loads(server.communicate()[0]).items() if isinstance(v, int)})
    return seen, counts


def reachable(url: str) -> bool:
    """Whether anything listens there."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=2).close()
    except OSError:
        return False
    return True


def named(seen: Mapping[tuple[str, int], Told]) -> dict[str, Told]:
    """By text, as JSON has it."""
    return {f"{service} {number}": one for (service, number), one in seen.items()}


def run(words: list[str], folder: Path, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A command with more in its environment."""
    return subprocess.run(words, cwd=folder, env=environ() | more, capture_output=True, text=True, check=False)


def output(words: list[str]) -> str:
    """What a command prints."""
    return subprocess.run(words, cwd=ROOT, env=environ(), capture_output=True, text=True, check=True).stdout


def environ() -> dict[str, str]:
    """This process's environment, with the project on Python's path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}


def say(text: str) -> None:
    """A line of the transcript."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
