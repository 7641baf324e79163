"""What is wrong, who must act, and what nothing exercised: the terminal report's middle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Console

from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult
from integtest.reports.console import STYLES, say
from integtest.reports.report import Report, key_of
from integtest.reports.text import line
from integtest.reports.unjudged import gathered
from integtest.reports.words import count, differing, place, seen, title

_BODY_CLIP = 600
_BODY_LINES = 12
_MOST_FAILURES = 50
_MOST_WARNINGS = 20
_MOST_IDLE = 5


def findings(console: Console, report: Report) -> None:
    """Errors by interaction, then what is milder, then what is unproven, then notes."""
    worst = [f for f in report.findings if f.severity == "error"]
    failures = [
        list(group) for _, group in groupby(worst, key=lambda f: key_of(f) or (f.rule, f.message, f.fingerprint))
    ]
    most = len(failures) if report.verbosity > 0 else _MOST_FAILURES
    for failure in failures[:most]:
        _failure(console, failure)
    if len(failures) > most:
        say(
            console,
            (f"\n   … and {len(failures) - most:,} more failures: see them with -v, or --format json", "bold"),
        )
    if report.verbosity < 0:
        return
    among = report.findings if report.verbosity > 0 else gathered(report)
    milder = [f for f in among if f.severity == "warning" or (f.severity == "info" and report.verbosity > 0)]
    shown = milder if report.verbosity > 0 else milder[:_MOST_WARNINGS]
    idle = [] if report.verbosity > 0 else [r for r in report.interactions if r.status in ("unproven", "skipped")]
    if milder or idle or report.verdict.notes:
        console.print()
    for finding in shown:
        _mild(console, finding)
    if len(milder) > len(shown):
        say(console, (f"   … and {count(len(milder) - len(shown), 'more warning')}: see them with -v", ""))
    _idle(console, idle)
    for note in report.verdict.notes:
        say(console, (f"   {line(note, 2000)}", "dim"))


def _idle(console: Console, results: list[InteractionResult]) -> None:
    """The promises that nothing exercised, and why: a line for each provider and reason."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for result in results:
        reason = (result.reason or "").replace(f'"{result.description}"', "it")
        groups.setdefault((result.provider, result.status, reason), []).append(result.description)
    for (provider, status, reason), names in groups.items():
        shown = ", ".join(f'"{line(name, 80)}"' for name in names[:_MOST_IDLE])
        more = f", and {len(names) - _MOST_IDLE:,} more" if len(names) > _MOST_IDLE else ""
        why = f" ({line(reason)})" if reason else ""
        say(console, (" ? ", "yellow"), (f"{line(provider)} {status}: {shown}{more}{why}", ""))


def _failure(console: Console, findings: list[Finding]) -> None:
    """One heading, each difference, then the evidence once."""
    first = findings[0]
    word = "FAILED" if first.interaction else "ERROR"
    console.print()
    say(
        console,
        ("x ", "bold red"),
        (title(first), "bold"),
        (f"  {word}", "bold red"),
        (f"  blame {first.blame}", "bold"),
    )
    for finding in findings:
        pointer, message = line(finding.location.pointer or ""), line(finding.message, 1000)
        say(console, (f"   {pointer}  " if pointer else "   ", ""), (message, ""))
        for name, value in differing(finding):
            if value not in message and not message.startswith("expected "):
                say(console, (f"     {name:<9}{value}", ""))
    for where in dict.fromkeys(_file(finding) for finding in findings):
        if where not in ("", title(first)):
            say(console, (f"   at {where}", "dim"))
    for text in _evidence(findings):
        say(console, (f"   {text}", "dim"))
    for hint in dict.fromkeys(f.hint for f in findings if f.hint):
        say(console, (f"   do: {line(hint, 1000)}", ""))


def _file(finding: Finding) -> str:
    return place(finding.location.model_copy(update={"pointer": None}))


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
    mark = "!" if finding.severity == "warning" else "i"
    about = f"{title(finding)} · " if finding.interaction or finding.provider else ""
    where = _file(finding)
    text = f"{about}{line(finding.message)}"
    say(console, (f" {mark} ", STYLES.get(finding.severity, "dim")), (text, ""), (f"  {where}", "dim"))
    if finding.hint:
        say(console, (f"     {line(finding.hint)}", "dim"))
