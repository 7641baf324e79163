"""JSON for machines: docs/reference/report.schema.json describes it, and every key is always there."""

from __future__ import annotations

import json
from typing import Any

from integtest.model.failure import Judgement
from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult
from integtest.reports.report import TOOL, VERSION, Report
from integtest.reports.text import plain

SCHEMA_VERSION = "1.0"


def render(report: Report) -> str:
    """One JSON document, indented, keys in the schema's order, pure ASCII."""
    return json.dumps(document(report), indent=2, allow_nan=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    verdict = report.verdict
    out: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": TOOL, "version": VERSION},
        "verdict": report.outcome.word,
        "exit_status": report.outcome.exit_status,
        "summary": {
            "contracts": verdict.contracts,
            "interactions": len(verdict.interactions),
            "exchanges": verdict.exchanges,
            "findings": {level: verdict.count(level) for level in ("error", "warning", "info")},
        },
        "findings": [_finding(finding) for finding in report.findings],
        "interactions": [_interaction(result) for result in report.interactions],
    }
    if verdict.probes is not None:
        out["probes"] = {"made": verdict.probes.made, **verdict.probes.model_dump()}
    if report.checks is not None:
        out["checks"] = [plain(check.model_dump()) for check in report.checks]
    if report.integrations is not None:
        out["integrations"] = [plain(one.model_dump() | {"lacks": one.lacks}) for one in report.integrations]
    if report.judgements is not None:
        out["breaks"] = [_judgement(one) for one in report.judgements]
    return out


def _judgement(one: Judgement) -> dict[str, Any]:
    case = one.case
    out: dict[str, Any] = plain(
        {
            "address": case.address,
            "provider": case.target.provider,
            "interaction": case.target.description,
            "mode": case.mode,
            "number": case.number,
            "layer": case.layer,
            "pointer": case.pointer,
            "variant": case.variant,
            "what": case.what,
            "healthy": list(case.oracle.healthy),
            "status": one.status,
            "known": one.known,
            "reason": one.reason,
            "calls": one.calls,
            "seconds": one.seconds,
            "clock": one.clock,
            "remarks": list(one.remarks),
        }
    )
    return out


def _finding(finding: Finding) -> dict[str, Any]:
    out: dict[str, Any] = plain(
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "blame": finding.blame,
            "fingerprint": finding.fingerprint,
            "consumer": finding.consumer,
            "provider": finding.provider,
            "interaction": finding.interaction,
            "mode": finding.mode,
            "location": finding.location.model_dump(),
            "expected": finding.expected,
            "actual": finding.actual,
            "message": finding.message,
            "hint": finding.hint,
            "evidence": finding.evidence,
        }
    )
    return out


def _interaction(result: InteractionResult) -> dict[str, Any]:
    latency = result.latency_ms
    out: dict[str, Any] = plain(
        {
            "consumer": result.consumer,
            "consumer_version": result.consumer_version,
            "provider": result.provider,
            "provider_version": result.provider_version,
            "description": result.description,
            "status": result.status,
            "verified_by": list(result.verified_by),
            "seen": result.seen,
            "latency_ms": latency.model_dump() if latency else {"p50": None, "p95": None, "max": None},
        }
    )
    return out
