"""The group of verbs. A verb's module loads when the verb runs, so that `--help` stays quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

import click

from integtest._version import __version__
from integtest.cli.boundary import exit_status_of
from integtest.cli.leaving import seen_leaving
from integtest.config.hints import did_you_mean

VERBS: dict[str, tuple[str, str]] = {
    "init": ("integtest.cli.init", "Write first contracts: from packs, or one of your own with a test."),
    "verify": ("integtest.cli.verify", "Check contracts against recorded traffic and live providers."),
    "break": (
        "integtest.cli.break_",
        "Break what a consumer relies on, in every way that its contracts give rise to.",
    ),
    "record": ("integtest.cli.record", "Record providers through local proxies, secrets replaced."),
    "serve": ("integtest.cli.serve", "Answer from a cassette or a contract, for any client."),
    "scrub": ("integtest.cli.scrub", "Take secrets and personal data out of cassettes."),
    "refresh": ("integtest.cli.refresh", "Ask again what cassettes hold, and tell what changed."),
    "convert": ("integtest.cli.convert", "Write a cassette as one of another kind."),
    "doctor": ("integtest.cli.doctor", "Look at what is installed, configured and reachable here."),
}
"""Verb -> its module, which has a command of the same name, and the first line of that command's help."""

EPILOG = """\b
Examples:
  integtest verify                                      all that the configuration names
  integtest verify --contract pacts/ --provider identity=http://127.0.0.1:8000
  integtest verify --contract contracts/ --cassette fixtures/cassettes --format junit --output report.xml
  integtest doctor                                      what works here, and what to do about the rest

\b
Exit status:
  0  it holds
  1  findings at or above --fail-on, or nothing was verified
  2  wrong usage or configuration, or nothing selected
  3  could not run: a provider was unreachable, a file unreadable

Each verb has its own help: integtest VERB --help
"""


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _command(verb: str) -> click.Command:
    """A verb's command, under its own name in its module, or as PEP 8 writes a name that is a keyword."""
    module, name = import_module(VERBS[verb][0]), verb.replace("-", "_")
    return cast("click.Command", getattr(module, name, None) or getattr(module, f"{name}_"))


class Verbs(click.Group):
    """Knows its verbs by name; imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        return _command(cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            raise click.UsageError(f"a command is missing: {', '.join(VERBS)}", ctx)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            error = click.UsageError(f"no such command: {name}", ctx)
            error.hint = did_you_mean(name, VERBS)  # type: ignore[attr-defined]
            raise error
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(verb, text) for verb, (_, text) in VERBS.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs a verb and leaves with its exit status; every error is a message, never a traceback."""
        command, given = super().main, list(sys.argv[1:] if args is None else args)
        options = {"obj": given, **extra}
        with seen_leaving():
            status = exit_status_of(
                lambda: command(given, prog_name or "integtest", complete_var, standalone_mode=False, **options)
            )
        if standalone_mode:
            sys.exit(status)
        return status


@click.group(cls=Verbs, name="integtest", epilog=EPILOG, context_settings=CONTEXT, no_args_is_help=False)
@click.version_option(__version__, "-V", "--version", prog_name="integtest", message="%(prog)s %(version)s")
def main() -> None:
    """Contracts, cassettes and failure modes for the integrations of AI services."""
