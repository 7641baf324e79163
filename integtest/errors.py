"""Every error that integtest raises on purpose.

An error says what happened (`message`), where (`place`), and what to do next (`hint`).
`exit_status` is what the command line leaves with: 2 for wrong usage or configuration,
3 for what could not be run or read.
"""

from __future__ import annotations

from typing import ClassVar


class IntegtestError(Exception):
    """Base of all errors; `code` is stable and fit for machines."""

    code: ClassVar[str] = "integtest"
    exit_status: ClassVar[int] = 3

    trace: tuple[str, ...] = ()
    """The lines of a traceback through the user's own code, where there is one."""

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        then = f"\n  {self.hint}" if self.hint else ""
        return f"{where}{self.message}{then}"


class UsageError(IntegtestError):
    """A wrong flag or argument, or nothing was selected."""

    code = "usage"
    exit_status = 2


class ConfigError(IntegtestError):
    """`[tool.integtest]`, an environment variable or a flag holds something it may not."""

    code = "config"
    exit_status = 2


class ContractError(IntegtestError):
    """A contract cannot be what it says: ambiguous, impossible, or not a contract at all."""

    code = "contract"
    exit_status = 2


class UnreadableFileError(IntegtestError):
    """A file is missing, cut, malformed, too large, or not what its name says."""

    code = "unreadable"
    exit_status = 3


class UnsafeFileError(UnreadableFileError):
    """A file asks for something that loading data must never do (a Python object tag, a path outside)."""

    code = "unsafe"


class ProviderError(IntegtestError):
    """A provider could not be reached, or did not answer as HTTP."""

    code = "provider"
    exit_status = 3


class ListenError(IntegtestError):
    """A local server could not open its socket, or would not stop."""

    code = "listen"


class StateError(IntegtestError):
    """A provider state has no handler (`missing`), or its handler raised or hung."""

    code = "state"
    exit_status = 3
    missing: bool = False


class HookError(IntegtestError):
    """The request hook raised, hung, or gave back something else than a request."""

    code = "auth-hook"


class MismatchError(IntegtestError, AssertionError):
    """What was sent or received is not what was promised."""

    code = "mismatch"
    exit_status = 1


class ClosedNetworkError(IntegtestError):
    """A request that no cassette or contract knows; it was not sent.

    No ConnectionError on purpose: clients retry those, wrap them, and programs survive them by design.
    """

    code = "closed-network"
    exit_status = 1
