"""OTLP in JSON: requests as the specification encodes them; what was rejected is told from what was taken."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from integtest import packs
from integtest.model.http import Request

otlp = packs.otlp


def attribute(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


RESOURCE = {"attributes": [attribute("service.name", stringValue="my.service")]}
SCOPE = {"name": "my.library", "version": "1.0.0", "attributes": [attribute("my.scope.attribute", stringValue="s")]}
# The examples of opentelemetry-proto, with 64-bit integers as text.
SPAN = {
    "traceId": "5B8EFFF798038103D269B633813FC60C",
    "spanId": "EEE19B7EC3C1B174",
    "parentSpanId": "EEE19B7EC3C1B173",
    "name": "I'm a server span",
    "startTimeUnixNano": "1544712660000000000",
    "endTimeUnixNano": "1544712661000000000",
    "kind": 2,
    "attributes": [attribute("my.span.attr", stringValue="some value")],
}
NOW = "1544712660300000000"
HISTOGRAM = {"startTimeUnixNano": NOW, "timeUnixNano": NOW, "count": "2", "sum": 2, "bucketCounts": ["1", "1"],
             "explicitBounds": [1], "min": 0, "max": 2}  # fmt: skip
METRICS = [
    {
        "name": "my.counter",
        "unit": "1",
        "description": "I am a Counter",
        "sum": {
            "aggregationTemporality": 1,
            "isMonotonic": True,
            "dataPoints": [{"asDouble": 5, "startTimeUnixNano": NOW, "timeUnixNano": NOW}],
        },
    },
    {"name": "my.gauge", "unit": "1", "gauge": {"dataPoints": [{"asInt": "10", "timeUnixNano": NOW}]}},
    {"name": "my.histogram", "histogram": {"aggregationTemporality": 1, "dataPoints": [HISTOGRAM]}},
]
RECORD = {
    "timeUnixNano": NOW,
    "observedTimeUnixNano": NOW,
    "severityNumber": 10,
    "severityText": "Information",
    "traceId": "5B8EFFF798038103D269B633813FC60C",
    "spanId": "EEE19B7EC3C1B174",
    "body": {"stringValue": "Example log record"},
    "attributes": [
        attribute("boolean.attribute", boolValue=True),
        attribute("int.attribute", intValue="10"),
        attribute("double.attribute", doubleValue=637.704),
        attribute("array.attribute", arrayValue={"values": [{"stringValue": "many"}]}),
        attribute("map.attribute", kvlistValue={"values": [attribute("some.map.key", stringValue="v")]}),
    ],
}


def traces(span: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": SCOPE, "spans": [span]}]}]}


def metrics(*found: dict[str, Any]) -> dict[str, Any]:
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [{"scope": SCOPE, "metrics": [*found]}]}]}


def logs(record: dict[str, Any]) -> dict[str, Any]:
    return {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [{"scope": SCOPE, "logRecords": [record]}]}]}


def sent(signal: str, body: object) -> Request:
    kind = (("Content-Type", "application/json"),)
    return Request(method="POST", url=f"/v1/{signal}", headers=kind, body=json.dumps(body).encode())


def test_published_examples_may_be_sent(contract, takes_request):
    assert takes_request(otlp.export_traces(contract), sent("traces", traces(SPAN))) == []
    assert takes_request(otlp.export_metrics(contract), sent("metrics", metrics(*METRICS))) == []
    assert takes_request(otlp.export_logs(contract), sent("logs", logs(RECORD))) == []


def test_fields_of_a_later_version_may_be_sent(contract, takes_request):
    assert takes_request(otlp.export_traces(contract), sent("traces", traces({**SPAN, "flags": 257}))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"startTimeUnixNano": 1544712660000000000},
        {"endTimeUnixNano": "2018-12-13T14:51:00Z"},
        {"kind": "SPAN_KIND_SERVER"},
        {"kind": 9},
        {"traceId": "W47/95gDgQPSabYzgT/GDA=="},
        {"spanId": "EEE19B7E"},
        {"trace_state": "a=b"},
        {"attributes": [{"key": "n", "value": {"intValue": 10}}]},
        {"attributes": [{"key": "n", "value": {"string_value": "v"}}]},
        {"attributes": {"n": "v"}},
    ],
)
def test_other_encodings_may_not(wrong, contract, takes_request):
    assert takes_request(otlp.export_traces(contract), sent("traces", traces({**SPAN, **wrong}))) != []


@pytest.mark.parametrize("missing", ["traceId", "spanId", "name", "startTimeUnixNano", "endTimeUnixNano"])
def test_a_span_has_what_makes_it_one(missing, contract, takes_request):
    span = {key: value for key, value in SPAN.items() if key != missing}
    assert takes_request(otlp.export_traces(contract), sent("traces", traces(span))) != []


def test_counts_and_names_of_metrics_and_logs_are_held_too(contract, takes_request):
    measured, logged = otlp.export_metrics(contract), otlp.export_logs(contract)
    counted = copy.deepcopy(METRICS[2])
    counted["histogram"]["dataPoints"][0]["count"] = 2
    snake = {"resource_logs": logs(RECORD)["resourceLogs"]}
    assert takes_request(measured, sent("metrics", metrics(counted))) != []
    assert takes_request(measured, sent("metrics", metrics({"unit": "1"}))) != []
    assert takes_request(logged, sent("logs", snake)) != []
    assert takes_request(logged, sent("logs", logs({**RECORD, "severityNumber": "INFO"}))) != []
    assert takes_request(logged, sent("logs", {"resourceLogs": []})) != []


REJECTED = {"traces": "rejectedSpans", "metrics": "rejectedDataPoints", "logs": "rejectedLogRecords"}


@pytest.mark.parametrize("signal", REJECTED)
def test_a_partial_success_is_no_success_and_an_empty_one_is(signal, contract, takes_reply):
    whole = getattr(otlp, f"export_{signal}")(contract)
    part = otlp.partly_taken(contract, signal=signal)
    name = REJECTED[signal]
    some = {"partialSuccess": {name: "3", "errorMessage": "too old"}}
    for full in ({}, {"partialSuccess": {}}, {"partialSuccess": {name: "0", "errorMessage": ""}}):
        assert takes_reply(whole, 200, full) == []
        assert takes_reply(part, 200, full) != []
    assert takes_reply(part, 200, some) == []
    assert takes_reply(part, 200, {"partialSuccess": {name: 3, "errorMessage": "too old"}}) == []
    assert takes_reply(whole, 200, some) != []
    assert takes_reply(whole, 200, {"partialSuccess": {"errorMessage": "a warning"}}) != []
    for wrong in ({name: "-1", "errorMessage": "e"}, {name: "3"}, {"rejected": "3", "errorMessage": "e"}):
        assert takes_reply(part, 200, {"partialSuccess": wrong}) != []


def test_a_partial_success_is_never_sent_again(contract):
    made = otlp.partly_taken(contract)
    assert made.failing is not None
    assert (made.failing.calls, made.repeatable) == (1, False)


def test_errors_are_a_status_and_only_some_may_be_tried_again(contract, takes_reply):
    told = {"code": 3, "message": "no", "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest"}]}
    for function, status in ((otlp.invalid, 400), (otlp.too_large, 413), (otlp.unavailable, 503)):
        made = function(contract)
        assert takes_reply(made, status, told) == []
        assert takes_reply(made, status, {"message": "no"}) == []
        assert takes_reply(made, status, {"error": "no"}) != []
        assert takes_reply(made, 200, {}) != []
    later = otlp.throttled(contract)
    assert takes_reply(later, 429, {"message": "no"}, Retry_After="30") == []
    assert takes_reply(later, 429, {"message": "no"}) != []
    page = otlp.unavailable(contract, description="a proxy", given="a proxy answers", status=502, body=None)
    assert takes_reply(page, 502, b"<html>", kind="text/html") == []
