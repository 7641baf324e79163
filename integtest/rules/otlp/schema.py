"""The messages of OTLP 1 (opentelemetry-proto v1: collector, common, resource, trace, metrics, logs).

A field is `number name type`, with `*` where it is repeated. Scalars: s string, b bytes, x bytes as hexadecimal (as
OTLP's JSON has identifiers), u varint, w varint of 64 bits, i signed varint, z zigzag varint, ? bool, f fixed64,
g sfixed64, h fixed32, d double; another word is a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Field(NamedTuple):
    """One field of a message."""

    number: int
    name: str
    kind: str
    repeated: bool


_POINT = "2 startTimeUnixNano f, 3 timeUnixNano f"
_SOURCE = {
    "AnyValue": "1 stringValue s, 2 boolValue ?, 3 intValue i, 4 doubleValue d, 5 arrayValue ArrayValue,"
    " 6 kvlistValue KeyValueList, 7 bytesValue b",
    "ArrayValue": "1 values AnyValue*",
    "KeyValueList": "1 values KeyValue*",
    "KeyValue": "1 key s, 2 value AnyValue",
    "Scope": "1 name s, 2 version s, 3 attributes KeyValue*, 4 droppedAttributesCount u",
    "Entity": "1 schemaUrl s, 2 type s, 3 idKeys s*, 4 descriptionKeys s*",
    "Resource": "1 attributes KeyValue*, 2 droppedAttributesCount u, 3 entityRefs Entity*",
    "TraceRequest": "1 resourceSpans ResourceSpans*",
    "ResourceSpans": "1 resource Resource, 2 scopeSpans ScopeSpans*, 3 schemaUrl s",
    "ScopeSpans": "1 scope Scope, 2 spans Span*, 3 schemaUrl s",
    "Span": "1 traceId x, 2 spanId x, 3 traceState s, 4 parentSpanId x, 5 name s, 6 kind u, 7 startTimeUnixNano f,"
    " 8 endTimeUnixNano f, 9 attributes KeyValue*, 10 droppedAttributesCount u, 11 events Event*,"
    " 12 droppedEventsCount u, 13 links Link*, 14 droppedLinksCount u, 15 status Status, 16 flags h",
    "Event": "1 timeUnixNano f, 2 name s, 3 attributes KeyValue*, 4 droppedAttributesCount u",
    "Link": "1 traceId x, 2 spanId x, 3 traceState s, 4 attributes KeyValue*, 5 droppedAttributesCount u,"
    " 6 flags h",
    "Status": "2 message s, 3 code u",
    "LogsRequest": "1 resourceLogs ResourceLogs*",
    "ResourceLogs": "1 resource Resource, 2 scopeLogs ScopeLogs*, 3 schemaUrl s",
    "ScopeLogs": "1 scope Scope, 2 logRecords LogRecord*, 3 schemaUrl s",
    "LogRecord": "1 timeUnixNano f, 2 severityNumber u, 3 severityText s, 5 body AnyValue, 6 attributes KeyValue*,"
    " 7 droppedAttributesCount u, 8 flags h, 9 traceId x, 10 spanId x, 11 observedTimeUnixNano f, 12 eventName s",
    "MetricsRequest": "1 resourceMetrics ResourceMetrics*",
    "ResourceMetrics": "1 resource Resource, 2 scopeMetrics ScopeMetrics*, 3 schemaUrl s",
    "ScopeMetrics": "1 scope Scope, 2 metrics Metric*, 3 schemaUrl s",
    "Metric": "1 name s, 2 description s, 3 unit s, 5 gauge Gauge, 7 sum Sum, 9 histogram Histogram,"
    " 10 exponentialHistogram Exponential, 11 summary Summary, 12 metadata KeyValue*",
    "Gauge": "1 dataPoints Number*",
    "Sum": "1 dataPoints Number*, 2 aggregationTemporality u, 3 isMonotonic ?",
    "Number": f"{_POINT}, 4 asDouble d, 5 exemplars Exemplar*, 6 asInt g, 7 attributes KeyValue*, 8 flags u",
    "Histogram": "1 dataPoints HistogramPoint*, 2 aggregationTemporality u",
    "HistogramPoint": f"{_POINT}, 4 count f, 5 sum d, 6 bucketCounts f*, 7 explicitBounds d*,"
    " 8 exemplars Exemplar*, 9 attributes KeyValue*, 10 flags u, 11 min d, 12 max d",
    "Exponential": "1 dataPoints ExponentialPoint*, 2 aggregationTemporality u",
    "ExponentialPoint": f"1 attributes KeyValue*, {_POINT}, 4 count f, 5 sum d, 6 scale z, 7 zeroCount f,"
    " 8 positive Buckets, 9 negative Buckets, 10 flags u, 11 exemplars Exemplar*, 12 min d, 13 max d,"
    " 14 zeroThreshold d",
    "Buckets": "1 offset z, 2 bucketCounts w*",
    "Summary": "1 dataPoints SummaryPoint*",
    "SummaryPoint": f"{_POINT}, 4 count f, 5 sum d, 6 quantileValues Quantile*, 7 attributes KeyValue*, 8 flags u",
    "Quantile": "1 quantile d, 2 value d",
    "Exemplar": "2 timeUnixNano f, 3 asDouble d, 4 spanId x, 5 traceId x, 6 asInt g,"
    " 7 filteredAttributes KeyValue*",
    "TraceResponse": "1 partialSuccess PartialSpans",
    "PartialSpans": "1 rejectedSpans i, 2 errorMessage s",
    "LogsResponse": "1 partialSuccess PartialLogs",
    "PartialLogs": "1 rejectedLogRecords i, 2 errorMessage s",
    "MetricsResponse": "1 partialSuccess PartialMetrics",
    "PartialMetrics": "1 rejectedDataPoints i, 2 errorMessage s",
}


def _fields(text: str) -> tuple[Field, ...]:
    rows = (part.split() for part in text.split(","))
    return tuple(Field(int(number), name, kind.rstrip("*"), kind.endswith("*")) for number, name, kind in rows)


MESSAGES: Mapping[str, Mapping[int, Field]] = {
    name: {field.number: field for field in _fields(text)} for name, text in _SOURCE.items()
}
"""The fields of each message by number."""
NAMES: Mapping[str, Mapping[str, Field]] = {
    message: {field.name: field for field in fields.values()} for message, fields in MESSAGES.items()
}
"""The fields of each message by name."""
