"""Recorders killed with SIGKILL at moments that a seed chooses: nothing that a client had finished is ever lost."""

import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from busy_upstream import Clients, busy_upstream, content, wait_until
from cli_runs import clean_environment

from integtest.adapters.tape import CassetteTape
from integtest.codecs.content import decoded_body

SEEDS = range(10)
KILLS = 5
"""In each test; ten tests make fifty of a proxy, and fifty of test runs."""
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "integtest.pytest_plugin"}
"""No other plugin: they take most of the time in which a test run starts."""


@contextmanager
def started(*command: str, cwd: Path, **environ: str):
    child = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=cwd, env=clean_environment(**environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def check(cassette: Path, finished: list[str]) -> None:
    """After the next start took in what was left: each finished exchange is there once, with what was said."""
    bodies: dict[str, list[bytes]] = {}
    for exchange in CassetteTape(cassette).existing:
        if exchange.response is not None and exchange.response.complete:
            bodies.setdefault(exchange.request.path, []).append(decoded_body(exchange.response))
    assert [path for path in finished if bodies.get(path) != [content(path)]] == []
    assert [path for path, times in bodies.items() if len(times) > 1] == []
    assert not [file.name for file in cassette.parent.iterdir() if file.suffix in (".tmp", ".journal")]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_proxy_killed_at_any_moment_has_every_exchange_that_its_client_had_finished(tmp_path, seed):
    chance = random.Random(seed)
    finished: list[str] = []
    with busy_upstream() as url:
        flags = ("integtest", "record", "--upstream", f"busy={url}", "--out", "t", "--mode", "new_episodes")
        for number in range(KILLS):
            with started(*flags, cwd=tmp_path) as child:
                if chance.random() < 0.15:  # while it starts and takes in what the one before had left
                    time.sleep(chance.uniform(0.2, 0.5))
                    continue
                address = next(w for w in child.stderr.readline().split() if w.startswith("http://"))
                clients = Clients(address, f"{seed}-{number}")
                time.sleep(chance.uniform(0.0, 0.4))
                if chance.random() < 0.4:  # while it stops and writes
                    child.send_signal(signal.SIGTERM)
                    time.sleep(chance.uniform(0.0, 0.2))
                child.kill()
                finished += clients.gone()
    assert finished, "no client finished anything: this run shows nothing"
    check(tmp_path / "t/busy/recorded.yaml", finished)


SUITE = """\
import os
import threading
import httpx, pytest, requests

URL, NAMES, NOTES = os.environ["BUSY_URL"], os.environ["BUSY_NAMES"], os.environ["BUSY_NOTES"]
KINDS = ("json", "chunked", "sse", "gzip", "binary", "empty", "close")

def ask(get, name, notes):
    for number in range(10_000):
        path = f"/{KINDS[number % len(KINDS)]}/{NAMES}-{name}/{number}"
        if get(URL + path).status_code == 200:
            os.write(notes, path.encode() + b"\\n")

@pytest.mark.cassette("busy.yaml", loopback=True)
def test_busy(cassette):
    notes = os.open(NOTES, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with httpx.Client() as client, requests.Session() as session:
        others = [threading.Thread(target=ask, args=(session.get, "requests", notes), daemon=True)]
        [thread.start() for thread in others]
        ask(client.get, "httpx", notes)
"""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_test_run_killed_at_any_moment_has_every_exchange_that_its_clients_had_finished(tmp_path, seed):
    chance = random.Random(seed)
    (tmp_path / "test_busy.py").write_text(SUITE)
    notes = tmp_path / "notes"
    notes.touch()
    with busy_upstream() as url:
        for number in range(KILLS):
            environ = {**ALONE, "BUSY_URL": url, "BUSY_NAMES": f"{seed}-{number}", "BUSY_NOTES": str(notes)}
            before = notes.stat().st_size
            with started(
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:hypothesispytest",
                "--integtest-record=new_episodes",
                cwd=tmp_path,
                **environ,
            ) as child:
                wait_until(lambda seen=before: notes.stat().st_size > seen)
                time.sleep(chance.uniform(0.0, 0.3))
                if chance.random() < 0.4:  # while it ends and writes
                    child.send_signal(signal.SIGINT)
                    time.sleep(chance.uniform(0.0, 0.3))
                child.kill()
    check(tmp_path / "busy.yaml", notes.read_text().split())
