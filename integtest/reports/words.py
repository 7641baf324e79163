"""Sentences that several formats share."""

from __future__ import annotations

from collections import Counter
from typing import Any

from integtest.model.finding import Finding, Severity
from integtest.model.http import Place
from integtest.reports.report import Report
from integtest.reports.text import body, compact, line

_COUNTED: tuple[Severity, ...] = ("error", "warning")


def place(location: Place) -> str:
    """`file:line pointer`, as far as known."""
    where = f"{location.file}:{location.line}" if location.file and location.line else location.file or ""
    return line(" ".join(part for part in (where, location.pointer) if part))


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 finding`, `2,000 findings`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def counts(report: Report) -> str:
    """How many interactions have each status, the worst first: `1 failed, 5 verified`."""
    statuses = [result.status for result in report.interactions]
    known = ("failed", "unproven", "skipped", "pending", "verified")
    return ", ".join(f"{statuses.count(s):,} {s}" for s in known if s in statuses) or "nothing was verified"


def closing(report: Report) -> str:
    """What it comes to in one line: `1 failed, 5 verified · 1 error`, or `6 ok, 1 fail` of doctor's checks."""
    if report.checks is not None:
        tally = Counter(check.status for check in report.checks)
        return ", ".join(f"{number} {status}" for status, number in sorted(tally.items(), reverse=True))
    if report.integrations is not None:
        lacking = sum(one.lacks == "contract" for one in report.integrations)
        unseen = sum(one.lacks == "cassette" for one in report.integrations)
        called = count(len(report.integrations) - unseen, "endpoint")
        return f"{called} called, {lacking} without a contract; {unseen} promised and in no cassette"
    if report.forced is not None and not report.verdict.interactions and not report.verdict.contracts:
        found = [count(report.verdict.count(s), s) for s in _COUNTED if report.verdict.count(s)]
        return " · ".join(found) or "nothing found"
    found = [count(report.verdict.count(s), s) for s in _COUNTED if report.verdict.count(s)]
    return " · ".join([counts(report), *found])


def title(finding: Finding) -> str:
    """What a finding is about, for a heading: `consumer -> provider "description"`, or its file, or its rule."""
    if finding.interaction is not None:
        who = " -> ".join(name for name in (finding.consumer, finding.provider) if name)
        return line(f'{who} "{finding.interaction}"'.strip(), 300)
    return line(finding.provider or finding.location.file or finding.rule, 200)


def details(finding: Finding) -> list[str]:
    """Everything a person needs to act on a finding, as lines of plain text."""
    out = [f"{finding.severity}: {line(finding.message, 2000)}"]
    where = place(finding.location)
    facts = [
        ("rule", line(finding.rule)),
        ("blame", finding.blame),
        ("mode", finding.mode and line(finding.mode)),
        ("at", where),
        *differing(finding),
    ]
    out += [f"  {name}: {text}" for name, text in facts if text]
    out += [f"  {text}" for text in seen(finding)]
    if finding.hint:
        out.append(f"  do: {line(finding.hint, 2000)}")
    return out


def differing(finding: Finding) -> list[tuple[str, str]]:
    """Expected and actual, where either is known."""
    if finding.expected is None and finding.actual is None:
        return []
    return [("expected", compact(finding.expected)), ("actual", compact(finding.actual))]


def seen(finding: Finding, *, clip: int = 2000) -> list[str]:
    """What the evidence holds, as lines: state, request, reply, body, traceback, and the curl line last."""
    evidence = finding.evidence or {}
    request, response = evidence.get("request"), evidence.get("response")
    facts = [_state(evidence)] if evidence.get("state") else []
    if isinstance(request, dict):
        facts.append(_exchange(request, response if isinstance(response, dict) else None, evidence))
    out = [" · ".join(facts)] if facts else []
    if isinstance(request, dict) and request.get("body"):
        out += [f"> {row}" for row in body(request["body"], clip).splitlines()]
    if isinstance(response, dict) and response.get("body"):
        out += body(response["body"], clip).splitlines()
    traceback = evidence.get("traceback")
    out += [line(str(item)) for item in traceback] if isinstance(traceback, list | tuple) else []
    if evidence.get("curl"):
        out.append(line(str(evidence["curl"]), 8000))
    return out


def _state(evidence: dict[str, Any]) -> str:
    took = f" set up in {_ms(evidence['state_ms'])}" if evidence.get("state_ms") is not None else ""
    return f'state "{line(str(evidence["state"]))}"{took}'


def _exchange(request: dict[str, Any], response: dict[str, Any] | None, evidence: dict[str, Any]) -> str:
    sent = line(f"{request.get('method', '')} {request.get('url', '')}".strip(), 2000)
    took = f" in {_ms(evidence['latency_ms'])}" if evidence.get("latency_ms") is not None else ""
    if response:
        return f"{sent} -> {line(str(response.get('status', '?')))}{took}"
    return f"{sent} -> {line(str(evidence['error']))}" if evidence.get("error") else sent


def _ms(value: object) -> str:
    if not isinstance(value, int | float):
        return line(str(value), 20)
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"
