"""The claims assistant's contracts hold with the real services, and a broken provider is found from both sides."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = {
    "identity": ("oidc", "contracts/auth.py"),
    "policy": ("cerbos", "contracts/compliance.py"),
    "pipeline": ("airflow", "contracts/data_pipeline.py"),
    "review": ("langgraph", "contracts/human_review.py"),
    "broker": ("rabbitmq", "contracts/compliance.py"),
    "model_routing": ("litellm", "contracts/model_routing.py"),
    "prometheus": ("prometheus", "contracts/monitoring.py"),
    "alertmanager": ("alertmanager", "contracts/monitoring.py"),
    "model_gateway": ("llama", "contracts/model_gateway.py"),
}

PENDING = {"calls the tool for the claim's history"}


def verify(environment: dict[str, str], *arguments: str) -> tuple[int, dict]:
    command = [sys.executable, "-m", "integtest", "verify", "--format", "json", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def statuses(report: dict, provider: str) -> dict[str, str]:
    return {one["description"]: one["status"] for one in report["interactions"] if one["provider"] == provider}


@pytest.mark.xdist_group("claim-run")  # one claim's run in one pipeline
@pytest.mark.parametrize(
    "provider", [pytest.param(name, marks=pytest.mark.live(service)) for name, (service, _) in SERVICES.items()]
)
def test_a_real_provider_keeps_every_promise(provider: str, live: dict[str, str]):
    service, contract = SERVICES[provider]
    url = live[f"{service.upper()}_URL"]
    _, report = verify(live, "--contract", contract, "--provider", f"{provider}={url}")
    found = statuses(report, provider)
    assert "verified" in found.values()
    # What only a better model does is kept by the consumer's tests alone.
    assert {name for name, status in found.items() if status != "verified"} <= PENDING
    judged = {
        judge for one in report["interactions"] if one["provider"] == provider for judge in one["verified_by"]
    }
    assert {"pact", "schema"} <= judged


@pytest.mark.xdist_group("claim-run")
@pytest.mark.live(
    "oidc", "cerbos", "airflow", "litellm", "langgraph", "rabbitmq", "prometheus", "alertmanager", "llama"
)
def test_everything_that_the_configuration_names_is_verified_at_once(live: dict[str, str]):
    status, report = verify(live)
    assert (status, report["verdict"]) == (0, "pass"), report["findings"]
    unverified = {one["description"] for one in report["interactions"] if one["status"] != "verified"}
    assert unverified == PENDING | {"a reviewer decides", "takes spans"}


@pytest.mark.live("oidc")
def test_a_wrong_secret_breaks_the_promise_and_no_report_shows_a_secret(live: dict[str, str]):
    changed = {**live, "OIDC_CLIENT_SECRET": "not-the-right-one-7391"}
    status, report = verify(
        changed, "--contract", "contracts/auth.py", "--provider", f"identity={live['OIDC_URL']}"
    )
    assert status == 1
    assert statuses(report, "identity")["issues a token for client credentials"] == "failed"
    assert "not-the-right-one-7391" not in json.dumps(report)


@pytest.mark.live("prometheus")
def test_the_wrong_provider_at_an_address_is_found(live: dict[str, str]):
    status, report = verify(
        live, "--contract", "contracts/model_gateway.py", "--provider", f"model_gateway={live['PROMETHEUS_URL']}"
    )
    assert status == 1
    assert set(statuses(report, "model_gateway").values()) == {"failed", "pending"}
    assert {finding["blame"] for finding in report["findings"]} == {"provider"}


@pytest.mark.live("prometheus", "alertmanager")
def test_pacts_own_verifier_agrees(live: dict[str, str]):
    addresses = [f"--provider={name}={live[f'{name.upper()}_URL']}" for name in ("prometheus", "alertmanager")]
    status, report = verify(live, "--contract", "contracts/monitoring.py", *addresses, "--engine", "both")
    assert status == 0
    assert [finding for finding in report["findings"] if finding["rule"] == "engines-disagree"] == []
