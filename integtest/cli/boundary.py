"""Where errors become messages: one clear message on stderr, and the exit status."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click

from integtest.errors import IntegtestError

INTERRUPTED = 130
DEBUG_VARIABLE = "INTEGTEST_DEBUG"


def exit_status_of(command: Callable[[], Any]) -> int:
    """Run a command; its exit status. Only SystemExit and its like get past."""
    try:
        result = command()
    except click.Abort:
        say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        say(usage_message(error))
        return 2
    except IntegtestError as error:
        say(error_message(error))
        show_traceback(error)
        return error.exit_status
    except BrokenPipeError:
        close_quietly()
        return 1
    except Exception as error:  # noqa: BLE001 - the last line of defence: a traceback is never the message
        say(bug_message(error))
        show_traceback(error)
        return 3
    return result if isinstance(result, int) else 0


def say(text: str) -> None:
    """Write `text` to stderr, control characters made visible; a closed stderr is nobody's error."""
    from integtest.reports.text import block

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    safe = block(text, 20_000).encode(encoding, "backslashreplace").decode(encoding)
    with contextlib.suppress(BrokenPipeError, ValueError):
        sys.stderr.write(safe.rstrip("\n") + "\n")
        sys.stderr.flush()


def error_message(error: IntegtestError) -> str:
    """What happened, where, what to do next, and the lines of the user's own code that raised."""
    told = str(error)
    trace = "".join(f"\n    {row}" for row in error.trace if row not in told)
    return _masked(f"{told}{trace}")


def bug_message(error: Exception) -> str:
    """For what nobody foresaw."""
    what = _masked(" ".join(f"{type(error).__name__}: {error}".split()))
    return (
        f"this is a bug in integtest: {what}\n"
        f"  see where with: {DEBUG_VARIABLE}=1, and report it with that traceback"
    )


def usage_message(error: click.ClickException) -> str:
    """A wrong flag or argument: what is wrong, what was probably meant, where the help is."""
    from integtest.cli.usage import hint_for, plain_words

    ctx = getattr(error, "ctx", None)
    lines = [plain_words(error)]
    hint = hint_for(error, ctx)
    if hint:
        lines.append(f"  {hint}")
    lines.append(f"  see: {ctx.command_path if ctx else 'integtest'} --help")
    return "\n".join(lines)


def show_traceback(error: BaseException, *, wanted: bool = False) -> None:
    """The whole traceback on stderr, for those who asked: `-vv`, or INTEGTEST_DEBUG=1."""
    if wanted or os.environ.get(DEBUG_VARIABLE, "") not in ("", "0"):
        say(_masked("".join(traceback.format_exception(error))))


def _masked(text: str) -> str:
    """An exception may quote what it choked on."""
    from integtest.rules.secrets import mask_text

    return mask_text(text)


def close_quietly() -> None:
    """The reader of our stdout went away: let nothing more be written there, not even at the interpreter's end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
