"""Every real service answers as its own small contract says, errors too, in states made through its own API."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISES = Path(__file__).parent / "promises"
# The file of promises, the provider that it names, and the services that must run.
CASES = [
    ("identity", "identity", ["oidc"]),
    ("cerbos", "compliance", ["cerbos", "oidc"]),
    ("airflow", "pipeline", ["airflow"]),
    ("rabbitmq", "broker", ["rabbitmq"]),
    ("langgraph", "review", ["langgraph"]),
    ("label_studio", "annotation", ["label-studio"]),
    ("bugsink", "errors", ["bugsink"]),
    ("litellm", "gateway", ["litellm", "llama"]),
    ("alertmanager", "alerts", ["alertmanager"]),
    ("prometheus", "metrics", ["prometheus", "pushgateway"]),
    ("pushgateway", "batch", ["pushgateway"]),
]


@pytest.mark.parametrize(
    ("name", "provider", "services"),
    [pytest.param(*case, id=case[0], marks=pytest.mark.live(*case[2])) for case in CASES],
)
def test_a_real_service_keeps_its_promises_in_the_states_that_its_api_makes(name, provider, services, live):
    url = live[f"{services[0].upper().replace('-', '_')}_URL"]
    flags = ["--contract", str(PROMISES / f"{name}.py"), "--provider", f"{provider}={url}", "--timeout", "60s"]
    if (ROOT / "examples" / "states" / f"{name}.py").exists():
        flags += ["--states", f"examples.states.{name}:states"]
    done = subprocess.run(
        [sys.executable, "-m", "integtest", "verify", "--format", "json", *flags],
        cwd=ROOT,
        env=live,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    told = {one["description"]: one["status"] for one in report["interactions"]}
    assert set(told.values()) == {"verified"}, [
        (each["interaction"], each["message"]) for each in report["findings"]
    ]
    assert len(told) >= 3
    assert done.returncode == 0


def test_every_service_of_the_catalog_has_a_live_test():
    tested = {service for _, _, services in CASES for service in services}
    assert tested == {path.stem for path in (ROOT / "examples" / "services" / "catalog").glob("*.toml")}
