"""Binds what breaks a consumer of this process to adapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from integtest.failures.subject import Book
from integtest.model.contract import AnyInteraction, HttpInteraction, Interaction
from integtest.wiring import stub_of

if TYPE_CHECKING:
    from integtest.adapters.breaking.session import RunClock, Session
    from integtest.adapters.wire.stub import Stub

PLACEHOLDER = "integtest-placeholder"
"""What a secret's variable holds during a test when nothing set it; a stub accepts any value."""


class Stubs:
    """The stubs of a consumer's providers, made once and used by many sessions, one after another."""

    def __init__(self, book: Book) -> None:
        self._http = [one for one in book.interactions if isinstance(one, HttpInteraction)]
        self._made: dict[tuple[str, tuple[tuple[str, ...], ...]], tuple[Stub, ...]] = {}

    def of(self, preferred: Sequence[Interaction]) -> Mapping[str, tuple[Stub, ...]]:
        """The stubs of each provider: what is preferred answers first, whatever else is promised after it."""
        names = dict.fromkeys(one.contract.provider for one in (*preferred, *self._http))
        return {name: self._one(name, preferred) for name in names}

    def _one(self, name: str, preferred: Sequence[Interaction]) -> tuple[Stub, ...]:
        first = [one for one in preferred if one.contract.provider == name and isinstance(one, HttpInteraction)]
        key = (name, tuple(one.identity for one in first))
        if key not in self._made:
            rest = [one for one in self._http if one.contract.provider == name and one not in first]
            self._made[key] = tuple(stub_of(part) for part in (first, rest) if part)
        for stub in self._made[key]:
            stub.reset()
        return self._made[key]


def break_session(
    stubs: Mapping[str, Sequence[Stub]], interactions: Iterable[AnyInteraction], environment: Mapping[str, str]
) -> Session:
    """The providers of a test, each on a port of its own; `environment` is set while the session is open."""
    from integtest.adapters.breaking.session import Session, provider

    infos = {one.contract.provider: one.contract for one in interactions}
    served = {
        name: provider(name, found, base=infos[name].base, env=infos[name].env)
        for name, found in stubs.items()
        if found
    }
    return Session(served, _clock, environment)


def _clock(deadline: float, skew: float) -> RunClock:
    from integtest.adapters.breaking.clocks import RealClock

    return RealClock(deadline, skew)
