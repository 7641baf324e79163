"""The flags that every verb has, and what they come to."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from integtest.reports import FORMATS

if TYPE_CHECKING:
    from integtest.config.load import Config
    from integtest.model.finding import Severity
    from integtest.reports.report import Report

SEVERITIES = ("error", "warning", "info")
_PLAIN_WIDTH = 100


@dataclass(frozen=True)
class Text:
    """What a verb wants written as it is, and its exit status."""

    text: str
    status: int = 0


@dataclass(frozen=True)
class Common:
    """The common flags as given."""

    config: Path | None
    form: str
    output: Path | None
    fail_on: str | None
    verbosity: int
    no_color: bool
    arguments: tuple[str, ...] = ()
    """The command line after `integtest`, for advice on what to type next."""

    def load(self) -> Config:
        """The configuration in force, its folder ready for imports."""
        from integtest.config.load import load

        config = load(self.config)
        for folder in (str(config.folder), str(Path.cwd())):
            if folder not in sys.path:
                sys.path.insert(0, folder)
        return config

    def threshold(self, config: Config) -> Severity:
        """The least severity that fails: the flag's, else the configuration's."""
        return self.fail_on or config.settings.fail_on  # type: ignore[return-value]

    @property
    def color(self) -> bool:
        """Whether stdout shall have colour."""
        return self.output is None and wants_color(os.environ, sys.stdout.isatty(), self.no_color)

    @property
    def width(self) -> int:
        """Columns of the terminal, or a fixed number where there is none."""
        return shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns


def wants_color(environ: Mapping[str, str], terminal: bool, refused: bool) -> bool:
    """`--no-color` and NO_COLOR refuse, FORCE_COLOR demands, else a terminal that can (no-color.org)."""
    if refused or environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "") not in ("", "0"):
        return True
    return terminal and environ.get("TERM") != "dumb"


def common(verb: Callable[..., Report | Text]) -> Callable[..., int]:
    """Gives a verb the common flags as its first argument, a `Common`; writes the report that it returns, and
    leaves with the report's exit status."""

    def run(**flags: Any) -> int:
        from integtest.cli.output import reported

        given = Common(
            config=flags.pop("config"),
            form=flags.pop("format"),
            output=flags.pop("output"),
            fail_on=flags.pop("fail_on"),
            verbosity=flags.pop("verbose") - flags.pop("quiet"),
            no_color=flags.pop("no_color"),
            arguments=tuple(click.get_current_context().find_root().obj or ()),
        )
        return reported(given, lambda: verb(given, **flags))

    wrapped: Callable[..., int] = update_wrapper(run, verb)
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_PATH: click.ParamType[Any] = click.Path(path_type=Path)
_OPTIONS = (
    click.option(
        "--config", type=_PATH, metavar="FILE", help="Configuration: a pyproject.toml or an integtest.toml."
    ),
    click.option(
        "--format", type=click.Choice(FORMATS), default="terminal", show_default=True, help="Form of the report."
    ),
    click.option("--output", "-o", type=_PATH, metavar="FILE", help="Write the report to FILE instead of stdout."),
    click.option(
        "--fail-on",
        type=click.Choice(SEVERITIES),
        help="Least severity of a finding that makes the exit status 1.  [default: error]",
    ),
    click.option("--quiet", "-q", count=True, help="Only what is wrong, and the closing line."),
    click.option("--verbose", "-v", count=True, help="Every interaction too; twice: tracebacks of errors."),
    click.option("--no-color", is_flag=True, help="No colour, whatever the terminal can."),
)
