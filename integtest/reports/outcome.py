"""What a verdict comes to: one word, and the exit status, as `Verdict` itself decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from integtest.model.finding import Finding, Severity
from integtest.model.verdict import Verdict

RANK = {"info": 0, "warning": 1, "error": 2}


@dataclass(frozen=True)
class Outcome:
    """`unknown` means that nothing was verified: it is never a pass."""

    word: Literal["pass", "fail", "unknown"]
    exit_status: int


WRONG_CONFIGURATION = Outcome("fail", 2)
_UNREAD = ("cassette-unreadable",)
COULD_NOT_RUN = Outcome("unknown", 3)


def outcome(verdict: Verdict, fail_on: Severity = "error") -> Outcome:
    """`fail` (1) with a finding at or above `fail_on`; `unknown` (1) when nothing was exercised, (3) when all that
    stands against it could not be run or read; else `pass` (0)."""
    return Outcome(verdict.outcome(fail_on), verdict.exit_status(fail_on))


def of_findings(findings: Iterable[Finding], fail_on: Severity) -> Outcome:
    """For what verifies nothing: `fail` (1) with a finding at or above `fail_on`, `unknown` (3) where all those are
    of files that cannot be read, else `pass` (0)."""
    counted = [finding for finding in findings if counting([finding], fail_on)]
    if counted and all(finding.rule in _UNREAD for finding in counted):
        return COULD_NOT_RUN
    return Outcome("fail", 1) if counted else Outcome("pass", 0)


def counting(findings: Iterable[Finding], fail_on: Severity) -> bool:
    """Whether any finding is at or above `fail_on`."""
    return any(RANK[finding.severity] >= RANK[fail_on] for finding in findings)
