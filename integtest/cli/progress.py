"""Progress on stderr, for a person who waits: on a terminal only, and never in CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from integtest.flows.verify.events import InteractionFinished, Listener, Started

if TYPE_CHECKING:
    from integtest.flows.verify.events import Event


@contextmanager
def progress(*, quiet: bool, color: bool) -> Iterator[Listener]:
    """A listener that draws a bar while the block runs, or one that does nothing."""
    if quiet or not wanted(os.environ, sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, no_color=not color)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)
        failed = 0

        def listen(event: Event) -> None:
            nonlocal failed
            if isinstance(event, Started):
                bar.update(task, description="verifying", total=event.interactions)
            elif isinstance(event, InteractionFinished):
                failed += event.result.status == "failed"
                bar.update(task, advance=1, description=f"verifying, {failed} failed" if failed else "verifying")

        yield listen


def wanted(environ: Mapping[str, str], terminal: bool) -> bool:
    """A terminal that can redraw a line, and nobody's log."""
    in_ci = environ.get("CI", "") not in ("", "0", "false")
    return terminal and not in_ci and environ.get("TERM") != "dumb"
