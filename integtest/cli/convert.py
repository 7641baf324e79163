"""`integtest convert`: cassettes of one kind into another."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from integtest.cli.options import Common, common

if TYPE_CHECKING:
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest convert seen.har cassettes/claims.yaml --scrub    what a browser exported, fit to be kept
  integtest convert claims.yaml claims.jsonl                  one exchange a line, for large recordings
  integtest convert old/ new/ --to yaml                       every cassette below a folder

\b
Exit status:
  0  converted
  1  a source holds a secret, or cannot be judged: nothing was written
  2  wrong usage, no cassette there, or a target exists already
  3  a file could not be read or written
"""


@click.command(epilog=EPILOG)
@click.argument("source")
@click.argument("target")
@click.option(
    "--to",
    type=click.Choice(("yaml", "json", "jsonl")),
    help="Kind of file, where TARGET is a folder.  [default: yaml]",
)
@click.option("--scrub", is_flag=True, help="Take secrets and personal data out on the way.")
@click.option("--force", is_flag=True, help="Write over what is there.")
@common
def convert(given: Common, source: str, target: str, to: str | None, scrub: bool, force: bool) -> Report:
    """Write a cassette as one of another kind.

    The suffix tells the kind: .yaml (vcrpy), .json (vcrpy), .jsonl (JSON Lines); .har is read only. SOURCE and
    TARGET are files, or both folders. A source with a secret in it is refused unless it is scrubbed on the way.
    """
    from integtest.model.verdict import Verdict
    from integtest.reports.outcome import of_findings
    from integtest.reports.report import Report
    from integtest.reports.words import count
    from integtest.wiring.cassettes import convert_cassettes

    began = time.perf_counter()
    config = given.load()
    known = {name: value for name in config.settings.secrets if (value := os.environ.get(name))}
    policy = config.settings.scrub.policy(known)
    done = convert_cassettes(source, target, policy, to=to, scrub=scrub, force=force)
    wrote = f"{count(done.cassettes, 'cassette')}, {count(done.exchanges, 'exchange')} written"
    note = f"{wrote}, {count(done.replaced, 'value')} replaced"
    if done.findings:
        note = "nothing was written" + ("" if scrub else "; --scrub takes secrets out on the way")
    verdict = Verdict(
        findings=done.findings, exchanges=done.exchanges, duration=time.perf_counter() - began, notes=(note,)
    )
    return Report(verdict, forced=of_findings(done.findings, "error"), fail_on=given.threshold(config))
