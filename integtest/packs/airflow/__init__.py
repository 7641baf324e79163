"""Airflow's API v2: start a run, wait for its end, read what it returned.

What a consumer relies on: a run is started once under its `dag_run_id` (a second try is 409, which says that it
is there); `queued` and `running` are no result, and `failed` is an answer with 200; fields that the API does not
know are refused, not ignored; only a value of a task of a run that succeeded is a feature to use.

Source: Airflow's OpenAPI document of API v2 (TriggerDAGRunPostBody, DAGRunResponse, DagRunState,
XComResponseNative, HTTPExceptionResponse, HTTPValidationError); logging in is the auth manager's own (POST
/auth/token).

Deviations, by argument: `auth=` for another auth manager, `conf=` and `value=` (your model) as the DAG has them.
"""

from __future__ import annotations

from integtest.packs.airflow.models import (
    KEY,
    AirflowError,
    Login,
    Run,
    TriggerRequest,
    ValidationProblem,
    ValidationProblems,
    XCom,
)
from integtest.packs.airflow.runs import (
    already_there,
    bad_login,
    forbidden,
    login,
    no_dag,
    no_run,
    no_value,
    run_ended,
    run_failed,
    run_state,
    trigger,
    unauthorized,
    unknown_field,
    xcom,
)

__all__ = [
    "KEY",
    "AirflowError",
    "Login",
    "Run",
    "TriggerRequest",
    "ValidationProblem",
    "ValidationProblems",
    "XCom",
    "already_there",
    "bad_login",
    "forbidden",
    "login",
    "no_dag",
    "no_run",
    "no_value",
    "run_ended",
    "run_failed",
    "run_state",
    "trigger",
    "unauthorized",
    "unknown_field",
    "xcom",
]
