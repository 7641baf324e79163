"""What every format is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from integtest._version import __version__
from integtest.errors import IntegtestError, ProviderError, StateError, UnreadableFileError
from integtest.model.check import Check
from integtest.model.failure import Judgement
from integtest.model.finding import Blame, Finding, Severity
from integtest.model.http import Place
from integtest.model.integration import Integration
from integtest.model.verdict import InteractionResult, Verdict
from integtest.reports.outcome import RANK, Outcome, counting, outcome

TOOL = "integtest"
VERSION = __version__
Key = tuple[str, str, str]
"""Consumer, provider, description."""


@dataclass(frozen=True)
class Report:
    """A verdict with what it comes to, and how a person wants to see it.

    `forced` is what it comes to where the verdict alone cannot tell: a run that broke off, or `doctor`.
    `checks` are what `doctor` looked at, None for other verbs. `color` and `width` (columns) serve the terminal.
    `verbosity` is below 0 for quiet, above 0 for more.
    """

    verdict: Verdict
    forced: Outcome | None = None
    fail_on: Severity = "error"
    checks: tuple[Check, ...] | None = None
    color: bool = False
    width: int = 100
    verbosity: int = 0
    next_command: str | None = None
    judgements: tuple[Judgement, ...] | None = None
    """What became of each case of `break`, None for other verbs."""
    integrations: tuple[Integration, ...] | None = None
    """The map of `doctor --integrations`, None for others."""

    @cached_property
    def outcome(self) -> Outcome:
        """The word and the exit status."""
        return self.forced or outcome(self.verdict, self.fail_on)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The worst first, then by provider, consumer, interaction, rule and place."""
        return tuple(sorted(self.verdict.findings, key=_finding_order))

    @cached_property
    def interactions(self) -> tuple[InteractionResult, ...]:
        """By provider, consumer, description."""
        return tuple(sorted(self.verdict.interactions, key=lambda r: (r.provider, r.consumer, r.description)))

    @cached_property
    def _by_interaction(self) -> dict[Key | None, tuple[Finding, ...]]:
        found: dict[Key | None, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(key_of(finding), []).append(finding)
        return {key: tuple(findings) for key, findings in found.items()}

    def findings_of(self, result: InteractionResult) -> tuple[Finding, ...]:
        """The findings that name this interaction."""
        return self._by_interaction.get((result.consumer, result.provider, result.description), ())

    def loose(self) -> Iterator[Finding]:
        """The findings that no reported interaction carries."""
        keys = {(r.consumer, r.provider, r.description) for r in self.interactions}
        return (f for f in self.findings if key_of(f) not in keys)

    def fails(self, finding: Finding) -> bool:
        """Whether this finding alone makes the exit status 1."""
        return counting((finding,), self.fail_on)


def key_of(finding: Finding) -> Key | None:
    """The interaction that a finding is about, or None when it names none."""
    if finding.interaction is None:
        return None
    return (finding.consumer or "", finding.provider or "", finding.interaction)


def error_finding(error: IntegtestError) -> Finding:
    """An error that ended a run, as a finding, so that every report can carry it."""
    return Finding(
        rule=error.code,
        severity="error",
        blame=_blame(error),
        message=error.message,
        hint=error.hint,
        location=Place(file=error.place),
        evidence={"traceback": list(error.trace)} if error.trace else None,
    )


def _blame(error: IntegtestError) -> Blame:
    if isinstance(error, ProviderError | StateError):
        return "provider"
    return "recording" if isinstance(error, UnreadableFileError) else "consumer"


def _finding_order(finding: Finding) -> tuple[int | str, ...]:
    return (
        -RANK[finding.severity],
        finding.provider or "",
        finding.consumer or "",
        finding.interaction or "",
        finding.location.file or "",
        finding.location.line or 0,
        finding.rule,
        finding.location.pointer or "",
        finding.message,
    )
