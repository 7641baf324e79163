"""The report for a person at a terminal: readable without colour, and at any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult
from integtest.reports.report import Report, key_of
from integtest.reports.text import line
from integtest.reports.words import closing, count, differing, place, seen, title

_NARROWEST = 40
_TABLE_WIDTH = 72
_BODY_CLIP = 600
_BODY_LINES = 12
_MOST_WARNINGS = 20
_SOURCES = (
    ("recorded", "recorded traffic"),
    ("live", "provider live"),
    ("message", "messages"),
    ("static", "spec"),
)
_STYLES = {
    "verified": "green",
    "ok": "green",
    "pass": "green",
    "failed": "bold red",
    "fail": "bold red",
    "error": "bold red",
    "unknown": "bold yellow",
    "pending": "yellow",
    "unproven": "yellow",
    "skipped": "yellow",
    "warn": "yellow",
    "warning": "yellow",
}


def render(report: Report) -> str:
    """What was looked at, what is wrong and who must act, the counts, and what to type next."""
    console = Console(
        file=StringIO(),
        width=max(report.width, _NARROWEST),
        force_terminal=report.color,
        color_system="standard" if report.color else None,
        no_color=not report.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    if report.checks is not None:
        _checks(console, report)
    elif report.verbosity >= 0:
        _overview(console, report)
    _problems(console, report)
    if report.verbosity > 0:
        _interactions(console, report)
    _closing(console, report)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(row.rstrip() for row in text.splitlines()).strip("\n") + "\n"


def _overview(console: Console, report: Report) -> None:
    results = report.interactions
    promises = {(r.consumer, r.provider, r.description) for r in results}
    consumers, providers = sorted({r.consumer for r in results}), {r.provider for r in results}
    exchanges = count(report.verdict.exchanges, "exchange")
    if not results:
        console.print(f"{count(report.verdict.contracts, 'contract')}, {exchanges} read.\n")
        return
    who = line(consumers[0]) if len(consumers) == 1 else count(len(consumers), "consumer")
    talk = "talks" if len(consumers) == 1 else "talk"
    console.print(
        f"{who} {talk} to {count(len(providers), 'provider')}. {count(len(promises), 'promise')}, {exchanges}."
    )
    rows = list(_rows(results))
    if report.width >= _TABLE_WIDTH:
        console.print(Padding(_table(rows), (1, 0, 0, 1)))
        return
    for row in rows:
        _put(console, Text(f"\n {row[0][1]}", "bold"))
        for heading, cell in row[1:]:
            _put(console, Text(f"   {heading}: ") + cell)


def _rows(results: tuple[InteractionResult, ...]) -> Iterator[list[tuple[str, Text]]]:
    """For each provider, what each source of exchanges came to."""
    used = [(source, heading) for source, heading in _SOURCES if any(r.source == source for r in results)]
    others = {r.source for r in results} - {source for source, _ in used}
    for provider, group in groupby(results, key=lambda result: result.provider):
        of = list(group)
        promises = len({(r.consumer, r.description) for r in of})
        row = [("integration", Text(line(provider))), ("promises", Text(str(promises)))]
        row += [(heading, _cell(r for r in of if r.source == source)) for source, heading in used]
        row += [("not exercised", _cell(r for r in of if r.source in others))] if others else []
        yield row


def _table(rows: list[list[tuple[str, Text]]]) -> Table:
    table = Table(box=None, pad_edge=True, padding=(0, 2, 0, 0), header_style="bold")
    for heading, _ in rows[0]:
        table.add_column(heading, justify="right" if heading == "promises" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell for _, cell in row))
    return table


def _cell(results: Iterable[InteractionResult]) -> Text:
    tally = Counter("ok" if r.status == "verified" else r.status for r in results)
    parts = [Text(f"{number} {word}", _STYLES[word]) for word, number in sorted(tally.items(), key=_ok_first)]
    return Text(" · ").join(parts) if parts else Text("not run", "dim")


def _ok_first(item: tuple[str, int]) -> tuple[bool, str]:
    return (item[0] != "ok", item[0])


def _problems(console: Console, report: Report) -> None:
    worst = [f for f in report.findings if f.severity == "error"]
    for _, group in groupby(worst, key=lambda f: key_of(f) or (f.rule, f.message, f.fingerprint)):
        _failure(console, list(group))
    milder = [
        f for f in report.findings if f.severity == "warning" or (f.severity == "info" and report.verbosity > 0)
    ]
    shown = milder if report.verbosity > 0 else milder[:_MOST_WARNINGS]
    if shown and report.verbosity >= 0:
        console.print()
        for finding in shown:
            _mild(console, finding)
    if report.verbosity >= 0 and len(milder) > len(shown):
        console.print(Text(f"  … and {count(len(milder) - len(shown), 'more warning')}: see them with -v"))
    if report.verbosity >= 0:
        for note in report.verdict.notes:
            _put(console, Text(f"  {line(note, 2000)}", "dim"))


def _failure(console: Console, findings: list[Finding]) -> None:
    """One heading, each difference, then the evidence once."""
    first = findings[0]
    word = "FAILED" if first.interaction else "ERROR"
    head = Text("x ", "bold red") + Text(title(first), "bold") + Text(f"  {word}", "bold red")
    console.print()
    _put(console, head + Text(f"  blame {first.blame}", "bold"))
    for finding in findings:
        where, pointer = place(finding.location), line(finding.location.pointer or "")
        message = line(finding.message, 1000)
        _put(console, Text(f"   {pointer}  " if pointer else "   ") + Text(message))
        for name, value in differing(finding):
            if value not in message:
                _put(console, Text(f"     {name:<9}{value}"))
        if where not in ("", title(first), pointer):
            _put(console, Text(f"     at {where}", "dim"))
    for text in _evidence(findings):
        _put(console, Text(f"   {text}", "dim"))
    for hint in dict.fromkeys(f.hint for f in findings if f.hint):
        _put(console, Text(f"   do: {line(hint, 1000)}"))


def _evidence(findings: list[Finding]) -> Iterator[str]:
    """The lines of all findings' evidence, each once; a long body shows its first lines."""
    rows = list(dict.fromkeys(row for finding in findings for row in seen(finding, clip=_BODY_CLIP)))
    yield from rows[:_BODY_LINES]
    if len(rows) > _BODY_LINES:
        left = rows[_BODY_LINES:]
        last = [row for row in left if row.startswith("curl ")]
        if len(left) > len(last):
            yield f"… {count(len(left) - len(last), 'more line')}: see --format json"
        yield from last


def _mild(console: Console, finding: Finding) -> None:
    mark = Text("! " if finding.severity == "warning" else "i ", _STYLES.get(finding.severity, "dim"))
    about = f"{title(finding)} · " if finding.interaction or finding.provider else ""
    where = place(finding.location)
    _put(
        console,
        Text(" ") + mark + Text(f"{about}{line(finding.message)}") + Text(f"  {where}" if where else "", "dim"),
    )
    if finding.hint:
        _put(console, Text(f"     {line(finding.hint)}", "dim"))


def _interactions(console: Console, report: Report) -> None:
    if not report.interactions:
        return
    console.print()
    for result in report.interactions:
        timing = f"  {result.latency_ms.p50:.0f} ms" if result.latency_ms else ""
        by = f"  by {' and '.join(result.verified_by)}" if result.verified_by else ""
        reason = f"  {line(result.reason)}" if result.reason else ""
        name = line(f'{result.consumer} -> {result.provider} "{result.description}"')
        status = Text(f" {result.status:<9}", _STYLES[result.status])
        _put(console, status + Text(f" {name}") + Text(f"{by}{timing}{reason}", "dim"))


def _checks(console: Console, report: Report) -> None:
    checks = report.checks or ()
    width = max((len(check.name) for check in checks), default=0)
    for check in checks:
        status = Text(f" {check.status:<5}", _STYLES[check.status])
        _put(console, status + Text(f"{check.name:<{width}}  ", "bold") + Text(line(check.detail, 1000)))
        if check.hint and check.status != "ok":
            _put(console, Text(f"       {line(check.hint, 1000)}"))


def _closing(console: Console, report: Report) -> None:
    console.print()
    _put(
        console,
        Text(closing(report), _STYLES[report.outcome.word]) + Text(f"   {report.verdict.duration:.1f} s", "dim"),
    )
    if report.next_command:
        _put(console, Text(f"  {report.next_command}"))


def _put(console: Console, text: Text) -> None:
    """Print one line whole: a path, a curl line must survive being copied."""
    console.print(text, soft_wrap=True)
