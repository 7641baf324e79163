"""What became of one interaction so far, from whatever source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from integtest.model.contract import AnyInteraction
from integtest.model.finding import Finding, Mismatch
from integtest.model.http import Exchange
from integtest.model.verdict import InteractionResult, Judge, Latency, Status
from integtest.rules import budgets
from integtest.rules.verification import finding, pointer

Source = Literal["recorded", "live", "message"]
_MOST = 20
"""Findings shown of one interaction; what lies beyond is counted."""


class Tally:
    """Collects outcomes: one failure makes it failed, else one success makes it verified."""

    def __init__(self, interaction: AnyInteraction) -> None:
        self.interaction = interaction
        self.seen = 0
        self.reason: str | None = None
        self.refused_by_pact_rules = False
        """Whether Pact's rules, not only the JSON Schema, refused something."""
        self._good = 0
        self._bad = 0
        self._sources: list[Source] = []
        self._judges: set[Judge] = set()
        self._latencies: dict[Source, list[float]] = {}
        self._versions: dict[str, str] = {}
        self._findings: dict[tuple[str, str], tuple[Finding, int]] = {}

    @property
    def verified(self) -> bool:
        """Whether something exercised it, and all that did was right."""
        return self._good > 0 and self._bad == 0

    @property
    def failed(self) -> bool:
        """Whether something that exercised it was wrong."""
        return self._bad > 0

    def hold(self, source: Source, judges: Iterable[Judge], exchange: Exchange | None = None) -> None:
        """Something exercised it and kept the promise."""
        self._good += 1
        self._note(source, judges, exchange)

    def fail(
        self,
        source: Source,
        findings: Iterable[Finding],
        judges: Iterable[Judge] = (),
        exchange: Exchange | None = None,
    ) -> None:
        """Something exercised it and broke the promise."""
        self._bad += 1
        self._note(source, judges, exchange)
        self.add(findings)

    def obstruct(self, source: Source, found: Finding) -> None:
        """The provider's side kept it from being exercised: that is a failure too."""
        self._bad += 1
        self._source_of(source)
        self.add([found])

    def glimpse(self, source: Source) -> None:
        """Something exercised it, and nothing can be told from what came."""
        self._note(source, (), None)

    def add(self, findings: Iterable[Finding]) -> None:
        """Findings that change no status; the same at the same place counts up."""
        for found in findings:
            key = (found.rule, found.location.pointer or found.message)
            first, times = self._findings.get(key, (found, 0))
            self._findings[key] = (first, times + 1)

    def hold_to_budget(self) -> list[tuple[str, int]]:
        """Judge the latencies seen; the limits that had too few samples, with how many there were. A live provider
        that exceeds its budget breaks the promise."""
        unjudged: list[tuple[str, int]] = []
        for source in ("live", "recorded"):
            seconds = self._latencies.get(source, [])
            judged = budgets.judge(self.interaction, seconds, source)
            self.add(judged.findings)
            self._bad += any(found.severity == "error" for found in judged.findings)
            unjudged += [(name, len(seconds)) for name in judged.unjudged]
        return unjudged

    def leave(self, reason: str) -> None:
        """It could not be exercised; the first reason counts."""
        self.reason = self.reason or reason

    def _note(self, source: Source, judges: Iterable[Judge], exchange: Exchange | None) -> None:
        self.seen += 1
        self._judges.update(judges)
        self._source_of(source)
        if exchange is None:
            return
        if exchange.latency is not None:
            self._latencies.setdefault(source, []).append(exchange.latency)
        for side in ("consumer_version", "provider_version"):
            if version := getattr(exchange.provenance, side):
                self._versions[side] = version

    def _source_of(self, source: Source) -> None:
        if source not in self._sources:
            self._sources.append(source)

    def findings(self) -> tuple[Finding, ...]:
        """Each with how often it was seen; those of a pending interaction never above info."""
        shown = [_times(found, times) for found, times in self._findings.values()]
        errors = [found for found in shown if found.severity == "error"]
        if len(errors) > _MOST:
            left = len(errors) - _MOST
            shown = [found for found in shown if found.severity != "error"] + errors[:_MOST]
            last = errors[_MOST - 1]
            shown[-1] = last.model_copy(update={"message": f"{last.message} (and {left} more differences)"})
        if self.interaction.pending:
            shown = [found.model_copy(update={"severity": "info"}) for found in shown]
        return tuple(shown)

    def result(self) -> InteractionResult:
        """What the report says of it."""
        interaction, info = self.interaction, self.interaction.contract
        status = self._status()
        return InteractionResult(
            consumer=info.consumer,
            provider=info.provider,
            description=interaction.description,
            status=status,
            kind=interaction.type,
            verified_by=tuple(sorted(self._judges)),
            source=self._source(),
            seen=self.seen,
            latency_ms=percentiles([one for each in self._latencies.values() for one in each]),
            budget=interaction.budget,
            **self._versions,
            reason=self.reason if status in ("unproven", "skipped", "pending") else None,
        )

    def _status(self) -> Status:
        if self.interaction.type == "foreign" and not self.seen:
            return "skipped"
        status: Status = "failed" if self.failed else "verified" if self.verified else "unproven"
        return "pending" if self.interaction.pending and status != "verified" else status

    def _source(self) -> Literal["recorded", "live", "message", "none"]:
        """The strongest source: what runs today says more than what was recorded once."""
        return next((s for s in ("live", "message", "recorded") if s in self._sources), "none")


def percentiles(seconds: Sequence[float]) -> Latency | None:
    """Nearest-rank percentiles in milliseconds; None without samples."""
    if not seconds:
        return None
    ranked = sorted(seconds)
    p50, p95 = (ranked[max(0, -(-len(ranked) * p // 100) - 1)] for p in (50, 95))
    return Latency(p50=round(p50 * 1000, 3), p95=round(p95 * 1000, 3), max=round(ranked[-1] * 1000, 3))


def mismatch_finding(
    rule: str, mismatch: Mismatch, interaction: AnyInteraction, exchange: Exchange | None, **more: object
) -> Finding:
    """One difference as a finding, placed where the recording is, else where the contract is."""
    recorded = exchange is not None and exchange.place.file is not None
    place = exchange.place if exchange is not None and recorded else interaction.place
    return finding(
        rule,
        mismatch.message,
        interaction=interaction,
        location=place.model_copy(update={"pointer": pointer(mismatch)}),
        expected=mismatch.expected,
        actual=mismatch.actual,
        **more,  # type: ignore[arg-type]
    )


def _times(found: Finding, times: int) -> Finding:
    return found if times == 1 else found.model_copy(update={"message": f"{found.message} ({times}×)"})
