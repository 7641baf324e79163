"""`integtest record`: a proxy in front of each provider, and a cassette behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from integtest.cli.options import Common, Text, common
from integtest.cli.verify import Duration

if TYPE_CHECKING:
    from integtest.adapters.recorder.desk import Counts
    from integtest.flows.record.outcome import Recorded
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest record --upstream identity=https://identity.staging.example --out cassettes -- pytest -m staging
      run a command; its calls to $IDENTITY_URL are recorded in cassettes/identity/recorded.yaml
  integtest record --upstream identity=http://127.0.0.1:3000 --out cassettes
      record whatever comes until Ctrl-C, from any client: a browser, curl, another language
  integtest record --upstream a=https://a.example --auth a=bearer:env:TOKEN --allow-host a.example --out cassettes

\b
A client reads a proxy's address from the variable that [tool.integtest.providers.NAME] env or the contracts name,
else from NAME_URL. Beyond this machine only hosts in [tool.integtest.record] hosts, or given by --allow-host, are
reached; those in `production` never are.

\b
Exit status:
  0  recorded
  1  findings at or above --fail-on: an exchange was left out in doubt, or nothing was recorded
  2  wrong usage or configuration, or a host that may not be recorded
  3  could not run: a port is taken, a folder cannot be written, a provider answered nothing at all
  otherwise that of COMMAND; 127 when it is not there
"""


@click.command(epilog=EPILOG)
@click.option(
    "--upstream",
    "upstreams",
    multiple=True,
    required=True,
    metavar="NAME=URL",
    help="A provider and where it answers. Repeatable.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where DIR/NAME/*.yaml goes."
)
@click.option(
    "--auth",
    "auths",
    multiple=True,
    metavar="NAME=CREDENTIAL",
    help="A credential that its proxy adds, never recorded: bearer:env:VAR, basic:env:USER:env:PASSWORD,"
    " header:X-Key:env:VAR. Repeatable.",
)
@click.option(
    "--mode",
    type=click.Choice(("once", "new_episodes", "all")),
    default="once",
    show_default=True,
    help="Where a cassette is there already: `once` refuses to start, `new_episodes` plays it and adds what is"
    " missing, `all` records it anew.",
)
@click.option(
    "--cassette",
    default="recorded",
    show_default=True,
    metavar="NAME",
    help="The cassettes' name; NAME.jsonl for large ones.",
)
@click.option(
    "--port", "ports", multiple=True, metavar="NAME=PORT", help="Where a proxy listens.  [default: a free port]"
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="A host that may be recorded now. Repeatable.",
)
@click.option(
    "--max-age",
    metavar="TIME",
    help="How old what is recorded may become, such as 30d: the cassette carries it, and verify and pytest tell.",
)
@click.option("--ca-file", metavar="FILE", help="Certificates (PEM) to trust besides the system's.")
@click.option(
    "--timeout", type=Duration(), metavar="TIME", help="How long a provider may say nothing.  [default: 60s]"
)
@click.argument("command", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
@common
def record(given: Common, command: tuple[str, ...], **chosen: Any) -> Report | Text:
    """Record providers through local proxies, secrets replaced.

    Starts one proxy on this machine for each provider, runs COMMAND with their addresses in its environment (or
    waits for Ctrl-C), and writes a cassette for each. Secrets and personal data are replaced before anything is
    written; of what comes from beyond this machine only the strings that [tool.integtest.scrub] keep names stay.
    """
    from integtest.adapters.recorder.child import run, until_told
    from integtest.cli.record_plan import plan_of
    from integtest.cli.recorded import report_of
    from integtest.wiring import recording

    config = given.load()
    plan = plan_of(config.settings, **chosen)
    alone = given.form != "terminal" and given.output is None

    def work(lines: Sequence[Recorded]) -> int:
        if not command:
            with until_told() as wait:
                _announce(lines, command, quiet=given.verbosity < 0)
                wait()
            return 0
        _announce(lines, command, quiet=given.verbosity < 0)
        variables = {name: line.url for line in lines for name in line.variables}
        return run(command, variables, stdout_to_stderr=alone)

    with _live(quiet=given.verbosity < 0) as told:
        status, parts = recording.record(plan, work, told)
    return report_of(given, config, status, parts)


def _announce(lines: Sequence[Recorded], command: Sequence[str], *, quiet: bool) -> None:
    from integtest.cli.boundary import say

    if quiet:
        return
    width = max(len(line.name) for line in lines)
    for line in lines:
        recovered = f"   {line.recovered} exchanges of an interrupted recording recovered" if line.recovered else ""
        say(f" {line.name:<{width}}  {line.url}   {' '.join(line.variables)}{recovered}")
    if not command:
        say("recording; Ctrl-C ends it")


@contextmanager
def _live(*, quiet: bool) -> Iterator[Callable[[str, Counts], None]]:
    """A line that changes with each exchange, for a person who waits."""
    from integtest.cli.progress import wanted

    if quiet or not wanted(os.environ, sys.stderr.isatty()):
        yield lambda _, __: None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text as Styled

    from integtest.cli.recorded import counted

    seen: dict[str, str] = {}
    with Live(console=Console(stderr=True), transient=True, auto_refresh=False) as live:

        def told(name: str, counts: Counts) -> None:
            seen[name] = f" {name}  {counted(counts)}"
            live.update(Styled("\n".join(seen.values())), refresh=True)

        yield told
