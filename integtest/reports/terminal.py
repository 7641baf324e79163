"""The report for a person at a terminal: readable without colour, and at any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from integtest.model.verdict import InteractionResult
from integtest.reports.console import STYLES, printed, recording, say
from integtest.reports.report import Report
from integtest.reports.terminal_findings import findings
from integtest.reports.terminal_map import integrations
from integtest.reports.terminal_matrix import matrix
from integtest.reports.text import line
from integtest.reports.words import closing, count

_TABLE_WIDTH = 72
_NUMBERS = ("promises", "exchanges")
_SOURCES = (
    ("consumer", "consumer's tests"),
    ("recorded", "recorded traffic"),
    ("live", "provider live"),
    ("message", "messages"),
    ("static", "spec"),
)


def render(report: Report) -> str:
    """What was looked at, what is wrong and who must act, the counts, and what to type next."""
    console = recording(report)
    if report.integrations is not None:
        integrations(console, report.integrations)
        findings(console, report)
    elif report.checks is not None:
        _checks(console, report)
    else:
        if report.verbosity >= 0:
            _overview(console, report) if report.judgements is None else matrix(console, report)
        findings(console, report)
    if report.verbosity > 0:
        _interactions(console, report)
    _closing(console, report)
    return printed(console)


def _overview(console: Console, report: Report) -> None:
    results = report.interactions
    promises = {(r.consumer, r.provider, r.description) for r in results}
    consumers, providers = sorted({r.consumer for r in results}), {r.provider for r in results}
    exchanges = count(report.verdict.exchanges, "exchange")
    if not results and not report.verdict.contracts and report.verdict.notes:
        return  # A command about no contract tells in its notes what it read.
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
        say(console, (f"\n {row[0][1]}", "bold"))
        for heading, cell in row[1:]:
            console.print(Text.assemble(f"   {heading}: ", cell))


def _rows(results: tuple[InteractionResult, ...]) -> Iterator[list[tuple[str, Text]]]:
    """For each provider, what each source of exchanges came to."""
    used = [(source, heading) for source, heading in _SOURCES if any(r.source == source for r in results)]
    others = {r.source for r in results} - {source for source, _ in used}
    for provider, group in groupby(results, key=lambda result: result.provider):
        of = list(group)
        promises = len({(r.consumer, r.description) for r in of})
        row = [("integration", Text(line(provider))), ("promises", Text(str(promises)))]
        row.append(("exchanges", Text(f"{sum(r.seen for r in of):,}")))
        row += [(heading, _cell(r for r in of if r.source == source)) for source, heading in used]
        row += [("not exercised", _cell(r for r in of if r.source in others))] if others else []
        yield row


def _table(rows: list[list[tuple[str, Text]]]) -> Table:
    table = Table(box=None, pad_edge=True, padding=(0, 2, 0, 0), header_style="bold")
    for heading, _ in rows[0]:
        table.add_column(heading, justify="right" if heading in _NUMBERS else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell for _, cell in row))
    return table


def _cell(results: Iterable[InteractionResult]) -> Text:
    tally = Counter("ok" if r.status == "verified" else r.status for r in results)
    parts = [Text(f"{number} {word}", STYLES[word]) for word, number in sorted(tally.items(), key=_ok_first)]
    return Text(" · ").join(parts) if parts else Text("-", "dim")


def _ok_first(item: tuple[str, int]) -> tuple[bool, str]:
    return (item[0] != "ok", item[0])


def _interactions(console: Console, report: Report) -> None:
    if not report.interactions:
        return
    console.print()
    for result in report.interactions:
        timing = f"  {result.latency_ms.p50:.0f} ms" if result.latency_ms else ""
        by = f"  by {' and '.join(result.verified_by)}" if result.verified_by else ""
        reason = f"  {line(result.reason)}" if result.reason else ""
        name = line(f'{result.consumer} -> {result.provider} "{result.description}"')
        status = (f" {result.status:<9}", STYLES[result.status])
        say(console, status, (f" {name}", ""), (f"{by}{timing}{reason}", "dim"))


def _checks(console: Console, report: Report) -> None:
    checks = report.checks or ()
    width = max((len(line(check.name)) for check in checks), default=0)
    for check in checks:
        if check.status == "ok" and report.verbosity < 0:
            continue
        status = (f" {check.status:<5}", STYLES[check.status])
        say(console, status, (f"{line(check.name):<{width}}  ", "bold"), (line(check.detail, 1000), ""))
        if check.hint and check.status != "ok":
            say(console, (f"       {line(check.hint, 1000)}", ""))


def _closing(console: Console, report: Report) -> None:
    console.print()
    took = f"   {report.verdict.duration:.1f} s"
    say(console, (closing(report), STYLES[report.outcome.word]), (took, "dim"))
    if report.next_command:
        say(console, (f"  {report.next_command}", ""))
