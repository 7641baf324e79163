"""Every real service answers as its own small contract says, errors too, in states made through its own API."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PROMISES = Path(__file__).parent / "promises"
STATES = {"cerbos", "airflow", "rabbitmq", "langgraph", "label_studio", "bugsink", "identity"}
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
]


@pytest.mark.parametrize(
    ("name", "provider", "services"),
    [pytest.param(*case, id=case[0], marks=pytest.mark.live(*case[2])) for case in CASES],
)
def test_a_real_service_keeps_its_promises_in_the_states_that_its_api_makes(name, provider, services, live):
    url = live[f"{services[0].upper().replace('-', '_')}_URL"]
    flags = ["--contract", str(PROMISES / f"{name}.py"), "--provider", f"{provider}={url}", "--timeout", "60s"]
    if name in STATES:
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
    assert len(told) >= 4
    assert done.returncode == 0


@pytest.mark.live("pushgateway", "prometheus")
def test_what_is_pushed_can_be_asked_for(live):
    pushed = f"{live['PUSHGATEWAY_URL']}/metrics/job/live-test"
    assert httpx.put(pushed, content="live_test_figure 7\n").status_code == 200
    try:
        assert httpx.put(pushed, content="not a metric\n").status_code == 400
        query = f"{live['PROMETHEUS_URL']}/api/v1/query"
        limit = time.monotonic() + 60
        while not (found := httpx.get(query, params={"query": "live_test_figure"}).json()["data"]["result"]):
            assert time.monotonic() < limit, "Prometheus never scraped what was pushed"
            time.sleep(0.2)
        assert found[0]["value"][1] == "7"
    finally:
        assert httpx.delete(pushed).status_code == 202


def test_every_service_that_runs_has_a_live_test():
    tested = {service for _, _, services in CASES for service in services}
    tested |= {"prometheus", "alertmanager", "pushgateway"}  # above, and in test_verify_live.py
    catalog = {path.stem for path in (ROOT / "examples" / "services" / "catalog").glob("*.toml")}
    assert catalog == tested
