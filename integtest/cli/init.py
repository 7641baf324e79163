"""`integtest init`: first contracts, from packs or from scratch."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integtest.cli.options import Common, common

if TYPE_CHECKING:
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest init                                   a configuration, a first contract and its test
  integtest init --use oauth2 --use openai         contracts/oauth2.py and contracts/openai.py, yours to edit
  integtest init --list                            the packs that there are

\b
Exit status:
  0  written, or there already and left as it is
  2  wrong usage, or no such pack: nothing was written
  3  a file could not be written
"""


@click.command(epilog=EPILOG)
@click.option("--use", "uses", metavar="PACK", multiple=True, help="Start from a pack. Repeatable.")
@click.option("--list", "listed", is_flag=True, help="Name the packs; write nothing.")
@click.option("--consumer", metavar="NAME", help="Who relies on it.  [default: the folder's name]")
@click.option("--folder", metavar="DIR", default="contracts", show_default=True, help="Where contracts go.")
@common
def init(given: Common, uses: tuple[str, ...], listed: bool, consumer: str | None, folder: str) -> Report:
    """Write first contracts: from packs, or one of your own with a test.

    A pack's contract is short and calls the pack's functions for what a consumer commonly uses: take away what you
    do not use, and add from its reference page. Files that are there already are never written over.
    """
    from integtest.flows.init import Started, Wanted, consumer_of, menu
    from integtest.model.verdict import Verdict
    from integtest.reports.outcome import Outcome
    from integtest.reports.report import Report
    from integtest.wiring.starting import start_project

    began = time.perf_counter()
    if listed:
        done = Started(menu(), "next: integtest init --use PACK")
    else:
        who = consumer_of(Path.cwd().name) if consumer is None else consumer
        configured = given.load().file is not None
        done = start_project(Wanted(uses, who, _inside(folder), configured))
    verdict = Verdict(duration=time.perf_counter() - began)
    return Report(verdict, forced=Outcome("pass", 0), checks=done.checks, next_command=done.next_command)


def _inside(folder: str) -> str:
    """The folder relative to the working folder, in plain form; UsageError for one outside, or no module's name."""
    from integtest.errors import UsageError

    path = Path(folder)
    if path.is_absolute() or not path.parts or not all(part.isidentifier() for part in path.parts):
        raise UsageError(
            f"{folder!r} cannot be imported from", place="--folder", hint="name a folder here, such as contracts"
        )
    return path.as_posix()
