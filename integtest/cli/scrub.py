"""`integtest scrub`: takes secrets out of cassettes, or only looks for them."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from integtest.cli.options import Common, common

if TYPE_CHECKING:
    from integtest.model.finding import Finding
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest scrub fixtures/cassettes                    mend cassettes in place; no copy is left behind
  integtest scrub --check fixtures/cassettes            only look: for CI and pre-commit

\b
Exit status:
  0  nothing secret stands there (any more)
  1  something does, or a recording cannot be judged
  2  wrong usage or configuration, or no cassette there
  3  a file could not be read or written
"""


@click.command(epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Look only; write nothing.")
@common
def scrub(given: Common, paths: tuple[str, ...], check: bool) -> Report:
    """Take secrets and personal data out of cassettes.

    PATH is a cassette or a folder. Values are replaced by stand-ins of the same kind and length, the same ones
    throughout a cassette, so that it still plays. Variables that the configuration's `secrets` names are looked
    for by value. Of what came from beyond loopback only the strings that `[tool.integtest.scrub] keep` names stay,
    unless `allow-list = false`; --check tells of what is known to be secret. A HAR file is mended
    where its secrets stand; all else in it stays as it was written.
    """
    from integtest.errors import UsageError
    from integtest.model.verdict import Verdict
    from integtest.reports.outcome import of_findings
    from integtest.reports.report import Report
    from integtest.reports.words import count
    from integtest.wiring import scrub_cassettes

    began = time.perf_counter()
    config = given.load()
    known = {name: value for name in config.settings.secrets if (value := os.environ.get(name))}
    done = scrub_cassettes(paths, config.settings.scrub.policy(known), check=check)
    if not done.cassettes and not done.findings:
        raise UsageError(f"no cassette in {', '.join(paths)}", hint="name a cassette file, or a folder of them")
    note = f"{count(done.cassettes, 'cassette')}, {count(done.exchanges, 'exchange')} read"
    if not check:
        note += f"; {count(done.written, 'cassette')} written, {count(done.replaced, 'value')} replaced"
    fail_on = given.threshold(config)
    verdict = Verdict(
        findings=done.findings, exchanges=done.exchanges, duration=time.perf_counter() - began, notes=(note,)
    )
    report = Report(verdict, forced=of_findings(done.findings, fail_on), fail_on=fail_on)
    return replace(report, next_command=_next(done.findings, paths, check=check))


def _next(findings: Sequence[Finding], paths: Sequence[str], *, check: bool) -> str | None:
    """The command that mends what was found, None where none does: what cannot be read or judged is for a
    person."""
    mendable = any(one.rule not in ("cassette-unreadable", "scrub-in-doubt") for one in findings)
    return f"next: integtest scrub {shlex.join(paths)}" if check and mendable else None
