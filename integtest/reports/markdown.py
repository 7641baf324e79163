"""Markdown for a pull request's comment or a job's summary (GitHub Flavored Markdown)."""

from __future__ import annotations

import re
from itertools import groupby

from integtest.model.finding import Finding
from integtest.model.integration import Integration
from integtest.model.verdict import InteractionResult
from integtest.reports.matrix import LETTERS, WORDS, Matrix, matrix_of
from integtest.reports.report import Report
from integtest.reports.text import line
from integtest.reports.unjudged import gathered
from integtest.reports.words import closing, count, counts, details, title

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$:-])")
_MARKS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_MOST_FINDINGS = 100


def render(report: Report) -> str:
    """A heading with the verdict, a table of the providers, and the findings folded away."""
    parts = [
        f"## integtest: {report.outcome.word}",
        f"{escape(counts(report) if report.integrations is None else closing(report))}.",
    ]
    if report.interactions:
        parts.append(_table(report.interactions))
    if report.integrations is not None:
        parts.append(_map(report.integrations))
    if report.judgements:
        parts.append(_matrix(matrix_of(report.judgements)))
    if report.checks is not None:
        rows = [f"| {escape(c.name)} | {c.status} | {escape(line(c.detail))} |" for c in report.checks]
        parts.append("\n".join(["| check | status | found |", "|---|---|---|", *rows]))
    found = gathered(report)
    parts += [_finding(finding) for finding in found[:_MOST_FINDINGS]]
    left = len(found) - _MOST_FINDINGS
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


def _map(rows: tuple[Integration, ...]) -> str:
    lines = ["| provider | host | call | seen | contract | cassettes |", "|---|---|---|---:|---|---:|"]
    for row in rows:
        promises = "; ".join(escape(line(text, 100)) for text in row.contracts) or "**none**"
        names = [escape(line(text)) for text in (row.provider or "none", row.host, row.call)]
        lines.append(f"| {' | '.join(names)} | {row.seen} | {promises} | {len(row.cassettes)} |")
    return "\n".join(lines)


def _matrix(found: Matrix) -> str:
    """Modes down, interactions across as numbers, folded away; what the letters mean stands above."""
    told = f"{found.survived} of {found.judged} cases of messy input survived ({found.share})"
    legend = [f"`{LETTERS[s]}` {found.counts[s]} {escape(WORDS[s])}" for s in LETTERS if found.counts[s]]
    names = [f"{n}. {escape(line(f'{r.provider}: {r.description}', 200))}" for n, r in enumerate(found.columns, 1)]
    head = "| layer | mode | " + " | ".join(map(str, range(1, len(found.columns) + 1))) + " |"
    rows = [
        f"| {row.layer} | {escape(line(row.mode))} | "
        + " | ".join(f"`{LETTERS[c]}`" if c else " " for c in row.cells)
        + " |"
        for row in found.rows
    ]
    table = "\n".join([head, "|---|---|" + ":---:|" * len(found.columns), *rows])
    folded = "\n\n".join([f"<details><summary>{told}</summary>", "\n".join(names), table, "</details>"])
    return "\n\n".join([f"**{told}**: {', '.join(legend)}", folded])


def _finding(finding: Finding) -> str:
    summary = f"{_MARKS[finding.severity]} {escape(title(finding))}: {escape(line(finding.message))}"
    text = "\n".join(details(finding))
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"<details><summary>{summary}</summary>\n\n{fence}text\n{text}\n{fence}\n</details>"
