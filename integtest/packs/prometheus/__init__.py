"""Prometheus' HTTP API: a value now, values over a range, and why there is none.

What a consumer relies on: `status` says whether there is an answer, the result's type what kind; a query that
finds nothing is a success with an empty result, which is neither zero nor "all is well"; sample values are text,
and may be `NaN` or `+Inf`; `warnings` beside the data mean that some of it is missing. A 503 may come as JSON (a
query that took too long) or not (a server that is starting).

Source: Prometheus, "HTTP API" (format overview, instant queries, range queries, expression query result formats).

Deviations, by argument: `path=` and `range_path=` behind Thanos, Mimir and others; `auth=` where the server asks
for it; `query=` is yours, and may be `from_state(…)`.
"""

from __future__ import annotations

from integtest.packs.prometheus.models import (
    Failure,
    Matrix,
    NoSamples,
    Number,
    Range,
    Sample,
    Series,
    Success,
    Vector,
)
from integtest.packs.prometheus.queries import (
    bad_query,
    bad_range,
    no_samples,
    not_executable,
    not_ready,
    query,
    query_range,
    scalar,
    timed_out,
)

__all__ = [
    "Failure",
    "Matrix",
    "NoSamples",
    "Number",
    "Range",
    "Sample",
    "Series",
    "Success",
    "Vector",
    "bad_query",
    "bad_range",
    "no_samples",
    "not_executable",
    "not_ready",
    "query",
    "query_range",
    "scalar",
    "timed_out",
]
