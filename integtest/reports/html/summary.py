"""The top of the page: the verdict, and the numbers that stand for it."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.reports.html.element import Element, h
from integtest.reports.html.words import MARKS, command, tone
from integtest.reports.matrix import clean, matrix_of
from integtest.reports.report import Report
from integtest.reports.words import closing


def summary(report: Report) -> Element:
    """The word, the sentence, the tiles, the notes and what to type next."""
    word = report.outcome.word
    return h(
        "section",
        h(
            "p",
            h("strong", f"{MARKS[tone(word)]} {word}", class_=f"verdict {tone(word)}"),
            h("span", f" {closing(report)} "),
            h(
                "span",
                f"in {report.verdict.duration:.1f} s, exit status {report.outcome.exit_status}",
                class_="dim",
            ),
        ),
        h("ul", (_tile(*tile) for tile in _tiles(report)), class_="tiles"),
        (h("p", note, class_="dim") for note in report.verdict.notes),
        h("p", command(report.next_command)) if report.next_command else None,
        id="summary",
        aria_label="Summary",
    )


def _tiles(report: Report) -> Iterator[tuple[str, str]]:
    verdict = report.verdict
    if report.judgements:
        found = matrix_of(report.judgements)
        yield found.share, f"of messy input survived: {found.survived} of {found.judged} cases"
        yield clean(report.judgements).split(" ")[0], f"on clean input: {clean(report.judgements)}"
        yield f"{found.counts['not-judged']:,}", "cases not judged"
    elif verdict.interactions:
        yield f"{sum(r.status == 'verified' for r in verdict.interactions):,}", "promises verified"
        yield f"{len(verdict.interactions):,}", "promises in all"
        yield f"{verdict.exchanges:,}", "exchanges seen"
    for level in ("error", "warning"):
        yield f"{verdict.count(level):,}", f"{level}s"


def _tile(number: str, what: str) -> Element:
    return h("li", h("b", number), f" {what}")
