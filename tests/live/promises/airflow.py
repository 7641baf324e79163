"""What the claims assistant relies on from the pipeline."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from integtest import GET, POST, Contract, Reply, State, from_state
from integtest.packs.menu import held_bearer

pipeline = Contract(consumer="claims-assistant", provider="pipeline", kind="data pipeline", env="AIRFLOW_URL")
RUNS = "/api/v2/dags/claim_features/dagRuns"
user = held_bearer("e.y.J")


class Run(BaseModel):
    dag_run_id: str
    state: Literal["queued", "running", "success", "failed"]


class Features(BaseModel):
    payouts: int
    total: int
    largest: int


class Value(BaseModel):
    key: Literal["return_value"]
    value: Features


class Refusal(BaseModel):
    detail: Any


RUN = "live-test"  # of its own: other tests use others at the same time
START = {"logical_date": None, "dag_run_id": RUN}

pipeline.http(
    "starts a run",
    given=State("no run r1 exists", run=RUN),
    request=POST(RUNS, json=START, auth=user),
    reply=Reply(200, Run),
)
pipeline.http(
    "refuses a run that exists",
    given=State("run r1 exists", run=RUN),
    request=POST(RUNS, json=START, auth=user),
    reply=Reply(409, Refusal),
)
pipeline.http(
    "tells what a finished run returned",
    given="a run has finished",
    request=GET(
        RUNS + "/{run}/taskInstances/load/xcomEntries/return_value",
        path={"run": from_state("run", example="r1")},
        auth=user,
    ),
    reply=Reply(200, Value),
)
pipeline.http("refuses who does not say who it is", request=GET(RUNS + "/r1"), reply=Reply(401, Refusal))
