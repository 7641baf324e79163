"""Airflow, with runs of its own: other tests use others at the same time."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from integtest import Contract, State, env, from_state, packs
from integtest.packs.menu import held_bearer

pipeline = Contract(consumer="claims", provider="pipeline", kind="data_pipeline", env="AIRFLOW_URL")
RUN = "pack-test"
here: dict[str, Any] = {"auth": held_bearer("e.y.J")}
ended: dict[str, Any] = {**here, "run": from_state("run", example="r1")}


class Features(BaseModel):
    payouts: int
    total: int
    largest: int


packs.airflow.login(pipeline, user=env("AIRFLOW_USER"))
packs.airflow.bad_login(pipeline)
packs.airflow.trigger(pipeline, run=RUN, given=State("no run r1 exists", run=RUN), **here)
packs.airflow.already_there(pipeline, run=RUN, given=State("run r1 exists", run=RUN), **here)
packs.airflow.unknown_field(pipeline, **here)
packs.airflow.run_state(pipeline, run=RUN, given=State("run r1 exists", run=RUN), **here)
packs.airflow.run_ended(pipeline, **ended)
packs.airflow.xcom(pipeline, value=Features, **ended)
packs.airflow.no_value(pipeline, **ended)
packs.airflow.no_run(pipeline, **here)
packs.airflow.no_dag(pipeline, **here)
packs.airflow.unauthorized(pipeline)
