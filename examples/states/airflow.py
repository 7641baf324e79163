"""The data pipeline's states (Airflow's API v2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from examples.states.service import Service, fresh, setting, until

ENDED = ("success", "failed")
airflow = Service("AIRFLOW_URL", headers=lambda: {"Authorization": f"Bearer {_token()}"})


def _token() -> str:
    login = {"username": setting("AIRFLOW_USER"), "password": setting("AIRFLOW_PASSWORD")}
    return str(Service("AIRFLOW_URL").call("POST", "/auth/token", json=login)["access_token"])


def a_login() -> dict[str, str]:
    return {"access_token": _token()}


def _runs(dag: str) -> str:
    return f"/api/v2/dags/{dag}/dagRuns"


def _remove(dag: str, run: str) -> None:
    airflow.call("DELETE", f"{_runs(dag)}/{run}", expect=(204, 404))


def no_run(dag: str = "claim_features", run: str = "r1") -> Iterator[dict[str, str]]:
    """The run is not there before; the one that the interaction made goes after it."""
    _remove(dag, run)
    yield {"dag": dag, "run": run, "access_token": _token()}
    _remove(dag, run)


def a_run(dag: str = "claim_features", run: str = "r1") -> Iterator[dict[str, str]]:
    """The run is there, in whichever state it is."""
    _remove(dag, run)
    _start(dag, run)
    yield {"dag": dag, "run": run, "access_token": _token()}
    _remove(dag, run)


def a_finished_run(dag: str = "claim_features", run: str = "") -> Iterator[dict[str, Any]]:
    """A run of its own that has succeeded, so that its value can be read."""
    run = run or fresh("run")
    _start(dag, run)
    until(lambda: _state(dag, run) in ENDED, f"the end of run {run}")
    if _state(dag, run) != "success":
        raise RuntimeError(f"run {run} of {dag} failed")
    yield {"dag": dag, "run": run, "access_token": _token()}
    _remove(dag, run)


def _start(dag: str, run: str) -> None:
    airflow.call("POST", _runs(dag), json={"logical_date": None, "dag_run_id": run})


def _state(dag: str, run: str) -> str:
    return str(airflow.call("GET", f"{_runs(dag)}/{run}")["state"])


states = {
    "a login exists": a_login,
    "no run r1 exists": no_run,
    "run r1 exists": a_run,
    "a run has finished": a_finished_run,
}
