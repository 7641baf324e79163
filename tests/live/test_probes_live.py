"""Real services are probed: they refuse who proves nothing, and forget what was deleted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNS = """
from pydantic import BaseModel
from integtest import DELETE, GET, Contract, Reply, State
from integtest.packs.menu import held_bearer

pipeline = Contract(consumer="claims-assistant", provider="pipeline", env="AIRFLOW_URL")
PATH = "/api/v2/dags/claim_features/dagRuns/probe-test"
user = held_bearer("e.y.J")


class Run(BaseModel):
    dag_run_id: str


there = State("run r1 exists", run="probe-test")
pipeline.http("shows a run", given=there, request=GET(PATH, auth=user), reply=Reply(200, Run))
pipeline.http("deletes a run", given=there, request=DELETE(PATH, auth=user), reply=Reply(204))
"""


def probed(live, contract, provider, states):
    flags = ["--contract", str(contract), "--provider", provider, "--states", states, "--timeout", "60s", "--probe"]
    done = subprocess.run(
        [sys.executable, "-m", "integtest", "verify", "--format", "json", *flags],
        cwd=ROOT,
        env=live,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    report = json.loads(done.stdout)
    assert {one["status"] for one in report["interactions"]} == {"verified"}, report["findings"]
    return report["probes"], [(one["rule"], one["message"]) for one in report["findings"]], done.returncode


@pytest.mark.live("oidc")
def test_an_identity_provider_refuses_clients_and_tokens_that_prove_nothing(live):
    promises = Path(__file__).parent / "promises" / "identity.py"
    probes, findings, status = probed(
        live, promises, f"identity={live['OIDC_URL']}", "examples.states.identity:states"
    )
    assert probes == {"made": 6, "held": 6, "failed": 0, "unclear": 0, "left": 0}
    assert (findings, status) == ([], 0)


@pytest.mark.live("airflow")
def test_a_pipeline_refuses_who_shows_no_token_and_forgets_a_deleted_run(live, tmp_path):
    contract = tmp_path / "runs.py"
    contract.write_text(RUNS)
    probes, findings, status = probed(
        live, contract, f"pipeline={live['AIRFLOW_URL']}", "examples.states.airflow:states"
    )
    assert probes == {"made": 5, "held": 5, "failed": 0, "unclear": 0, "left": 0}
    assert (findings, status) == ([], 0)
