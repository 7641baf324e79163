"""What can go wrong, said in one message and, where there is one, the next thing to do."""

from __future__ import annotations

from pathlib import Path

_TAIL_LINES = 12


class ServiceError(Exception):
    """One service could not be installed, started or ended; the others go on."""

    def __init__(self, message: str, *, hint: str | None = None, log: Path | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.log = log

    def lines(self) -> list[str]:
        """The message, the last lines of the log with its path, and the hint."""
        said = [self.message]
        if self.log is not None:
            said += [f"| {line}" for line in tail(self.log)] + [f"log: {self.log}"]
        if self.hint:
            said.append(self.hint)
        return said


class WrongUse(Exception):
    """A wrong argument, record or environment variable: nothing was done."""


def tail(log: Path, lines: int = _TAIL_LINES) -> list[str]:
    """The last lines of a log, each at most 400 characters; empty if there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line[:400].rstrip() for line in text.splitlines() if line.strip()][-lines:]
