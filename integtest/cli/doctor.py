"""`integtest doctor`: what works here."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integtest.cli.options import Common, common

if TYPE_CHECKING:
    from integtest.cli.plan import Selection
    from integtest.config.settings import Settings
    from integtest.model.check import Check
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest doctor                       what is installed and configured here, and whether it works
  integtest doctor --format json         the same for a machine
  integtest doctor --cassette tests/cassettes
      which recordings there are too old, for the limits that they and `max-age` set
  integtest doctor --integrations        every endpoint that is called or promised, and what has no contract
  integtest doctor --integrations --cassette recordings --fail-on warning
      fails where a recorded call has no contract

\b
Exit status:
  0  nothing is wrong (or nothing at or above --fail-on)
  1  something does not work, or a cassette is too old
  2  the configuration is wrong
"""


@click.command(epilog=EPILOG)
@click.option(
    "--integrations",
    is_flag=True,
    help="In place of that, the map: every endpoint that was recorded or is promised, and what it lacks.",
)
@click.option(
    "--contract", "contracts", multiple=True, metavar="PATH", help="In place of those configured. Repeatable."
)
@click.option(
    "--cassette", "cassettes", multiple=True, metavar="PATH", help="In place of all configured sources. Repeatable."
)
@common
def doctor(given: Common, integrations: bool, contracts: tuple[str, ...], cassettes: tuple[str, ...]) -> Report:
    """Look at what is installed, configured and reachable here.

    Starts pytest once in an empty folder, loads the contracts, cassettes and objects that the configuration names,
    opens a connection to each provider, and says of secrets whether they are set, never what they are. Cassettes
    are held against their own age limits and `max-age`.
    """
    from integtest.cli.plan import Selection

    chosen = Selection(contracts=contracts, cassettes=cassettes)
    return _map(given, chosen) if integrations else _examined(given, chosen)


def _map(given: Common, chosen: Selection) -> Report:
    from integtest.cli.places import from_here
    from integtest.cli.plan import plan_of
    from integtest.model.verdict import Verdict
    from integtest.reports.outcome import of_findings
    from integtest.reports.report import Report
    from integtest.wiring.mapping import mapped

    began, config = time.perf_counter(), given.load()
    rows, found = mapped(plan_of(config.settings, chosen))
    verdict = from_here(Verdict(findings=found, duration=time.perf_counter() - began), Path.cwd())
    fail_on = given.threshold(config)
    return Report(verdict, forced=of_findings(found, fail_on), fail_on=fail_on, integrations=rows)


def _examined(given: Common, chosen: Selection) -> Report:
    from integtest.cli.plan import plan_of
    from integtest.config.load import Config
    from integtest.config.settings import Settings
    from integtest.config.toml import shown
    from integtest.errors import ConfigError
    from integtest.flows import doctor as flow
    from integtest.model.verdict import Verdict
    from integtest.reports.outcome import WRONG_CONFIGURATION, of_findings
    from integtest.reports.report import Report
    from integtest.wiring import environment

    began, problem = time.perf_counter(), None
    try:
        config = given.load()
    except ConfigError as error:
        config, problem = Config(Settings(), Path.cwd()), error
    file = shown(config.file) if config.file else None
    plan, configured = plan_of(config.settings, chosen), plan_of(config.settings)
    checks = flow.doctor(plan, environment(), configured=configured, file=file, problem=problem)
    found, fail_on = flow.findings(checks), given.threshold(config)
    return Report(
        Verdict(findings=found, duration=time.perf_counter() - began),
        forced=WRONG_CONFIGURATION if problem else of_findings(found, fail_on),
        fail_on=fail_on,
        checks=checks,
        next_command=_next(checks, config.settings),
    )


def _next(checks: tuple[Check, ...], settings: Settings) -> str:
    if any(check.status == "fail" for check in checks):
        return "mend what fails, then: integtest doctor"
    if settings.contracts:
        return "next: integtest verify"
    return "next: integtest verify --contract PATH --provider NAME=URL"
