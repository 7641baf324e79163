"""What Airflow does with runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from pydantic import create_model

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST, Draft
from integtest.authoring.terms import State
from integtest.authoring.values import Match, Secret
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.airflow.models import (
    DAG,
    KEY,
    PASSWORD,
    RUN,
    TASK,
    AirflowError,
    Login,
    Run,
    TriggerRequest,
    ValidationProblems,
    XCom,
)
from integtest.packs.menu import RETRIED, Choice, Options, promise


def login(
    contract: Contract,
    *,
    user: str | Secret = "my-service",
    password: str | Secret = PASSWORD,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Gives a token for a name and a password.

    Source: Airflow, "Simple auth manager" and "FAB auth manager token authentication" (POST /auth/token, 201).
    """
    request = POST("/auth/token", json={"username": user, "password": password})
    choice: Choice = {"budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}
    return promise(contract, "gives a token", request, Reply(201, Login), options, choice)


def bad_login(contract: Contract, *, user: str = "nobody", **options: Unpack[Options]) -> HttpInteraction:
    """Refuses a wrong password: 401.

    Source: Airflow, "Simple auth manager" (POST /auth/token, 401); schema HTTPExceptionResponse.
    """
    request = POST("/auth/token", json={"username": user, "password": "wrong"})
    return _refuses(contract, "refuses a wrong password", request, 401, None, options)


def trigger(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str = RUN,
    conf: Mapping[str, Any] | None = None,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Starts a run, once under its id. It has only been queued: what it returns is not there yet.

    Source: Airflow API v2, POST /api/v2/dags/{dag_id}/dagRuns (200).
    """
    request = _start(dag, run, conf, auth)
    given = State(f"no run {run} exists", dag=dag, run=run)
    choice: Choice = {"given": given, "budget": Budget(p95="1s"), "failing": RETRIED, "once": "$.dag_run_id"}
    return promise(contract, f"starts a run of {dag}", request, Reply(200, _run(dag)), options, choice)


def already_there(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str = RUN,
    conf: Mapping[str, Any] | None = None,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has a run of that id: 409, and starts none. What a consumer meets that had no answer the first time.

    Source: Airflow API v2, POST /api/v2/dags/{dag_id}/dagRuns (409); schema HTTPExceptionResponse.
    """
    given = State(f"run {run} exists", dag=dag, run=run)
    return _refuses(contract, f"has that run of {dag}", _start(dag, run, conf, auth), 409, given, options)


def unknown_field(
    contract: Contract,
    *,
    dag: str = DAG,
    field: str = "execution_date",
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a field that it does not know: 422, with its place. `execution_date` is what older versions knew.

    Source: Airflow API v2, TriggerDAGRunPostBody (`additionalProperties: false`); schema HTTPValidationError.
    """
    request = POST(_runs(dag), json={"logical_date": None, field: "2030-01-01T00:00:00Z"}, auth=auth)
    reply = Reply(422, ValidationProblems)
    choice: Choice = {"given": "a login exists", "repeatable": True}
    return promise(contract, "refuses an unknown field", request, reply, options, choice)


def run_state(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str | Match = RUN,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells how far a run is: one of four states, of which two are an end.

    Source: Airflow API v2, GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}; schema DagRunState.
    """
    given = State(f"run {_text(run)} exists", dag=dag, run=_text(run))
    return _tells(contract, f"tells how far a run of {dag} is", _get(dag, run, auth), _run(dag), given, options)


def run_ended(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str | Match = RUN,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells that a run succeeded: its values may be read.

    Source: Airflow API v2, GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}; schema DagRunState ("success").
    """
    model = _run(dag, "success")
    return _tells(contract, f"has ended a run of {dag}", _get(dag, run, auth), model, "a run has finished", options)


def run_failed(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str | Match = RUN,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells that a run failed: with 200. There is no value to read, and asking on gives none.

    Source: Airflow API v2, GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}; schema DagRunState ("failed").
    """
    model = _run(dag, "failed")
    return _tells(contract, f"has failed a run of {dag}", _get(dag, run, auth), model, "a run has failed", options)


def xcom(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str | Match = RUN,
    task: str = TASK,
    key: str = "return_value",
    value: Any = None,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells what a task of a run returned. `value` is your model of it.

    Source: Airflow API v2, GET …/taskInstances/{task_id}/xcomEntries/{xcom_key}; schema XComResponseNative.
    """
    fields: dict[str, Any] = {
        "key": (Literal[key], ...),
        "task_id": (Literal[task], ...),
        "dag_id": (Literal[dag], ...),
    }
    if value is not None:
        fields["value"] = (value, ...)
    model = create_model("Value", __base__=XCom, **fields)
    request = _value(dag, run, task, key, auth)
    return _tells(contract, f"tells {key} of {task}", request, model, "a run has finished", options)


def no_value(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str | Match = RUN,
    task: str = TASK,
    key: str = "nothing",
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has no such value: 404. Nothing was returned, which is not zero.

    Source: Airflow API v2, GET …/taskInstances/{task_id}/xcomEntries/{xcom_key} (404).
    """
    request = _value(dag, run, task, key, auth)
    return _refuses(contract, f"has no {key} of {task}", request, 404, "a run has finished", options)


def no_run(
    contract: Contract, *, dag: str = DAG, run: str = "nobody", auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Knows no such run: 404.

    Source: Airflow API v2, GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id} (404).
    """
    request = _get(dag, run, auth)
    return _refuses(contract, f"knows no such run of {dag}", request, 404, "a login exists", options)


def no_dag(
    contract: Contract, *, dag: str = "nobody", auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Knows no such DAG: 404.

    Source: Airflow API v2, POST /api/v2/dags/{dag_id}/dagRuns (404).
    """
    request = _start(dag, RUN, None, auth)
    return _refuses(contract, "knows no such DAG", request, 404, "a login exists", options)


def unauthorized(contract: Contract, *, dag: str = DAG, **options: Unpack[Options]) -> HttpInteraction:
    """Refuses who does not say who it is: 401.

    Source: Airflow API v2, POST /api/v2/dags/{dag_id}/dagRuns (401).
    """
    return _refuses(contract, "refuses a caller without token", _start(dag, RUN, None, None), 401, None, options)


def forbidden(
    contract: Contract,
    *,
    dag: str = DAG,
    run: str = "not-mine",
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses who may not start runs: 403. No retry helps.

    Source: Airflow API v2, POST /api/v2/dags/{dag_id}/dagRuns (403).
    """
    given = "the user may only read"
    return _refuses(contract, f"lets this user start no {dag}", _start(dag, run, None, auth), 403, given, options)


def _runs(dag: str) -> str:
    return f"/api/v2/dags/{dag}/dagRuns"


def _start(dag: str, run: str, conf: Mapping[str, Any] | None, auth: Auth | None) -> Draft:
    body = {"logical_date": None, "dag_run_id": run, "conf": dict(conf or {})}
    return POST(_runs(dag), json=TriggerRequest, example=body, auth=auth)


def _get(dag: str, run: str | Match, auth: Auth | None) -> Draft:
    return GET(_runs(dag) + "/{run}", path={"run": run}, auth=auth)


def _value(dag: str, run: str | Match, task: str, key: str, auth: Auth | None) -> Draft:
    path = _runs(dag) + "/{run}" + f"/taskInstances/{task}/xcomEntries/{key}"
    return GET(path, path={"run": run}, auth=auth)


def _text(run: str | Match) -> str:
    return str(run.example) if isinstance(run, Match) else run


def _run(dag: str, state: str | None = None) -> type[Run]:
    fields: dict[str, Any] = {"dag_id": (Literal[dag], ...)}
    if state is not None:
        fields["state"] = (Literal[state], ...)
    return create_model("TheRun", __base__=Run, **fields)


def _tells(
    contract: Contract, description: str, request: Draft, model: Any, given: str | State, options: Options
) -> HttpInteraction:
    choice: Choice = {"given": given, "budget": Budget(p95="500ms"), "failing": RETRIED, "repeatable": True}
    return promise(contract, description, request, Reply(200, model), options, choice)


def _refuses(
    contract: Contract, description: str, request: Draft, status: int, given: str | State | None, options: Options
) -> HttpInteraction:
    choice: Choice = {"given": given, "repeatable": True}
    return promise(contract, description, request, Reply(status, AirflowError), options, choice)
