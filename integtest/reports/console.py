"""What the parts of the terminal report print on."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.text import Text

from integtest.reports.report import Report

_NARROWEST = 40
STYLES = {
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


def recording(report: Report) -> Console:
    """A console of the report's width and colour that keeps what is printed."""
    return Console(
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


def printed(console: Console) -> str:
    """All that was printed, without spaces at the ends of lines."""
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(row.rstrip() for row in text.splitlines()).strip("\n") + "\n"


def say(console: Console, *parts: tuple[str, str]) -> None:
    """One line of texts with their styles, whole: a path, a curl line must survive being copied."""
    console.print(Text.assemble(*parts), soft_wrap=True)
