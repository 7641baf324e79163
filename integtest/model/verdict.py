"""The verdict that every report accepts."""

from __future__ import annotations

from typing import Literal

from integtest.model.base import Frozen
from integtest.model.budget import Budget
from integtest.model.finding import Finding, Severity

Status = Literal["verified", "failed", "pending", "unproven", "skipped"]
Judge = Literal["pact", "schema"]
Outcome = Literal["pass", "fail", "unknown"]

_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}


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
    source: Literal["recorded", "live", "message", "consumer", "static", "none"] = "none"
    seen: int = 0
    latency_ms: Latency | None = None
    budget: Budget | None = None
    """What its latency may be at most."""
    reason: str | None = None
    """Why it was skipped or stays unproven."""


class Probes(Frozen):
    """Requests that a provider must refuse: `held` were refused, `failed` answered, `unclear` neither, `left` not
    made."""

    held: int = 0
    failed: int = 0
    unclear: int = 0
    left: int = 0

    @property
    def made(self) -> int:
        """How many were sent."""
        return self.held + self.failed + self.unclear

    def and_(self, more: Probes) -> Probes:
        """Both together."""
        return Probes(**{name: getattr(self, name) + getattr(more, name) for name in Probes.model_fields})


class Verdict(Frozen):
    """The findings, the status of each interaction, and what was counted."""

    findings: tuple[Finding, ...] = ()
    interactions: tuple[InteractionResult, ...] = ()
    contracts: int = 0
    exchanges: int = 0
    probes: Probes | None = None
    """None where nobody asked for any."""
    duration: float = 0.0
    """Seconds that the run took."""
    notes: tuple[str, ...] = ()
    """What a reader should know and no finding says (what was left out, what was read only)."""
    blocked: tuple[str, ...] = ()
    """Fingerprints of the findings that say what could not be run or read: nobody's promise was judged there."""

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def outcome(self, fail_on: Severity = "error") -> Outcome:
        """`fail` with a finding at or above `fail_on`; else `pass`, but only when at least one promise was
        exercised and nothing was blocked; `unknown` otherwise."""
        if self._counting(fail_on):
            return "fail"
        exercised = any(r.status == "verified" or (r.status == "pending" and r.seen) for r in self.interactions)
        return "pass" if exercised and not self.blocked else "unknown"

    def exit_status(self, fail_on: Severity = "error") -> int:
        """0 holds; 1 findings that count, or unknown; 3 when all that counts is what could not run."""
        outcome = self.outcome(fail_on)
        return 0 if outcome == "pass" else 3 if outcome == "unknown" and self.blocked else 1

    def _counting(self, fail_on: Severity) -> bool:
        return any(
            _RANK[finding.severity] >= _RANK[fail_on] and finding.fingerprint not in self.blocked
            for finding in self.findings
        )
