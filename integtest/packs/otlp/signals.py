"""What is exported, as OTLP's JSON has it (opentelemetry-proto 1.x). Fields beyond these may be sent: receivers
ignore what they do not know."""

# ruff: noqa: N815 - the protocol's own names

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

_CAMEL: dict[str, Any] = {"propertyNames": {"pattern": "^[a-z][A-Za-z0-9]*$"}}
"""Names of the .proto files, in lowerCamelCase; the original ones are not valid keys."""
Nanos = Annotated[str, Field(pattern="^[0-9]+$", examples=["1544712660000000000"])]
"""fixed64: decimal text."""
Int64 = Annotated[str, Field(pattern="^-?[0-9]+$", examples=["3"])]
Count = Annotated[str, Field(pattern="^[0-9]+$", examples=["3"])]
TraceId = Annotated[str, Field(pattern="^[0-9A-Fa-f]{32}$", examples=["5B8EFFF798038103D269B633813FC60C"])]
SpanId = Annotated[str, Field(pattern="^[0-9A-Fa-f]{16}$", examples=["EEE19B7EC3C1B174"])]


class Part(BaseModel):
    """A message of the protocol."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_CAMEL)


class AnyValue(Part):
    """A value of one of seven kinds."""

    stringValue: str | None = None
    boolValue: bool | None = None
    intValue: Int64 | None = None
    doubleValue: float | None = None
    arrayValue: dict[str, Any] | None = None
    kvlistValue: dict[str, Any] | None = None
    bytesValue: str | None = None


class KeyValue(Part):
    """An attribute."""

    key: str = Field(min_length=1, examples=["service.name"])
    value: AnyValue


class Resource(Part):
    """What the telemetry is about: a service, by its attributes."""

    attributes: list[KeyValue]


class Scope(Part):
    """The library that measured."""

    name: str | None = None
    version: str | None = None
    attributes: list[KeyValue] | None = None


class Span(Part):
    """A piece of work; `kind` is 0 to 5, `status.code` 0 to 2."""

    traceId: TraceId
    spanId: SpanId
    parentSpanId: str | None = Field(None, pattern="^([0-9A-Fa-f]{16})?$")
    name: str = Field(examples=["I'm a server span"])
    kind: int | None = Field(None, ge=0, le=5)
    startTimeUnixNano: Nanos
    endTimeUnixNano: Nanos
    attributes: list[KeyValue] | None = None
    status: dict[str, Any] | None = None


class DataPoint(Part):
    """A measurement: a number, or a distribution."""

    timeUnixNano: Nanos
    startTimeUnixNano: Nanos | None = None
    asDouble: float | None = None
    asInt: Int64 | None = None
    count: Count | None = None
    sum: float | None = None
    bucketCounts: list[Count] | None = None
    explicitBounds: list[float] | None = None
    attributes: list[KeyValue] | None = None


class Points(Part):
    """The measurements of a metric; `aggregationTemporality` is 1 (delta) or 2 (cumulative)."""

    dataPoints: list[DataPoint]
    aggregationTemporality: int | None = Field(None, ge=0, le=2)
    isMonotonic: bool | None = None


class Metric(Part):
    """A metric of one of five kinds."""

    name: str = Field(min_length=1, examples=["my.counter"])
    unit: str | None = None
    description: str | None = None
    gauge: Points | None = None
    sum: Points | None = None
    histogram: Points | None = None
    exponentialHistogram: Points | None = None
    summary: Points | None = None


class LogRecord(Part):
    """A line of a log; `severityNumber` is 0 to 24."""

    timeUnixNano: Nanos | None = None
    observedTimeUnixNano: Nanos | None = None
    severityNumber: int | None = Field(None, ge=0, le=24)
    severityText: str | None = None
    body: AnyValue | None = None
    attributes: list[KeyValue] | None = None
    traceId: str | None = Field(None, pattern="^([0-9A-Fa-f]{32})?$")
    spanId: str | None = Field(None, pattern="^([0-9A-Fa-f]{16})?$")


class ScopeSpans(Part):
    """Spans of one library."""

    scope: Scope | None = None
    spans: list[Span] = Field(min_length=1)


class ScopeMetrics(Part):
    """Metrics of one library."""

    scope: Scope | None = None
    metrics: list[Metric] = Field(min_length=1)


class ScopeLogs(Part):
    """Log records of one library."""

    scope: Scope | None = None
    logRecords: list[LogRecord] = Field(min_length=1)


class ResourceSpans(Part):
    """Spans of one service."""

    resource: Resource
    scopeSpans: list[ScopeSpans] = Field(min_length=1)


class ResourceMetrics(Part):
    """Metrics of one service."""

    resource: Resource
    scopeMetrics: list[ScopeMetrics] = Field(min_length=1)


class ResourceLogs(Part):
    """Log records of one service."""

    resource: Resource
    scopeLogs: list[ScopeLogs] = Field(min_length=1)


class TracesRequest(Part):
    """ExportTraceServiceRequest."""

    resourceSpans: list[ResourceSpans] = Field(min_length=1)


class MetricsRequest(Part):
    """ExportMetricsServiceRequest."""

    resourceMetrics: list[ResourceMetrics] = Field(min_length=1)


class LogsRequest(Part):
    """ExportLogsServiceRequest."""

    resourceLogs: list[ResourceLogs] = Field(min_length=1)


_RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "my.service"}}]}
_NOW = "1544712660000000000"
EXAMPLES: dict[str, dict[str, Any]] = {
    "traces": {
        "resourceSpans": [
            {
                "resource": _RESOURCE,
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": "5B8EFFF798038103D269B633813FC60C",
                                "spanId": "EEE19B7EC3C1B174",
                                "name": "I'm a server span",
                                "startTimeUnixNano": _NOW,
                                "endTimeUnixNano": "1544712661000000000",
                            }
                        ]
                    }
                ],
            }
        ]
    },
    "metrics": {
        "resourceMetrics": [{"resource": _RESOURCE, "scopeMetrics": [{"metrics": [{"name": "my.gauge"}]}]}]
    },
    "logs": {"resourceLogs": [{"resource": _RESOURCE, "scopeLogs": [{"logRecords": [{}]}]}]},
}
"""The least of each signal: an example shows what every request has."""
REQUESTS: dict[str, type[Part]] = {"traces": TracesRequest, "metrics": MetricsRequest, "logs": LogsRequest}
