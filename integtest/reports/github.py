"""Workflow commands that GitHub turns into annotations on the changed lines."""

from __future__ import annotations

from integtest.model.finding import Finding
from integtest.reports.report import Report
from integtest.reports.text import line
from integtest.reports.unjudged import gathered
from integtest.reports.words import counts, details, title

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """One command a finding, one for each reason why cases were not judged, then a closing notice; see "Workflow
    commands for GitHub Actions"."""
    lines = [_annotation(finding) for finding in gathered(report)]
    level = "notice" if report.outcome.exit_status == 0 else "error"
    closing = _message(f"{report.outcome.word}: {counts(report)}")
    return "\n".join([*lines, f"::{level} title=integtest::{closing}"]) + "\n"


def _annotation(finding: Finding) -> str:
    location = finding.location
    properties = {
        "file": location.file if location.file and "://" not in location.file else None,
        "line": str(location.line) if location.file and location.line else None,
        "title": f"{title(finding)} ({finding.rule}, blame {finding.blame})",
    }
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{_LEVELS[finding.severity]} {shown}::{_message(chr(10).join(details(finding)))}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(line(text)).replace(":", "%3A").replace(",", "%2C")
