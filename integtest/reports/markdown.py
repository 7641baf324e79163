"""Markdown for a pull request's comment or a job's summary (GitHub Flavored Markdown)."""

from __future__ import annotations

import re
from itertools import groupby

from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult
from integtest.reports.report import Report
from integtest.reports.text import line
from integtest.reports.words import count, counts, details, title

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$:-])")
_MARKS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_MOST_FINDINGS = 100


def render(report: Report) -> str:
    """A heading with the verdict, a table of the providers, and the findings folded away."""
    parts = [f"## integtest: {report.outcome.word}", f"{escape(counts(report))}."]
    if report.interactions:
        parts.append(_table(report.interactions))
    if report.checks is not None:
        rows = [f"| {escape(c.name)} | {c.status} | {escape(line(c.detail))} |" for c in report.checks]
        parts.append("\n".join(["| check | status | found |", "|---|---|---|", *rows]))
    parts += [_finding(finding) for finding in report.findings[:_MOST_FINDINGS]]
    left = len(report.findings) - _MOST_FINDINGS
    if left > 0:
        parts.append(f"… and {count(left, 'more finding')}: see the JSON report.")
    parts += [f"> {escape(line(note))}" for note in report.verdict.notes]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """`text` as Markdown that shows exactly it: no mark-up, no HTML, no mention of a user."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)


def _table(results: tuple[InteractionResult, ...]) -> str:
    statuses = ("verified", "failed", "pending", "unproven", "skipped")
    lines = ["| provider | " + " | ".join(statuses) + " |", "|---|" + "---:|" * len(statuses)]
    for provider, group in groupby(results, key=lambda result: result.provider):
        seen: list[str] = [result.status for result in group]
        lines.append(f"| {escape(line(provider))} | " + " | ".join(str(seen.count(s)) for s in statuses) + " |")
    return "\n".join(lines)


def _finding(finding: Finding) -> str:
    summary = f"{_MARKS[finding.severity]} {escape(title(finding))}: {escape(line(finding.message))}"
    text = "\n".join(details(finding))
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"<details><summary>{summary}</summary>\n\n{fence}text\n{text}\n{fence}\n</details>"
