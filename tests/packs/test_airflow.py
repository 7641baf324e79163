"""Airflow: a run that has not succeeded gives nothing to use, and what the API does not know is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from integtest import packs
from integtest.model.http import Request

airflow = packs.airflow
# A run as Airflow 3.3 answers it.
RUN = {
    "dag_run_id": "r1",
    "dag_id": "claim_features",
    "logical_date": None,
    "queued_at": "2026-11-28T22:45:54.293509Z",
    "start_date": None,
    "end_date": None,
    "duration": None,
    "run_after": "2026-11-28T22:45:54.290262Z",
    "run_type": "manual",
    "state": "queued",
    "triggered_by": "rest_api",
    "conf": {},
    "note": None,
}
VALUE = {"key": "return_value", "dag_id": "claim_features", "run_id": "r1", "task_id": "load", "map_index": -1}


def sent(body: object) -> Request:
    head = (("Content-Type", "application/json"), ("Authorization", "Bearer e.y.J"))
    path = "/api/v2/dags/claim_features/dagRuns"
    return Request(method="POST", url=path, headers=head, body=json.dumps(body).encode())


def test_a_run_is_started_under_an_id_of_the_consumers(contract, takes_request):
    made = airflow.trigger(contract)
    assert made.once == "$.dag_run_id"
    good = {"logical_date": None, "dag_run_id": "claims-2030-01-01", "conf": {"day": 1}}
    assert takes_request(made, sent(good)) == []
    assert takes_request(made, sent({**good, "logical_date": "2030-01-01T00:00:00Z"})) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"dag_run_id": "r1"},
        {"logical_date": None, "dag_run_id": ""},
        {"logical_date": "today", "dag_run_id": "r1"},
        {"logical_date": None, "dag_run_id": "r1", "execution_date": None},
        {"logical_date": None, "dag_run_id": "r1", "conf": []},
        {"logical_date": None},
    ],
)
def test_what_the_api_refuses_the_consumer_may_not_send(wrong, contract, takes_request):
    assert takes_request(airflow.trigger(contract), sent(wrong)) != []


def test_a_run_is_in_one_of_four_states(contract, takes_reply):
    started, told = airflow.trigger(contract), airflow.run_state(contract)
    for state in ("queued", "running", "success", "failed"):
        for made in (started, told):
            assert takes_reply(made, 200, {**RUN, "state": state}) == []
    for wrong in ({"state": "skipped"}, {"state": None}, {"dag_id": "etl"}, {"dag_run_id": ""}):
        assert takes_reply(told, 200, {**RUN, **wrong}) != []


def test_only_success_is_one(contract, takes_reply):
    ended, failed = airflow.run_ended(contract), airflow.run_failed(contract)
    assert takes_reply(ended, 200, {**RUN, "state": "success"}) == []
    assert takes_reply(failed, 200, {**RUN, "state": "failed"}) == []
    for state in ("queued", "running", "failed"):
        assert takes_reply(ended, 200, {**RUN, "state": state}) != []
    assert takes_reply(failed, 200, {**RUN, "state": "success"}) != []


def test_a_value_has_the_teams_own_model(contract, takes_reply):
    class Features(BaseModel):
        payouts: int

    made = airflow.xcom(contract, value=Features)
    assert takes_reply(made, 200, {**VALUE, "value": {"payouts": 2, "total": 350}}) == []
    for wrong in ("{'payouts': 2}", {"payouts": "2"}, None, {}):
        assert takes_reply(made, 200, {**VALUE, "value": wrong}) != []
    assert takes_reply(made, 200, {**VALUE, "task_id": "extract", "value": {"payouts": 2}}) != []
    assert takes_reply(made, 200, VALUE) != []


def test_errors_are_text_or_more(contract, takes_reply):
    conflict = {"reason": "Unique constraint violation", "statement": "hidden", "orig_error": "hidden"}
    assert takes_reply(airflow.already_there(contract), 409, {"detail": conflict}) == []
    for function, status in (
        (airflow.unauthorized, 401),
        (airflow.forbidden, 403),
        (airflow.no_run, 404),
        (airflow.no_dag, 404),
        (airflow.bad_login, 401),
        (airflow.no_value, 404),
    ):
        made = function(contract)
        assert takes_reply(made, status, {"detail": "Not authenticated"}) == []
        assert takes_reply(made, status, {"error": "no"}) != []
        assert takes_reply(made, 200, RUN) != []


def test_what_is_wrong_with_a_request_is_told_with_its_place(contract, takes_reply):
    made = airflow.unknown_field(contract)
    one = {"type": "extra_forbidden", "loc": ["body", "execution_date"], "msg": "Extra inputs are not permitted"}
    assert takes_reply(made, 422, {"detail": [{**one, "input": 1}]}) == []
    for wrong in ([], "no", [{**one, "loc": []}], [{"msg": "no"}]):
        assert takes_reply(made, 422, {"detail": wrong}) != []
    assert takes_reply(made, 200, RUN) != []
