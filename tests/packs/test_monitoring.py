"""Prometheus and Alertmanager: what was found is told from nothing found, and both from no answer."""

from __future__ import annotations

import json

import pytest

from integtest import Contract, packs
from integtest.model.http import Request

prometheus, alertmanager = packs.prometheus, packs.alertmanager

# Prometheus' page "HTTP API" prints these answers.
VECTOR = {
    "resultType": "vector",
    "result": [
        {
            "metric": {"__name__": "up", "job": "prometheus", "instance": "localhost:9090"},
            "value": [1435781451.781, "1"],
        },
        {"metric": {"__name__": "up", "job": "node", "instance": "localhost:9100"}, "value": [1435781451.781, "0"]},
    ],
}
MATRIX = {
    "resultType": "matrix",
    "result": [
        {
            "metric": {"__name__": "up", "job": "prometheus", "instance": "localhost:9090"},
            "values": [[1435781430.781, "1"], [1435781445.781, "1"], [1435781460.781, "1"]],
        }
    ],
}
SCALAR = {"resultType": "scalar", "result": [1435781451.781, "1"]}


def success(data: object, **more: object) -> dict:
    return {"status": "success", "data": data, **more}


def failure(kind: str) -> dict:
    return {"status": "error", "errorType": kind, "error": "invalid parameter"}


def with_value(value: object) -> dict:
    return {"resultType": "vector", "result": [{"metric": {}, "value": value}]}


def test_printed_answers_are_taken_each_by_its_kind(contract, takes_reply):
    made = {
        "vector": prometheus.query(contract),
        "matrix": prometheus.query_range(contract),
        "scalar": prometheus.scalar(contract),
    }
    for kind, promise in made.items():
        for data in (VECTOR, MATRIX, SCALAR):
            assert (takes_reply(promise, 200, success(data)) == []) is (data["resultType"] == kind)
    assert takes_reply(made["vector"], 200, success(VECTOR, warnings=["a store is away"])) == []


def test_nothing_found_is_neither_an_answer_nor_an_error(contract, takes_reply):
    found, nothing = prometheus.query(contract), prometheus.no_samples(contract)
    empty = success({"resultType": "vector", "result": []})
    assert takes_reply(nothing, 200, empty) == []
    assert takes_reply(found, 200, empty) != []
    assert takes_reply(nothing, 200, success(VECTOR)) != []
    assert takes_reply(nothing, 200, failure("bad_data")) != []


@pytest.mark.parametrize("value", ["0", "-1.5", "1e-07", "NaN", "+Inf", "-Inf"])
def test_a_sample_is_any_number_as_text(value, contract, takes_reply):
    assert takes_reply(prometheus.query(contract), 200, success(with_value([1435781451, value]))) == []


@pytest.mark.parametrize(
    "value", [[1435781451, 1], ["now", "1"], [1435781451], [1435781451, "many"], [1, None], "1"]
)
def test_what_is_no_sample_is_not_taken_for_one(value, contract, takes_reply):
    assert takes_reply(prometheus.query(contract), 200, success(with_value(value))) != []


def test_prometheus_errors_are_told_apart(contract, takes_reply):
    cases = [
        (prometheus.bad_query, 400, "bad_data"),
        (prometheus.bad_range, 400, "bad_data"),
        (prometheus.not_executable, 422, "execution"),
        (prometheus.timed_out, 503, "timeout"),
        (prometheus.timed_out, 503, "canceled"),
    ]
    for number, (function, status, kind) in enumerate(cases):
        made = function(contract, description=f"{number}")
        assert takes_reply(made, status, failure(kind)) == []
        assert takes_reply(made, status, failure("internal")) != []
        assert takes_reply(made, 200, success(VECTOR)) != []
    assert takes_reply(prometheus.not_ready(contract), 503, b"Service Unavailable", kind="text/plain") == []


def test_any_time_may_be_asked_for_and_nothing_else(contract, takes_request):
    made = prometheus.query_range(contract)

    def asked(start: str) -> Request:
        return Request(method="GET", url=f"/api/v1/query_range?query=up&start={start}&end=1435781460&step=15s")

    for start in ("1435781430.781", "1435781430", "2015-07-01T20:10:30.781Z", "2015-07-01T20:10:30%2B02:00"):
        assert takes_request(made, asked(start)) == []
    for start in ("yesterday", "", "-1h"):
        assert takes_request(made, asked(start)) != []


# An alert and a silence as Alertmanager 0.25 shows them.
ALERT = {
    "annotations": {"summary": "x"},
    "endsAt": "2026-11-28T23:26:18.120Z",
    "fingerprint": "27946181ca8b5018",
    "receivers": [{"name": "hook"}],
    "startsAt": "2026-11-28T23:21:18.120Z",
    "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"},
    "updatedAt": "2026-11-28T23:21:18.120Z",
    "labels": {"alertname": "packs", "severity": "page"},
}
SILENCE = {
    "id": "564ddbef-39eb-4150-b89b-f748b618c9e3",
    "status": {"state": "pending"},
    "updatedAt": "2026-11-28T23:21:18.235Z",
    "comment": "test",
    "createdBy": "ann",
    "endsAt": "2030-01-01T01:00:00.000Z",
    "matchers": [{"isEqual": True, "isRegex": False, "name": "alertname", "value": "packs"}],
    "startsAt": "2030-01-01T00:00:00.000Z",
}


def post(path: str, body: object) -> Request:
    kind = (("Content-Type", "application/json"),)
    return Request(method="POST", url=f"/api/v2/{path}", headers=kind, body=json.dumps(body).encode())


def test_alerts_are_told_with_labels_that_are_text(contract, takes_request):
    made = alertmanager.post_alerts(contract)
    assert made.repeatable
    assert takes_request(made, post("alerts", [{"labels": {"alertname": "A"}}, {"labels": {"b": "c"}}])) == []
    for wrong in ([{"labels": {}}], [{"annotations": {}}], [{"labels": {"code": 5}}], {"labels": {"a": "b"}}):
        assert takes_request(made, post("alerts", wrong)) != []
    assert takes_request(made, post("alerts", [{"labels": {"a": "b"}, "severity": "page"}])) != []


def test_what_fires_is_shown_and_calm_is_an_empty_list(contract, takes_reply):
    fires, calm = alertmanager.alerts(contract), alertmanager.no_alerts(contract)
    assert takes_reply(fires, 200, [ALERT]) == []
    assert takes_reply(calm, 200, []) == []
    assert takes_reply(fires, 200, []) != []
    assert takes_reply(calm, 200, [ALERT]) != []
    assert takes_reply(fires, 200, [{**ALERT, "status": {**ALERT["status"], "state": "resolved"}}]) != []
    assert takes_reply(calm, 500, "no") != []


def test_a_silence_has_an_end_and_a_state(contract, takes_request, takes_reply):
    makes, shows = alertmanager.post_silence(contract), alertmanager.silence(contract)
    new = {name: SILENCE[name] for name in ("comment", "createdBy", "endsAt", "startsAt", "matchers")}
    assert takes_request(makes, post("silences", new)) == []
    for name in new:
        assert takes_request(makes, post("silences", {k: v for k, v in new.items() if k != name})) != []
    assert takes_request(makes, post("silences", {**new, "matchers": []})) != []
    assert takes_reply(makes, 200, {"silenceID": SILENCE["id"]}) == []
    assert takes_reply(shows, 200, SILENCE) == []
    assert takes_reply(shows, 200, {**SILENCE, "status": {"state": "gone"}}) != []


def test_alertmanagers_errors_are_text_and_the_older_ones_an_overlay(contract, takes_reply):
    for function in (alertmanager.bad_alerts, alertmanager.bad_filter, alertmanager.bad_silence):
        made = function(contract)
        assert takes_reply(made, 400, "at least one label pair required") == []
        assert takes_reply(made, 400, "") != []
        assert takes_reply(made, 400, {"code": 400}) != []
        older = function(Contract(consumer="claims", provider="0.25"), status=422, body=alertmanager.Invalid)
        assert takes_reply(older, 422, {"code": 602, "message": "0.labels in body is required"}) == []
        assert takes_reply(older, 400, "at least one label pair required") != []
    assert takes_reply(alertmanager.fails(contract), 500, "disk full") == []
    assert takes_reply(alertmanager.no_silence(contract), 404) == []
    ends = alertmanager.no_silence_to_end
    assert takes_reply(ends(contract), 404) == []
    assert (
        takes_reply(ends(Contract(consumer="claims", provider="0.25"), status=500), 500, "silence not found") == []
    )
