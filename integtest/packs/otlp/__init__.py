"""OTLP/HTTP in JSON: traces, metrics and logs.

What a consumer relies on: 200 means taken, unless `partialSuccess` says how much of it was rejected: that is
never sent again; of the errors only 429, 502, 503 and 504 are, after the time that `Retry-After` names, or after
waiting longer each time; an empty `partialSuccess` is the same as none. Exporting must not hold up the work, nor
fail it. What it has to send: names in camelCase, ids as hexadecimal text, 64-bit integers as decimal text, enums
as numbers.

Source: OpenTelemetry Protocol Specification 1.x, "OTLP/HTTP" and "JSON Protobuf Encoding"; opentelemetry-proto
(ExportTraceServiceRequest, ExportMetricsServiceRequest, ExportLogsServiceRequest and their responses);
google.rpc.Status for errors.

Deviations, by argument: `root=` before /v1; `auth=` for a key of a vendor; `model=None` where errors come without
a body, or with a page. Protobuf bodies are matched by meaning when they are recorded, and not promised here.
"""

from __future__ import annotations

from integtest.packs.otlp.exports import (
    export_logs,
    export_metrics,
    export_traces,
    invalid,
    partly_taken,
    throttled,
    too_large,
    unavailable,
)
from integtest.packs.otlp.replies import Status, full_success, partial_success
from integtest.packs.otlp.signals import (
    AnyValue,
    DataPoint,
    KeyValue,
    LogRecord,
    LogsRequest,
    Metric,
    MetricsRequest,
    Resource,
    Scope,
    Span,
    TracesRequest,
)

__all__ = [
    "AnyValue",
    "DataPoint",
    "KeyValue",
    "LogRecord",
    "LogsRequest",
    "Metric",
    "MetricsRequest",
    "Resource",
    "Scope",
    "Span",
    "Status",
    "TracesRequest",
    "export_logs",
    "export_metrics",
    "export_traces",
    "full_success",
    "invalid",
    "partial_success",
    "partly_taken",
    "throttled",
    "too_large",
    "unavailable",
]
