"""Promises of the packs hold with real services, in states that the services' own APIs make."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISES = Path(__file__).parent / "packs"
# The file of promises, the provider that it names, how many it has, and the services that must run.
CASES = [
    ("langgraph", "review", 9, ["langgraph"]),
    ("label_studio", "queue", 6, ["label-studio"]),
    ("airflow", "pipeline", 12, ["airflow"]),
    ("prometheus", "metrics", 8, ["prometheus", "pushgateway"]),
    ("alertmanager", "alerts", 11, ["alertmanager"]),
    ("rabbitmq", "broker", 11, ["rabbitmq"]),
    ("bugsink", "errors", 4, ["bugsink"]),
]


@pytest.mark.parametrize(
    ("name", "provider", "promises", "services"),
    [pytest.param(*case, id=case[0], marks=pytest.mark.live(*case[3])) for case in CASES],
)
def test_a_packs_promises_hold_in_states_of_the_real_service(name, provider, promises, services, live):
    url = live[f"{services[0].upper().replace('-', '_')}_URL"]
    flags = ["--contract", str(PROMISES / f"{name}.py"), "--provider", f"{provider}={url}", "--timeout", "60s"]
    if (ROOT / "examples" / "states" / f"{name}.py").exists():
        flags += ["--states", f"examples.states.{name}:states"]
    done = subprocess.run(
        [sys.executable, "-m", "integtest", "verify", "--format", "json", *flags],
        cwd=ROOT, env=live, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    told = {one["description"]: one["status"] for one in report["interactions"]}
    assert set(told.values()) == {"verified"}, [(f["interaction"], f["message"]) for f in report["findings"]]
    assert len(told) == promises
    assert done.returncode == 0


def test_every_file_of_promises_is_verified():
    assert {case[0] for case in CASES} == {path.stem for path in PROMISES.glob("*.py")}
