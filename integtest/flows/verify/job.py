"""What a run works on: everything read, every port bound."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from integtest.flows.verify.plan import EngineName
from integtest.model.cassette import Cassette
from integtest.model.contract import Contract
from integtest.model.finding import Finding
from integtest.model.http import Headers, Request
from integtest.ports import MessageSource, StateHandlers, Transport, Verifier
from integtest.rules.match import Judge

RequestHook = Callable[[Request], Awaitable[Request]]
"""Gets the request with its absolute URL; IntegtestError with the user's lines when it fails."""


@dataclass(frozen=True)
class Target:
    """One provider, ready to be asked."""

    name: str
    transport: Transport | None = None
    messages: MessageSource | None = None
    states: StateHandlers | None = None
    hook: RequestHook | None = None
    headers: Headers = ()
    login: bool = False
    """Whether its address holds a login, which goes with every request that has none."""
    optional: bool = False
    """No error when no contract has this provider."""


@dataclass(frozen=True)
class Recording:
    """A cassette, and the provider that the configuration says it belongs to."""

    cassette: Cassette
    provider: str | None = None


@dataclass(frozen=True)
class Job:
    """One run. `environment` holds the secrets' values by their variables' names, `known` what else is masked."""

    contracts: tuple[Contract, ...]
    judge: Judge
    recordings: tuple[Recording, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    consumer: str | None = None
    interactions: frozenset[tuple[str, ...]] | None = None
    engine: EngineName = "native"
    verifier: Verifier | None = None
    workers: int = 16
    timeout: float = 10.0
    probe: bool = False
    """Whether running providers are also sent what they must refuse."""
    environment: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Finding, ...] = ()
    """Recordings that could not be read."""
    findings: tuple[Finding, ...] = ()
    """What was found while reading the contracts."""
    notes: tuple[str, ...] = ()
