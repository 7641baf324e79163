"""What Airflow answers and takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from integtest.authoring.credentials import bearer, env

KEY = bearer(env("AIRFLOW_TOKEN"))
"""The token from the variable AIRFLOW_TOKEN."""
DAG, RUN, TASK = "claim_features", "r1", "load"
PASSWORD = env("AIRFLOW_PASSWORD")


class Login(BaseModel):
    """A token for the API."""

    access_token: str = Field(min_length=1, examples=["eyJhbGciOiJIUzUxMiJ9.e30.c2ln"])


class TriggerRequest(BaseModel):
    """What may be sent to start a run: `logical_date` is always there, and may be null; nothing else is known."""

    model_config = ConfigDict(extra="forbid")

    logical_date: datetime | None
    dag_run_id: str = Field(min_length=1)
    conf: dict[str, Any] | None = None
    data_interval_start: datetime | None = None
    data_interval_end: datetime | None = None
    run_after: datetime | None = None
    note: str | None = None
    partition_key: str | None = None


class Run(BaseModel):
    """A run of a DAG, and how far it is."""

    dag_run_id: str = Field(min_length=1, examples=[RUN])
    dag_id: str = Field(min_length=1, examples=[DAG])
    state: Literal["queued", "running", "success", "failed"]
    logical_date: datetime | None
    start_date: datetime | None
    end_date: datetime | None
    conf: dict[str, Any] | None


class XCom(BaseModel):
    """What a task returned; `value` is the task's own."""

    key: str = Field(min_length=1, examples=["return_value"])
    dag_id: str = Field(min_length=1, examples=[DAG])
    run_id: str = Field(min_length=1, examples=[RUN])
    task_id: str = Field(min_length=1, examples=[TASK])
    value: Any = Field(examples=[{"payouts": 2, "total": 350}])


class AirflowError(BaseModel):
    """Why not: text, or more at length."""

    detail: str | dict[str, Any] = Field(examples=["Not authenticated"])


class ValidationProblem(BaseModel):
    """One thing that is wrong with a request, and where."""

    type: str
    loc: list[str | int] = Field(min_length=1, examples=[["body", "logical_date"]])
    msg: str


class ValidationProblems(BaseModel):
    """All that is wrong with a request."""

    detail: list[ValidationProblem] = Field(min_length=1)
