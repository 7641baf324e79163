"""Prometheus, asked about itself and about a metric that was pushed."""

from __future__ import annotations

import time
from typing import Any

from integtest import Contract, from_state, packs

metrics = Contract(consumer="claims", provider="metrics", kind="monitoring", env="PROMETHEUS_URL")
held: Any = from_state("query", example='claims_answered_total{job="state-1"}')
now = int(time.time())
packs.prometheus.query(metrics, query=held)
packs.prometheus.no_samples(metrics, query=held)
packs.prometheus.scalar(metrics)
packs.prometheus.query_range(metrics, start=str(now - 60), end=str(now), given=None)
packs.prometheus.bad_query(metrics)
packs.prometheus.bad_range(metrics)
packs.prometheus.not_executable(metrics)
packs.prometheus.timed_out(metrics, timeout="0s", given=None)
