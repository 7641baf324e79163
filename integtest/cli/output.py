"""Where reports go: stdout or a file, whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import replace
from pathlib import Path

import click

from integtest.cli.boundary import bug_message, close_quietly, error_message, say, show_traceback
from integtest.cli.options import Common, Text
from integtest.config.toml import shown
from integtest.errors import IntegtestError, UnreadableFileError, UsageError
from integtest.model.verdict import Verdict
from integtest.reports import render
from integtest.reports.outcome import COULD_NOT_RUN
from integtest.reports.report import Report, error_finding
from integtest.reports.words import closing
from integtest.rules.evidence import masked


def reported(common: Common, verb: Callable[[], Report | Text]) -> int:
    """Run `verb`, write its report, and give the report's exit status. What could not run is reported too; wrong
    usage is not: it has no report."""
    _check_folder(common.output)
    try:
        with _alone(common):
            report = verb()
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except IntegtestError as error:
        if error.exit_status != COULD_NOT_RUN.exit_status:
            show_traceback(error, wanted=common.verbosity > 1)
            raise
        return _failed(common, error, error, error_message(error))
    except Exception as error:  # noqa: BLE001 - a machine that waits for a report gets one, whatever happened
        wrapped = UnforeseenError(bug_message(error).splitlines()[0], hint="report it with the traceback")
        return _failed(common, error, wrapped, bug_message(error))
    if isinstance(report, Text):
        _put(common, report.text)
        return report.status
    _write(common, report)
    return report.outcome.exit_status


def _alone(common: Common) -> AbstractContextManager[object]:
    """What contract modules, handlers and apps print goes to stderr where stdout is for a machine to read."""
    return nullcontext() if common.form == "terminal" else redirect_stdout(sys.stderr)


class UnforeseenError(IntegtestError):
    """An exception that nobody foresaw, for the report."""

    code = "internal-error"


def _failed(common: Common, raised: Exception, error: IntegtestError, message: str) -> int:
    say(message)
    show_traceback(raised, wanted=common.verbosity > 1)
    if common.form != "terminal" or common.output is not None:
        finding = masked(error_finding(error), {})
        _write(common, Report(Verdict(findings=(finding,)), COULD_NOT_RUN))
    return COULD_NOT_RUN.exit_status


def _check_folder(output: Path | None) -> None:
    """Better now than after a minute's work."""
    if output is None:
        return
    if output.is_dir():
        raise UsageError("is a folder, not a file", place=f"--output {shown(output)}")
    if not output.parent.is_dir():
        raise UsageError(
            f"the folder {shown(output.parent)} does not exist",
            place=f"--output {shown(output)}",
            hint=f"make it: mkdir -p {shown(output.parent)}",
        )


def _write(common: Common, report: Report) -> None:
    report = replace(report, color=common.color, width=common.width, verbosity=common.verbosity)
    _put(common, render(report, common.form))
    if common.output is not None and common.verbosity >= 0:
        say(closing(report))


def _put(common: Common, text: str) -> None:
    if common.output is None:
        to_stdout(text)
        return
    from integtest.adapters.files import atomic_write

    atomic_write(common.output, text.encode("utf-8", "backslashreplace"))
    if common.verbosity >= 0:
        say(f"wrote {shown(common.output)}")


def to_stdout(text: str) -> None:
    """Write and flush; a reader that went away is nobody's error."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        close_quietly()
    except OSError as error:
        close_quietly()
        raise UnreadableFileError(f"cannot be written: {error.strerror or error}", place="stdout") from None
