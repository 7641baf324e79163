"""What a recording came to, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from integtest.cli.options import Common, Text
from integtest.flows.record.outcome import Recorded, findings_of
from integtest.model.finding import Finding, Severity
from integtest.model.verdict import Verdict
from integtest.reports.outcome import COULD_NOT_RUN, Outcome, of_findings
from integtest.reports.report import Report
from integtest.reports.text import plain

if TYPE_CHECKING:
    from integtest.config.load import Config


class _Counted(Protocol):
    @property
    def recorded(self) -> int: ...
    @property
    def replaced(self) -> int: ...
    @property
    def in_doubt(self) -> int: ...
    @property
    def played(self) -> int: ...
    @property
    def failed(self) -> int: ...


def counted(part: _Counted) -> str:
    """The numbers in words."""
    words = [
        f"{part.recorded} exchanges",
        f"{part.replaced} secrets and strings replaced",
        f"{part.in_doubt} left in doubt",
        *([f"{part.played} played from the cassette"] if part.played else []),
        *([f"{part.failed} failures of the provider among them"] if part.failed else []),
    ]
    return "   ".join(words)


def report_of(given: Common, config: Config, status: int, parts: Sequence[Recorded]) -> Report | Text:
    """The summary; its exit status is the command's where that failed, else the findings'."""
    fail_on = given.threshold(config)
    found = findings_of(parts)
    outcome = _outcome(found, fail_on, status, parts)
    total = sum(part.recorded for part in parts)
    report = Report(Verdict(findings=found, exchanges=total), forced=outcome, fail_on=fail_on)
    if given.form == "json":
        return Text(_json(report, status, parts), outcome.exit_status)
    if given.form != "terminal":
        return report
    return Text(_text(report, parts), outcome.exit_status)


def _outcome(found: Sequence[Finding], fail_on: Severity, status: int, parts: Sequence[Recorded]) -> Outcome:
    if status:
        return Outcome("fail", status)
    return COULD_NOT_RUN if any(part.problem or part.unreachable for part in parts) else of_findings(found, fail_on)


def _text(report: Report, parts: Sequence[Recorded]) -> str:
    width = max(len(part.name) for part in parts)
    lines = [f" {part.name:<{width}}  {part.url}   {counted(part)}" for part in parts]
    lines += [_written(part) for part in parts if _is_written(part)]
    for finding in report.findings:
        mark = "x" if report.fails(finding) else "!"
        where = " ".join(str(w) for w in (finding.location.file, finding.location.pointer) if w)
        lines.append(f" {mark} {finding.provider or ''} · {finding.message}{f'   {where}' if where else ''}")
        lines += [f"   {finding.hint}"] if finding.hint else []
    written = next((part.cassette for part in parts if _is_written(part)), None)
    if written is not None:
        lines.append(f"next: integtest serve --cassette {written}")
    return "\n".join(lines) + "\n"


def _is_written(part: Recorded) -> bool:
    return bool(part.recorded) and not part.problem and not part.kept_old


def _written(part: Recorded) -> str:
    kept = f"   kept where contracts compare values: {part.kept} places" if part.kept else ""
    return f"wrote {part.cassette} ({part.recorded}){kept}"


def _json(report: Report, status: int, parts: Sequence[Recorded]) -> str:
    from integtest.reports.json import document

    recorded = [
        plain(part.model_dump(mode="json", exclude={"doubts", "problem"}) | {"written": _is_written(part)})
        for part in parts
    ]
    return json.dumps(document(report) | {"recorded": recorded, "command_status": status}, indent=2) + "\n"
