"""The map of integrations at a terminal: a line for each endpoint, by provider and host."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from integtest.model.integration import Integration
from integtest.reports.console import say
from integtest.reports.text import line
from integtest.reports.words import count

_STYLES = {"contract": "bold red", "cassette": "yellow", None: "green"}


def integrations(console: Console, rows: Sequence[Integration]) -> None:
    """What has no contract stands out."""
    for (provider, host), group in groupby(rows, key=lambda row: (row.provider, row.host)):
        name = line(provider) if provider else "no contract with"
        say(console, (f" {name}", "bold"), (f"  {line(host)}" if host else "  promised, in no cassette", "dim"))
        for row in group:
            calls = f"{row.seen:,}×" if row.seen else "-"
            promises = "; ".join(f'"{line(text, 80)}"' for text in row.contracts) or "NO CONTRACT"
            files = f"  {_files(row.cassettes)}" if row.cassettes else ""
            say(
                console,
                (f"   {line(row.call)}", ""),
                (f"  {calls}  ", "dim"),
                (promises, _STYLES[row.lacks]),
                (files, "dim"),
            )


def _files(files: Sequence[str]) -> str:
    more = f" and {count(len(files) - 1, 'more file')}" if len(files) > 1 else ""
    return f"{line(files[0])}{more}"
