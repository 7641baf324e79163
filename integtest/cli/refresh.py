"""`integtest refresh`: asks again what cassettes hold, and tells what changed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from integtest.cli.options import Common, common

if TYPE_CHECKING:
    from integtest.config.load import Config
    from integtest.flows.refresh import Refresh
    from integtest.reports.report import Report
    from integtest.wiring.refreshing import RefreshPlan

EPILOG = """\b
Examples:
  integtest refresh cassettes/identity                         ask the hosts that were recorded
  integtest refresh a.yaml --base http://127.0.0.1:3000        ask another server
  integtest refresh a.yaml --auth identity=bearer:env:TOKEN    with a credential from the environment

\b
Beyond this machine only hosts in [tool.integtest.record] hosts, or given by --allow-host, are asked; those in
`production` never are.

\b
Exit status:
  0  refreshed, and nothing changed but values
  1  findings at or above --fail-on: a reply has another shape, there was none, or it is in doubt (errors)
  2  wrong usage or configuration, or nothing that may be asked again
  3  a file could not be read or written
"""


@click.command(epilog=EPILOG)
@click.argument("cassettes", metavar="[CASSETTE]...", nargs=-1)
@click.option(
    "--upstream", "upstreams", multiple=True, metavar="NAME=URL", help="Where a provider answers now. Repeatable."
)
@click.option("--base", metavar="URL", help="Where all of them answer now.")
@click.option(
    "--auth",
    "auths",
    multiple=True,
    metavar="NAME=CREDENTIAL",
    help="Sent, never recorded: bearer:env:VAR, basic:env:USER:env:PASSWORD, header:X-Key:env:VAR. Repeatable.",
)
@click.option(
    "--contract",
    "contracts",
    multiple=True,
    metavar="PATH",
    help="Contracts that say what is repeatable.  [default: those configured]",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST", help="A host that may be asked now. Repeatable."
)
@click.option("--replace", is_flag=True, help="Write the new cassette over the old one.")
@common
def refresh(given: Common, cassettes: tuple[str, ...], replace: bool, **chosen: Any) -> Report:
    """Ask again what cassettes hold, and tell what changed.

    GET, HEAD and OPTIONS are asked again, others only where a contract calls the interaction repeatable. The new
    cassette stands beside the old one, as NAME.new.yaml, scrubbed as a recording is. CASSETTE is a file or a
    folder; without any, those configured are asked. -v adds the status and latency of each reply.
    """
    from integtest.errors import UsageError
    from integtest.model.verdict import Verdict
    from integtest.reports.outcome import of_findings
    from integtest.reports.report import Report
    from integtest.wiring.refreshing import refresh_cassettes

    began = time.perf_counter()
    config = given.load()
    done = refresh_cassettes(_plan(config, cassettes, replace=replace, **chosen))
    if not any(one.asked for one, _ in done):
        kept = [reason for one, _ in done for reason in one.kept]
        raise UsageError(
            f"nothing may be asked again: {'; '.join(kept[:5]) or 'the cassettes are empty'}",
            hint="only GET, HEAD and OPTIONS are asked again, and what a contract calls repeatable",
        )
    findings = tuple(found for one, _ in done for found in one.findings)
    verdict = Verdict(
        findings=findings,
        exchanges=sum(one.asked for one, _ in done),
        duration=time.perf_counter() - began,
        notes=tuple(note for one, path in done for note in _notes(one, path, detailed=given.verbosity > 0)),
    )
    fail_on = given.threshold(config)
    return Report(verdict, forced=of_findings(findings, fail_on), fail_on=fail_on)


def _plan(
    config: Config,
    cassettes: tuple[str, ...],
    *,
    replace: bool,
    upstreams: tuple[str, ...],
    base: str | None,
    auths: tuple[str, ...],
    contracts: tuple[str, ...],
    hosts: tuple[str, ...],
) -> RefreshPlan:
    from integtest.adapters.origin import provenance
    from integtest.errors import UsageError
    from integtest.flows.record.credentials import parse_credential
    from integtest.flows.record.plan import parse_upstream
    from integtest.wiring.refreshing import RefreshPlan

    settings = config.settings
    places = {one.name: one.origin + one.base for one in map(parse_upstream, upstreams)}
    where = parse_upstream(f"base={base}") if base else None
    credentials = dict(map(parse_credential, auths))
    if base and upstreams:
        raise UsageError("--base and --upstream exclude each other", hint="--base is where all of them answer")
    configured = (*settings.cassettes, *(path for one in settings.providers.values() for path in one.cassettes))
    known = {name: value for name in settings.secrets if (value := os.environ.get(name))}
    return RefreshPlan(
        cassettes=cassettes or tuple(dict.fromkeys(configured)),
        upstreams=places,
        base=where.origin + where.base if where else None,
        credentials=credentials,
        contracts=contracts or settings.contracts,
        providers=tuple(settings.providers),
        hosts=(*settings.record.hosts, *hosts),
        production=settings.record.production,
        policy=settings.scrub.policy(known),
        timeout=settings.timeout,
        replace=replace,
        provenance=provenance(settings.consumer_version),
    )


def _notes(done: Refresh, path: Path | None, *, detailed: bool) -> list[str]:
    wrote = f"wrote {path}" if path else "nothing was written"
    first = f"{done.file}: {done.answered} of {done.asked} asked again and answered, {len(done.kept)} kept; {wrote}"
    kept = [f"kept as it was: {reason}" for reason in dict.fromkeys(done.kept)]
    values = [f"{found.location.pointer} {found.message}" for found in done.findings if found.severity == "info"]
    return [first, *kept, *values, *(done.notes if detailed else [])]
