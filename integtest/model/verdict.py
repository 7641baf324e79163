"""The verdict that every report accepts."""

from __future__ import annotations

from typing import Literal

from integtest.model.base import Frozen
from integtest.model.finding import Finding, Severity

Status = Literal["verified", "failed", "pending", "unproven", "skipped"]
Judge = Literal["pact", "schema"]


class Latency(Frozen):
    """Milliseconds over the samples seen."""

    p50: float
    p95: float
    max: float


class InteractionResult(Frozen):
    """What became of one interaction. `seen` counts the exchanges that exercised it."""

    consumer: str
    provider: str
    description: str
    status: Status
    consumer_version: str | None = None
    provider_version: str | None = None
    kind: Literal["http", "async", "sync", "foreign"] = "http"
    verified_by: tuple[Judge, ...] = ()
    source: Literal["recorded", "live", "message", "static", "none"] = "none"
    seen: int = 0
    latency_ms: Latency | None = None
    reason: str | None = None
    """Why it was skipped or stays unproven."""


class Verdict(Frozen):
    """The findings, the status of each interaction, and what was counted."""

    findings: tuple[Finding, ...] = ()
    interactions: tuple[InteractionResult, ...] = ()
    contracts: int = 0
    exchanges: int = 0
    duration: float = 0.0
    """Seconds that the run took."""
    notes: tuple[str, ...] = ()
    """What a reader should know and no finding says (what was left out, what was read only)."""

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)
