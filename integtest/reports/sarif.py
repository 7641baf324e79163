"""SARIF 2.1.0 for code scanning (OASIS, Static Analysis Results Interchange Format)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from integtest.model.finding import Finding
from integtest.reports.report import TOOL, VERSION, Report
from integtest.reports.text import line, plain
from integtest.reports.unjudged import gathered
from integtest.reports.words import counts, details, title
from integtest.rules.verification import RULES

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """One log with one run; a finding's fingerprint keeps it the same result across runs."""
    found = gathered(report)
    rules = sorted({finding.rule for finding in found})
    run = {
        "tool": {"driver": {"name": TOOL, "version": VERSION, "rules": [_rule(rule) for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(finding, rules.index(finding.rule)) for finding in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(plain(log), indent=2, allow_nan=False) + "\n"


def _invocation(report: Report) -> dict[str, Any]:
    """A log without results reads as success, so that nothing was verified must stand in it."""
    known = report.outcome.word != "unknown"
    told = [] if known else [{"level": "error", "message": {"text": f"nothing was verified: {counts(report)}"}}]
    return {
        "executionSuccessful": known,
        "exitCode": report.outcome.exit_status,
        **({"toolExecutionNotifications": told} if told else {}),
    }


def _rule(rule: str) -> dict[str, Any]:
    known = RULES.get(rule)
    return {"id": rule, "name": rule, "shortDescription": {"text": known.says if known else rule.replace("-", " ")}}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{title(finding)}: {line(finding.message, 2000)}\n" + "\n".join(details(finding)[1:])},
        "locations": [place for place in (_location(finding),) if place],
        "partialFingerprints": {"integtest/v1": finding.fingerprint},
        "properties": {
            "blame": finding.blame,
            "consumer": finding.consumer,
            "provider": finding.provider,
            "interaction": finding.interaction,
            "mode": finding.mode,
            "pointer": finding.location.pointer,
        },
    }


def _location(finding: Finding) -> dict[str, Any]:
    out: dict[str, Any] = {}
    place = finding.location
    if place.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
        if place.line:
            physical["region"] = {"startLine": place.line}
        out["physicalLocation"] = physical
    if finding.provider or finding.interaction:
        names = [finding.consumer, finding.provider, finding.interaction]
        out["logicalLocations"] = [
            {
                "name": finding.interaction or finding.provider,
                "fullyQualifiedName": "/".join(name for name in names if name),
            }
        ]
    return out


def _uri(file: str) -> str:
    """A path as a URI reference relative to the working folder, or a URL as it is."""
    if re.fullmatch(r"https?://[!-~]+", file):
        return file
    return quote(file.replace("\\", "/").encode("utf-8", "surrogatepass"), safe="/")
