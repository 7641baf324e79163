"""The data pipeline: Airflow's API v2 (the FastAPI of Airflow 3)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Budget, Contract, Failing, Reply, State, env, from_state, match
from integtest.packs.menu import held_bearer

pipeline = Contract(consumer="claims-assistant", provider="pipeline", kind="data_pipeline", env="AIRFLOW_URL")

ERRORS = "examples.claims_assistant.errors"
RUNS = "/api/v2/dags/claim_features/dagRuns"
CLAIM_RUN = "claim-c-1"
START = {"logical_date": None, "dag_run_id": CLAIM_RUN}
ENTER = Failing(raises=(f"{ERRORS}:AuthUnavailable", f"{ERRORS}:AuthRefused"), within="10s", calls=3)
failing = Failing(
    raises=tuple(f"{ERRORS}:{name}" for name in ("FeaturesUnavailable", "AuthUnavailable", "AuthRefused")),
    within="90s",
)
user = held_bearer("eyJhbGciOiJIUzUxMiJ9.e30.c2lnbmF0dXJl")


class Run(BaseModel):
    """A run that was taken."""

    dag_run_id: str = Field(examples=[CLAIM_RUN])
    state: Literal["queued", "running", "success", "failed"]


class Features(BaseModel):
    """What the last task returns: earlier payouts, in cents."""

    payouts: int = Field(ge=0, examples=[3])
    total: int = Field(ge=0, examples=[6000])
    largest: int = Field(ge=0, examples=[4000])


class Value(BaseModel):
    """An entry of a finished task."""

    key: Literal["return_value"]
    value: Features


class Refusal(BaseModel):
    """FastAPI's error: text, or what the database said."""

    detail: Any


log_in = pipeline.http(
    "lets the assistant in",
    request=POST("/auth/token", json={"username": env("AIRFLOW_USER"), "password": env("AIRFLOW_PASSWORD")}),
    reply=Reply(201, {"access_token": match.regex(r"[!-~]+", "eyJhbGciOiJIUzUxMiJ9.e30.c2lnbmF0dXJl")}),
    repeatable=True,
    failing=ENTER,
)

refuse_login = pipeline.http(
    "does not let in who has the wrong password",
    request=POST("/auth/token", json={"username": "stranger", "password": "wrong"}),
    reply=Reply(401, Refusal),
    repeatable=True,
    failing=ENTER,
)

start_run = pipeline.http(
    "starts a claim's run",
    given=State("no run r1 exists", run=CLAIM_RUN),
    request=POST(RUNS, json=START, auth=user),
    reply=Reply(200, Run),
    once="$.dag_run_id",
    budget=Budget(p95="5s"),
    failing=failing,
)

run_exists = pipeline.http(
    "says that a claim's run is there already",
    given=State("run r1 exists", run=CLAIM_RUN),
    request=POST(RUNS, json=START, auth=user),
    reply=Reply(409, Refusal),
    failing=failing,
)

run_state = pipeline.http(
    "tells that a run has succeeded",
    given="a run has finished",
    request=GET(RUNS + "/{run}", path={"run": from_state("run", example=CLAIM_RUN)}, auth=user),
    reply=Reply(200, {"dag_run_id": from_state("run", example=CLAIM_RUN), "state": match.equals("success")}),
    failing=failing,
)

features = pipeline.http(
    "tells what a claim's run returned",
    given="a run has finished",
    request=GET(
        RUNS + "/{run}/taskInstances/load/xcomEntries/return_value",
        path={"run": from_state("run", example=CLAIM_RUN)},
        auth=user,
    ),
    reply=Reply(200, Value),
    budget=Budget(p95="5s"),
    failing=failing,
)
