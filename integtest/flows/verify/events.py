"""What a run tells while it goes: progress bars, test items and logs listen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from integtest.model.contract import Interaction
from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult, Verdict


@dataclass(frozen=True, slots=True)
class Started:
    """Everything is read; `exchanges` counts what was recorded."""

    contracts: int
    interactions: int
    exchanges: int


@dataclass(frozen=True, slots=True)
class InteractionFinished:
    """One interaction has its result; `findings` are those about it alone."""

    interaction: Interaction
    result: InteractionResult
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over; `verdict` holds all of it."""

    verdict: Verdict


Event = Started | InteractionFinished | Finished
Listener = Callable[[Event], None]
