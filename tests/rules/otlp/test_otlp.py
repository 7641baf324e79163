"""OTLP's protobuf bodies are read as OpenTelemetry's own library reads them, and are written back to the byte."""

from __future__ import annotations

import gzip
import json

import pytest
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from integtest.model.http import Exchange, Request, Response
from integtest.rules.otlp import as_json, from_json, message_of
from integtest.rules.otlp.schema import MESSAGES
from integtest.rules.replay import Library, Matching
from integtest.rules.secrets import KeyMasker, Policy, Scrubber

ATTRIBUTES = [
    {"key": "text", "value": {"stringValue": "größer"}},
    {"key": "flag", "value": {"boolValue": False}},
    {"key": "count", "value": {"intValue": "-7"}},
    {"key": "share", "value": {"doubleValue": 0.25}},
    {"key": "raw", "value": {"bytesValue": "AAH/"}},
    {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "2"}]}}},
    {"key": "map", "value": {"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}},
]
RESOURCE = {"attributes": ATTRIBUTES, "droppedAttributesCount": 2}
SCOPE = {"name": "lib", "version": "1.2", "attributes": ATTRIBUTES[:1]}
IDS = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331"}
TIMES = {"startTimeUnixNano": "1700000000123456789", "timeUnixNano": "1700000001123456789"}
SPAN = {
    **IDS,
    "parentSpanId": "00f067aa0ba902b7",
    "name": "asks the model",
    "kind": 3,
    "startTimeUnixNano": "1700000000123456789",
    "endTimeUnixNano": "1700000001123456789",
    "attributes": ATTRIBUTES,
    "events": [{"timeUnixNano": "1700000000223456789", "name": "retry", "attributes": ATTRIBUTES[2:3]}],
    "links": [{**IDS, "traceState": "a=b"}],
    "status": {"message": "slow", "code": 2},
    "flags": 257,
}
EXEMPLAR = {"timeUnixNano": "1700000000223456789", "asDouble": 2.5, **IDS}
POINT = {**TIMES, "asInt": "-12", "attributes": ATTRIBUTES[:2], "exemplars": [EXEMPLAR]}
HISTOGRAM = {
    **TIMES,
    "count": "6",
    "sum": 12.5,
    "bucketCounts": ["1", "2", "3"],
    "explicitBounds": [0.5, 1.0],
    "min": 0.1,
    "max": 9.0,
}
EXPONENTIAL = {
    **TIMES,
    "count": "6",
    "scale": -3,
    "zeroCount": "1",
    "positive": {"offset": -2, "bucketCounts": ["1", "300"]},
    "zeroThreshold": 0.01,
}
SUMMARY = {**TIMES, "count": "3", "sum": 4.5, "quantileValues": [{"quantile": 0.5, "value": 1.5}]}
METRICS = [
    {"name": "gauge", "unit": "1", "gauge": {"dataPoints": [POINT]}},
    {"name": "sum", "sum": {"dataPoints": [POINT], "aggregationTemporality": 2, "isMonotonic": True}},
    {"name": "histogram", "histogram": {"dataPoints": [HISTOGRAM], "aggregationTemporality": 1}},
    {"name": "exponential", "exponentialHistogram": {"dataPoints": [EXPONENTIAL]}},
    {"name": "summary", "summary": {"dataPoints": [SUMMARY]}},
]
RECORD = {
    "timeUnixNano": "1700000000123456789",
    "observedTimeUnixNano": "1700000000123456790",
    "severityNumber": 9,
    "severityText": "INFO",
    "body": {"stringValue": "done"},
    "attributes": ATTRIBUTES,
    "flags": 1,
    **IDS,
}
CASES = {
    "traces": (
        ExportTraceServiceRequest,
        {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": SCOPE, "spans": [SPAN]}]}]},
    ),
    "metrics": (
        ExportMetricsServiceRequest,
        {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [{"scope": SCOPE, "metrics": METRICS}]}]},
    ),
    "logs": (
        ExportLogsServiceRequest,
        {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [{"scope": SCOPE, "logRecords": [RECORD]}]}]},
    ),
}
MEDIA = "application/x-protobuf"


@pytest.mark.parametrize("signal", CASES)
def test_what_we_write_their_library_reads_and_we_read_what_it_writes(signal):
    theirs, document = CASES[signal]
    message = message_of(MEDIA, f"/v1/{signal}")
    body = from_json(json.dumps(document), message)
    parsed = theirs.FromString(body)
    assert as_json(parsed.SerializeToString(), message) == document
    assert from_json(json.dumps(as_json(parsed.SerializeToString(), message)), message) == body
    assert not _unknown(parsed)


def _unknown(message):
    from google.protobuf.unknown_fields import UnknownFieldSet

    inner = [value for field, value in message.ListFields() if field.message_type]
    below = [one for value in inner for one in (value if not hasattr(value, "ListFields") else [value])]
    return len(UnknownFieldSet(message)) > 0 or any(_unknown(one) for one in below)


@pytest.mark.parametrize("ours", [*(f"{s}Request" for s in ("Trace", "Metrics", "Logs")), "TraceResponse"])
def test_every_field_has_the_number_and_name_of_their_schema(ours):
    theirs = {
        "TraceRequest": ExportTraceServiceRequest,
        "MetricsRequest": ExportMetricsServiceRequest,
        "LogsRequest": ExportLogsServiceRequest,
        "TraceResponse": ExportTraceServiceResponse,
    }[ours].DESCRIPTOR
    compared, todo = set(), [(ours, theirs)]
    while todo:
        name, descriptor = todo.pop()
        if name in compared:
            continue
        compared.add(name)
        for field in MESSAGES[name].values():
            other = descriptor.fields_by_number[field.number]
            assert (field.name, field.repeated) == (other.json_name, other.is_repeated), (name, field)
            if other.message_type is not None:
                todo.append((field.kind, other.message_type))
    assert len(compared) > (1 if ours.endswith("Response") else 8)


def test_what_is_none_of_it_is_left_alone():
    body = from_json(json.dumps(CASES["traces"][1]), "TraceRequest")
    for bad in (body[:-1], b"\xff" * 12, b"\x0a\x05abc", b"\x98\x06\x01"):
        assert as_json(bad, "TraceRequest") is None
    assert as_json(b"", "TraceRequest") == {}
    assert message_of("application/json", "/v1/traces") is None
    assert message_of(MEDIA, "/v1/other") is None
    assert MessageToDict(ExportTraceServiceRequest.FromString(body))


def _export(**span):
    document = {"resourceSpans": [{"scopeSpans": [{"spans": [{**SPAN, **span}]}]}]}
    body = from_json(json.dumps(document), "TraceRequest")
    headers = (("Content-Type", MEDIA),)
    return Request(method="POST", url="http://otel.test/v1/traces", headers=headers, body=body)


OTHER = {"traceId": "1" * 31 + "a", "startTimeUnixNano": "1790000000123456789"}


@pytest.mark.parametrize(
    "matching",
    [
        {"templates": ("hex", "epoch")},
        {"ignore": tuple(f"body:/resourceSpans/*/scopeSpans/*/spans/*/{name}" for name in OTHER)},
    ],
    ids=["templates", "pointers"],
)
def test_a_trace_is_found_whatever_its_ids_and_times(matching):
    held = Exchange(request=_export(), response=Response(status=200))
    assert Library([held]).take(_export(**OTHER)) is None
    assert Library([held], Matching(**matching)).take(_export(**OTHER)) is not None
    assert Library([held], Matching(**matching)).take(_export(**OTHER, name="asks another")) is None


def test_a_miss_says_what_differs_in_a_trace():
    miss = Library([Exchange(request=_export(), response=Response(status=200))]).miss(_export(name="asks another"))
    assert miss.differences == (
        "body /resourceSpans/0/scopeSpans/0/spans/0/name: recorded asks the model, sent asks another",
    )


SECRET, PERSON = "Tr0ub4dor&3x-and-more", "lena.vogt@kunde-beispiel.de"
TOLD = [
    {"key": "db.password", "value": {"stringValue": SECRET}},
    {"key": "note", "value": {"stringValue": f"asked by {PERSON}"}},
    {"key": "http.request.header.authorization", "value": {"stringValue": "Bearer " + "s3cr3t0" * 4}},
]


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("listed", [False, True], ids=["detecting", "allow-list"])
def test_a_trace_is_scrubbed_by_names_and_shapes_and_stays_a_trace(listed, coding):
    sent = _export(attributes=TOLD)
    if coding:
        headers = (*sent.headers, ("Content-Encoding", coding))
        sent = sent.model_copy(update={"headers": headers, "body": gzip.compress(sent.body)})
    scrubbed = Scrubber(Policy(allow_list=listed)).exchange(Exchange(request=sent))
    assert not scrubbed.doubts
    body = scrubbed.exchange.request.body
    body = gzip.decompress(body) if coding else body
    for told in (SECRET, PERSON, "s3cr3t0"):
        assert told.encode() not in body
    (span,) = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
    assert span.start_time_unix_nano == 1700000000123456789
    if not listed:
        assert (span.name, span.trace_id.hex()) == ("asks the model", IDS["traceId"])
        assert [one.key for one in span.attributes] == [one["key"] for one in TOLD]
    policy = Policy(allow_list=listed)
    assert Scrubber(policy).exchange(scrubbed.exchange).exchange == scrubbed.exchange
    library = Library([scrubbed.exchange], mask=KeyMasker(policy).mask)
    assert library.take(sent) is not None


def test_a_measure_that_is_no_number_is_still_searched():
    points = [{**TIMES, "asDouble": float("nan"), "attributes": TOLD[1:2]}]
    document = {
        "resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "m", "gauge": {"dataPoints": points}}]}]}]
    }
    body = from_json(json.dumps(document), "MetricsRequest")
    headers = (("Content-Type", MEDIA),)
    sent = Request(method="POST", url="http://otel.test/v1/metrics", headers=headers, body=body)
    scrubbed = Scrubber(Policy(allow_list=False)).exchange(Exchange(request=sent))
    assert not scrubbed.doubts
    assert PERSON.encode() not in scrubbed.exchange.request.body
    assert ExportMetricsServiceRequest.FromString(scrubbed.exchange.request.body)
