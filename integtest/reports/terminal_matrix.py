"""The matrix of `break` at a terminal."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from integtest.reports.console import say
from integtest.reports.matrix import LETTERS, WORDS, Matrix, clean, matrix_of
from integtest.reports.report import Report
from integtest.reports.text import line
from integtest.reports.words import count

_STYLES = {"survived": "green", "known": "yellow", "not-judged": "yellow"}
_MODE_WIDTH = 34
_CELL = 4


def matrix(console: Console, report: Report) -> None:
    """Interactions as numbered columns, modes as rows, a letter a cell; then the shares survived."""
    found = matrix_of(report.judgements or ())
    if not found.columns:
        return
    who = line((report.judgements or ())[0].case.consumer)
    console.print(f"{who}: {count(len(found.columns), 'interaction')}, {count(len(found.rows), 'failure mode')}.\n")
    for number, ref in enumerate(found.columns, 1):
        say(console, (f"  {number:>2}  ", "bold"), (line(f'{ref.provider} "{ref.description}"', 200), ""))
    room = max((report.width - _MODE_WIDTH) // _CELL, 1)
    for start in range(0, len(found.columns), room):
        console.print()
        console.print(_table(found, start, min(start + room, len(found.columns))))
    _legend(console, found)
    say(
        console,
        ("\nclean input: ", "bold"),
        (clean(report.judgements or ()), ""),
        ("   messy input: ", "bold"),
        (f"{found.survived} of {found.judged} cases survived ({found.share})", ""),
    )


def _table(found: Matrix, start: int, end: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("layer")
    table.add_column("mode")
    for number in range(start + 1, end + 1):
        table.add_column(str(number), justify="center", min_width=2)
    for layer, rows in groupby(sorted(found.rows, key=lambda row: row.layer), key=lambda row: row.layer):
        for index, row in enumerate(rows):
            cells = [_cell(status) for status in row.cells[start:end]]
            table.add_row(Text(layer if index == 0 else "", "dim"), Text(row.mode), *cells)
    return table


def _cell(status: str | None) -> Text:
    if status is None:
        return Text(" ")
    return Text(LETTERS[status], _STYLES.get(status, "bold red"))


def _legend(console: Console, found: Matrix) -> None:
    console.print()
    for status, letter in LETTERS.items():
        if found.counts[status]:
            say(
                console,
                (f"  {letter}  ", _STYLES.get(status, "bold red")),
                (f"{found.counts[status]:>4}  ", "bold"),
                (WORDS[status], ""),
            )
