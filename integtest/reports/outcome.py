"""What a verdict comes to: one word, and the exit status, as `Verdict` itself decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from integtest.model.finding import Severity
from integtest.model.verdict import Verdict

RANK = {"info": 0, "warning": 1, "error": 2}


@dataclass(frozen=True)
class Outcome:
    """`unknown` means that nothing was verified: it is never a pass."""

    word: Literal["pass", "fail", "unknown"]
    exit_status: int


COULD_NOT_RUN = Outcome("unknown", 3)


def outcome(verdict: Verdict, fail_on: Severity = "error") -> Outcome:
    """`fail` (1) with a finding at or above `fail_on`; `unknown` (1) when nothing was exercised, (3) when all that
    stands against it could not be run or read; else `pass` (0)."""
    return Outcome(verdict.outcome(fail_on), verdict.exit_status(fail_on))
