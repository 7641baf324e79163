"""Provider states around one interaction: set up before, torn down after, whatever happened between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from integtest.errors import StateError
from integtest.model.contract import AnyInteraction, ProviderState
from integtest.model.finding import Finding
from integtest.ports import StateHandlers
from integtest.rules.evidence import masked, told
from integtest.rules.verification import finding


@dataclass
class Stage:
    """The states of one interaction: the values they gave, how long they took, what went wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    names: str | None = None
    milliseconds: float | None = None
    unprepared: tuple[str, ...] = ()
    """States that nothing sets up, as no handlers were given."""
    failure: Finding | None = None
    """Why the interaction cannot run."""
    warnings: list[Finding] = field(default_factory=list)


@asynccontextmanager
async def staged(
    interaction: AnyInteraction, handlers: StateHandlers | None, known: Mapping[str, str]
) -> AsyncIterator[Stage]:
    """Set up the interaction's states in order, and tear down in reverse order those that were set up."""
    names = tuple(state.name for state in interaction.states)
    stage = Stage(names=", ".join(names) or None)
    if handlers is None:
        stage.unprepared = names
        yield stage
        return
    ready: list[ProviderState] = []
    consumer = interaction.contract.consumer
    began = perf_counter()
    try:
        for promised in interaction.states:
            state = promised.model_copy()  # One object a set-up: its teardown is told by it.
            ready.append(state)
            stage.values |= await handlers.run(state, "setup", consumer)
        stage.milliseconds = (perf_counter() - began) * 1000
    except StateError as error:
        ready.pop()
        stage.failure = _failure(error, interaction, known)
    try:
        yield stage
    finally:
        for state in reversed(ready):
            try:
                await handlers.run(state, "teardown", consumer)
            except StateError as error:
                stage.warnings.append(_told("state-teardown", error, interaction, known))


def _failure(error: StateError, interaction: AnyInteraction, known: Mapping[str, str]) -> Finding:
    return _told("state-missing" if error.missing else "state-failed", error, interaction, known)


def _told(rule: str, error: StateError, interaction: AnyInteraction, known: Mapping[str, str]) -> Finding:
    place = f"{error.place}: " if error.place else ""
    found = finding(
        rule,
        f"{place}{error.message}",
        interaction=interaction,
        hint=error.hint,
        evidence=told(known, trace=error.trace) or None,
    )
    return masked(found, known)
