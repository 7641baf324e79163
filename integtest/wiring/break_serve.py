"""Binds one case of the catalogue to a server, for a consumer in another process or language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integtest.errors import UsageError
from integtest.failures.subject import Book, reference
from integtest.flows.break_.naming import cases_of, named
from integtest.flows.break_.plan import BreakPlan
from integtest.model.contract import HttpInteraction
from integtest.model.failure import Case
from integtest.wiring import stub_of
from integtest.wiring.break_run import load_book

if TYPE_CHECKING:
    from integtest.adapters.breaking.armed import Run
    from integtest.adapters.wire.breaking import Breaking
    from integtest.adapters.wire.stub import Stub

HOLD = 30.0
"""Seconds that a stall lasts where nobody says how long."""


@dataclass(frozen=True)
class ArmedProvider:
    """A provider with a case armed: what answers, and what it took down. `closed`: it refuses every connection.
    `remarks` say what of the case a server cannot do."""

    case: Case
    provider: str
    handler: Breaking
    stubs: tuple[Stub, ...]
    run: Run
    closed: bool
    needs_elsewhere: bool
    remarks: tuple[str, ...] = field(default=())

    def lead_elsewhere(self, url: str) -> None:
        """Redirects to another host lead there."""
        self.handler.elsewhere = url


def armed_provider(
    plan: BreakPlan, name: str, provider: str | None, *, hold: float, known: Mapping[str, str]
) -> ArmedProvider:
    """The provider of a case, or another one that the case breaks too, as `named` finds it. UsageError where a
    server cannot play it. `hold`: seconds that a stall lasts before its connection is reset."""
    from integtest.adapters.breaking.armed import Run
    from integtest.adapters.breaking.clocks import RealClock
    from integtest.adapters.wire.breaking import Breaking

    book = load_book(plan)
    case = named(_touching(cases_of(book, plan.seed), provider), name)
    served = provider or case.target.provider
    _check(case, book, served)
    stubs = _stubs(book, case, served, known)
    clock = RealClock()
    run = Run(case.injection, clock.now)
    handler = Breaking(served, stubs)
    handler.arm(run, clock.wall, elsewhere="", hold=hold)
    closed = served in case.injection.refused
    return ArmedProvider(
        case, served, handler, stubs, run, closed, "{elsewhere}" in case.model_dump_json(), _remarks(case, served)
    )


def _touching(cases: tuple[Case, ...], provider: str | None) -> tuple[Case, ...]:
    """The cases that do something to a provider."""
    if provider is None:
        return cases
    found = tuple(case for case in cases if provider in {one.target.provider for one in case.injection.scripts})
    if not found:
        names = ", ".join(sorted({case.target.provider for case in cases}))
        raise UsageError(f"no case breaks a provider {provider}", hint=f"known are: {names}" if names else None)
    return found


def _check(case: Case, book: Book, served: str) -> None:
    """A server plays what it answers; what it sends by itself, and what is done to the consumer, it cannot."""
    hint = "run it by the marker breaks, or by integtest break"
    target = next(one for one in book.interactions if reference(one) == case.target)
    if not isinstance(target, HttpInteraction):
        raise UsageError(f"{case.address} breaks a message, which is delivered and not served", hint=hint)
    if not any(script.target.provider == served for script in case.injection.scripts):
        raise UsageError(f"{case.address} does nothing that a server could do: {case.what}", hint=hint)


def _stubs(book: Book, case: Case, served: str, known: Mapping[str, str]) -> tuple[Stub, ...]:
    """The broken interaction answers before any other that fits a request."""
    mine = [
        one for one in book.interactions if isinstance(one, HttpInteraction) and one.contract.provider == served
    ]
    targets = {script.target for script in case.injection.scripts}
    first = [one for one in mine if reference(one) in targets]
    rest = [one for one in mine if reference(one) not in targets]
    return tuple(stub_of(part, known) for part in (first, rest) if part)


def _remarks(case: Case, served: str) -> tuple[str, ...]:
    others = sorted({script.target.provider for script in case.injection.scripts} - {served})
    found = [f"this case breaks {name} too: serve it with --provider {name}" for name in others]
    if case.injection.skew:
        found.append(f"the consumer's clock has to be {case.injection.skew:g} s ahead: set it where it runs")
    if case.injection.cancel_after is not None:
        found.append(
            f"the consumer's work has to be cancelled after call {case.injection.cancel_after}: do it there"
        )
    return tuple(found)
