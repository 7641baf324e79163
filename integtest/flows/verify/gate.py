"""Notices that a provider answers nothing at all, so that one error says it, and not every interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integtest.flows.verify.job import Target
from integtest.flows.verify.stating import Stage
from integtest.flows.verify.tally import Tally
from integtest.model.finding import Finding
from integtest.model.http import Exchange, TransportFailure
from integtest.rules.evidence import evidence, masked, told
from integtest.rules.verification import finding

SCOUTS = 3
"""Requests without any answer after which no more are sent."""
_NOBODY = frozenset({"refused", "dns", "tls"})


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one interaction's request."""

    tally: Tally
    exchange: Exchange
    stage: Stage


class Gate:
    """Open while the provider answers. Silence counts against an interaction only once something was heard."""

    def __init__(self) -> None:
        self.answers = 0
        self.failure: TransportFailure | None = None
        self.silent: list[Came] = []
        self._refused = 0

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be sent."""
        return self.failure is not None

    def holds(self, tally: Tally) -> bool:
        """Whether this one's silence is not judged yet."""
        return any(came.tally is tally for came in self.silent)

    def admit(self, came: Came) -> list[Came]:
        """What can be judged now: nothing while it is open whether anybody answers."""
        error = came.exchange.error
        if came.exchange.response is not None or error is None or error.trace:
            self.answers += 1
            self._refused = 0
            ready, self.silent = [*self.silent, came], []
            return ready
        if self.answers:
            self._refused += error.kind in _NOBODY
            if self._refused >= SCOUTS:
                self.failure = error
            return [came]
        self.silent.append(came)
        if error.kind in _NOBODY or len(self.silent) >= SCOUTS:
            self.failure = error
        return []

    def finish(self) -> None:
        """Nothing more comes: silence so far is silence for good."""
        if self.failure is None and self.silent:
            self.failure = self.silent[0].exchange.error


def unreachable(
    target: Target,
    failure: TransportFailure,
    known: Mapping[str, str],
    seen: Exchange | None = None,
    answers: int = 0,
) -> Finding:
    """That a provider gives no answer at all, or none any more after `answers`."""
    where = f" at {target.transport.base}" if target.transport is not None else ""
    after = f" after {answers} answers" if answers else ""
    shows = told(known, trace=failure.trace) if seen is None else evidence(seen, known)
    found = finding(
        "provider-unreachable",
        f"{target.name}{where} gave no answer{after}: {failure.message}",
        provider=target.name,
        hint="start it, or correct its address: --provider NAME=URL",
        evidence=shows or None,
    )
    return masked(found, known)
