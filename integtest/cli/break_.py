"""`integtest break`: the consumer on providers that fail in every way its contracts give rise to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from integtest.cli.options import Common, Text, common
from integtest.cli.verify import Duration
from integtest.errors import UsageError

if TYPE_CHECKING:
    from integtest.config.load import Config
    from integtest.config.settings import Settings
    from integtest.flows.break_.plan import BreakPlan
    from integtest.flows.break_.run import Listener
    from integtest.reports.report import Report

EPILOG = """\b
Examples:
  integtest break --list
      every case that the configured contracts give rise to, and why
  integtest break --explain new-enum
      what a mode does, whom it applies to, what a healthy consumer does
  integtest break --run app.flows:answer
      a function of yours, in this process, on a virtual clock
  integtest break --start "uvicorn app:app --port 8000" --url http://127.0.0.1:8000 --probe "POST /claims"
      --body @claim.json
      a whole service, in any language: started with its providers' addresses in the environment
  integtest break gateway/answers-a-question/new-enum:/choices/0/finish_reason
      one case again
  integtest break --coverage
      which published kinds of failures the catalogue covers

\b
TARGET is a provider, provider/interaction, or a case's whole address; * and ? stand for any letters.

\b
Exit status:
  0  every judged case was survived
  1  a case was not survived, or none could be judged
  2  wrong usage or configuration, or nothing selected
  3  could not run: the service did not start, a file is unreadable
"""


@click.command("break", epilog=EPILOG)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--contract", "contracts", multiple=True, metavar="PATH", help="As for verify: a module or a pact. Repeatable."
)
@click.option(
    "--cassette",
    "cassettes",
    multiple=True,
    metavar="PATH",
    help="Recorded traffic, whose rare variants and incidents become cases. Repeatable.",
)
@click.option("--consumer", metavar="NAME", help="Only the contracts of this consumer.")
@click.option("--mode", "modes", multiple=True, metavar="NAME", help="A mode, a layer, or a pattern. Repeatable.")
@click.option("--all-pointers", is_flag=True, help="Every case of a mode, in place of the most telling one.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Of the values that modes make.")
@click.option("--list", "list_cases", is_flag=True, help="List the cases with their reasons, and stop.")
@click.option("--explain", metavar="ID", help="Tell what a mode, or the case of an address, is about, and stop.")
@click.option("--coverage", is_flag=True, help="Show the published taxonomies and the modes that cover them.")
@click.option("--run", metavar="FUNCTION", help="The consumer as module:function, called in this process.")
@click.option(
    "--raises",
    multiple=True,
    metavar="ERROR",
    help="An error that the function declares, as module:Name. Repeatable.",
)
@click.option(
    "--returns",
    metavar="FUNCTION",
    help="module:function that tells of a result whether it is an honest answer of one that gave up.",
)
@click.option("--start", metavar="COMMAND", help="The command that starts the consumer's service.")
@click.option("--url", metavar="URL", help="Where the started service listens.")
@click.option("--health", metavar="PATH", help="What answers below 500 when it is ready.  [default: /]")
@click.option("--ready", type=Duration(), metavar="TIME", help="How long it may take to be ready.  [default: 30s]")
@click.option("--probe", metavar="REQUEST", help="What it is asked: 'POST /path', or a command that exits with 0.")
@click.option("--body", metavar="JSON", help="The probe's body, or @FILE.")
@click.option("--within", type=Duration(), metavar="TIME", help="How long it may take while a provider fails.")
@click.option("--calls", type=click.IntRange(1), metavar="N", help="How often it may call what fails.")
@common
def break_(given: Common, list_cases: bool, explain: str | None, coverage: bool, **chosen: Any) -> Report | Text:
    """Break what a consumer relies on, in every way that its contracts give rise to.

    With nothing named, the configured contracts are broken for the consumer that [tool.integtest.service] names.
    """
    from integtest.cli import break_texts
    from integtest.wiring.own_modes import load_modes

    config = given.load()
    _check_form(given, listing=list_cases or explain is not None or coverage)
    load_modes(config.settings.modes, config.folder)
    if coverage:
        return break_texts.coverage(given)
    plan = _plan(config.settings, chosen)
    if explain is not None:
        return break_texts.explained(given, explain, plan)
    if list_cases:
        return break_texts.listed(given, plan)
    return _tried(given, plan, config)


def _check_form(given: Common, *, listing: bool) -> None:
    if listing and given.form not in ("terminal", "json"):
        raise UsageError(f"this has no {given.form} form", hint="use --format terminal or --format json")


def _plan(settings: Settings, chosen: dict[str, Any]) -> BreakPlan:
    """The plan: a flag wins over its setting; a consumer named by a flag takes the place of the configured one."""
    from integtest.flows.break_.plan import BreakPlan

    service = settings.service
    flags = {
        name: chosen.pop(name)
        for name in ("run", "returns", "start", "url", "health", "ready", "probe", "body", "within", "calls")
    }
    if flags["run"] and flags["start"]:
        raise UsageError(
            "--run and --start are two consumers: a function of this process, and a service", hint="leave one out"
        )
    configured = {name: getattr(service, name) for name in flags}
    if flags["run"] or flags["start"]:
        configured |= {"run": None, "start": None} if flags["start"] else {"run": None}
    how = {name: configured[name] if value is None else value for name, value in flags.items()}
    raises, is_service = chosen.pop("raises"), how["start"] and not how["run"]
    if raises and is_service:
        raise UsageError(
            "--raises is of a function: a service says with its status that it gave up",
            hint="leave it out; --returns module:function takes its status and body",
        )
    narrowed = any(chosen[name] for name in ("targets", "modes", "contracts", "cassettes", "consumer"))
    return BreakPlan(
        contracts=chosen.pop("contracts") or settings.contracts,
        cassettes=chosen.pop("cassettes") or settings.cassettes,
        consumer=chosen.pop("consumer") or settings.consumer,
        raises=() if is_service else raises or service.raises,
        secrets=settings.secrets,
        narrowed=narrowed,
        **chosen,
        **how,
    )


def _tried(given: Common, plan: BreakPlan, config: Config) -> Report:
    from integtest.cli.places import from_here
    from integtest.reports.report import Report
    from integtest.wiring.break_run import try_all

    with _progress(given) as listen:
        verdict, judgements = try_all(plan, config.settings.weaknesses, listen)
    report = Report(from_here(verdict, Path.cwd()), fail_on=given.threshold(config), judgements=judgements)
    worst = next(
        (one for one in judgements if one.status not in ("survived", "not-judged") and not one.known), None
    )
    return replace(report, next_command=f"integtest break --explain '{worst.case.address}'" if worst else None)


@contextmanager
def _progress(given: Common) -> Iterator[Listener]:
    """A bar that counts the cases while a person waits."""
    import sys

    from integtest.cli.progress import wanted

    if given.verbosity < 0 or given.form != "terminal" or not wanted(os.environ, sys.stderr.isatty()):
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True, no_color=given.no_color), transient=True) as bar:
        task = bar.add_task("breaking", total=None)
        failed = 0

        def listen(judged: Any, total: int) -> None:
            nonlocal failed
            failed += judged.status not in ("survived", "not-judged")
            words = f"{judged.case.mode}, {failed} not survived" if failed else judged.case.mode
            bar.update(task, total=total, advance=1, description=words)

        yield listen
