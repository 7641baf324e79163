"""`integtest verify`: contracts against recorded traffic and live providers."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from integtest.cli.options import Common, Text, common
from integtest.errors import UsageError

if TYPE_CHECKING:
    from integtest.config.load import Config
    from integtest.flows.verify.plan import Plan
    from integtest.model.verdict import Verdict
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest verify
      all that the configuration names
  integtest verify --contract web-identity.json --provider identity=http://127.0.0.1:8000 --states app.states:States
      a foreign pact against a running provider
  integtest verify --contract contracts/ --provider identity=app.main:app
      straight into an ASGI or WSGI app
  integtest verify --contract contracts/ --cassette fixtures/cassettes
      against recorded traffic, nothing running
  integtest verify --contract contracts/ --provider identity=app.main:app --states app.states:States --probe
      also see that it refuses who has no credential, and forgets what was deleted
  integtest verify --contract contracts/ --provider identity=https://staging.example --header X-Tenant=env:TENANT

\b
Exit status:
  0  every promise that was exercised holds
  1  findings at or above --fail-on, or nothing was verified
  2  wrong usage or configuration, or nothing selected
  3  could not run: a provider was unreachable, a file unreadable

A cassette belongs to provider NAME by configuration, else when its folder is NAME, else when its host's first label
is NAME.
"""


class Duration(click.ParamType[float]):
    """Seconds, written as `10s`, `500ms`, or a number."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from integtest.model.budget import seconds

        try:
            found = seconds(float(value)) if value.replace(".", "", 1).isdigit() else seconds(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not 0 < found <= 86400:
            self.fail("must be more than 0 and at most a day", param, ctx)
        return found


@click.command(epilog=EPILOG)
@click.option(
    "--contract",
    "contracts",
    multiple=True,
    metavar="PATH",
    help="A contract module, a compiled or foreign pact (V2 to V4), a folder of them, or a pact's URL. Repeatable.",
)
@click.option(
    "--cassette",
    "cassettes",
    multiple=True,
    metavar="PATH",
    help="Recorded traffic: a cassette, or a folder. Repeatable.",
)
@click.option(
    "--provider",
    "providers",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="A provider: NAME=URL; or NAME=module:object, an app (ASGI, WSGI) or a producer of messages. Repeatable.",
)
@click.option("--states", metavar="HANDLERS", help="Provider state handlers: module:object, or a URL.")
@click.option(
    "--auth", metavar="HOOK", help="A request hook, module:function: takes a request, returns the one to send."
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=VALUE",
    help="A header for each request; VALUE may be env:VAR. Repeatable.",
)
@click.option("--consumer", metavar="NAME", help="Only the contracts of this consumer.")
@click.option(
    "--engine",
    type=click.Choice(("native", "pact", "both")),
    default="native",
    show_default=True,
    help="Who calls and judges live providers: integtest, Pact's verifier, or both, compared.",
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), metavar="N", help="Requests in flight at once.  [default: 16]"
)
@click.option(
    "--timeout", type=Duration(), metavar="TIME", help="For one request, as 10s or 500ms.  [default: 10s]"
)
@click.option(
    "--probe",
    is_flag=True,
    help="Also send running providers what they must refuse: no or a wrong credential, a read after a deletion.",
)
@click.option("--list-states", is_flag=True, help="List the provider states that the contracts need, and stop.")
@common
def verify(
    given: Common,
    engine: Literal["native", "pact", "both"],
    list_states: bool,
    **chosen: Any,
) -> Report | Text:
    """Check contracts against recorded traffic and live providers.

    With no source named, all that the configuration names is verified: [tool.integtest] in pyproject.toml,
    or an integtest.toml, found here or in a folder above.
    """
    from integtest.cli.advice import after_verify
    from integtest.cli.places import from_here
    from integtest.cli.plan import Selection, plan_of, without_unset
    from integtest.reports.report import Report

    config = given.load()
    if chosen["probe"]:
        _own_modes(config)
    plan = plan_of(config.settings, Selection(engine=engine, **chosen))
    if not (plan.contracts or plan.cassettes or any(provider.has_source for provider in plan.providers)):
        raise UsageError(
            "nothing to verify: no contract, cassette or provider is configured in this folder.",
            hint="start with: integtest verify --contract PATH --provider NAME=URL",
        )
    if list_states:
        return _states(plan, given)
    asked, unasked = without_unset(plan, os.environ)
    try:
        verdict = _run(asked, given)
    except UsageError as error:
        if unasked:
            error.hint = "\n  ".join([str(error.hint), *(f"{f.provider}: {f.message}" for f in unasked)])
        raise
    verdict = verdict.model_copy(update={"findings": (*verdict.findings, *unasked)})
    verdict = from_here(verdict, Path.cwd())
    report = Report(verdict, fail_on=given.threshold(config))
    return replace(report, next_command=after_verify(asked, verdict, report.outcome, given.arguments))


def _own_modes(config: Config) -> None:
    """The failure modes that the configuration's modules declare: some are probes."""
    from integtest.wiring.own_modes import load_modes

    load_modes(config.settings.modes, config.folder)


def _run(plan: Plan, given: Common) -> Verdict:
    from integtest.cli.progress import progress
    from integtest.wiring import verify as run

    quiet = given.verbosity < 0 or given.form != "terminal"
    with progress(quiet=quiet, color=not given.no_color) as listen:
        return run(plan, listen)


def _states(plan: Plan, given: Common) -> Text:
    from integtest.reports.states import render_json, render_text
    from integtest.wiring import state_needs

    if given.form not in ("terminal", "json"):
        raise UsageError(f"--list-states has no {given.form} form", hint="use --format terminal or --format json")
    needs = state_needs(plan)
    return Text(render_json(needs) if given.form == "json" else render_text(needs, all_users=given.verbosity > 0))
