"""What flows and rules need from the world outside, as Protocols; adapters fulfil them, wiring binds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from integtest.model.contract import AsyncMessage, Contract, ProviderState, SyncMessage
from integtest.model.finding import Mismatch
from integtest.model.http import Exchange, Request, TransportFailure
from integtest.model.matching import Body, RuleList
from integtest.model.message import Message


class BodyMatcher(Protocol):
    """One expected body with its rules, made ready to be compared many times."""

    def mismatches(self, actual: bytes, content_type: str | None) -> Sequence[Mismatch]:
        """What differs by Pact's rules; unexpected keys are allowed, as in a response."""
        ...


class MatchingEngine(Protocol):
    """Pact's matching of whole bodies, in process."""

    def body(self, expected: Body, rules: Mapping[str, RuleList]) -> BodyMatcher:
        """A matcher for a present body; ContractError when a rule is unknown to the engine."""
        ...


class Transport(Protocol):
    """Carries requests to one provider: over a socket, or straight into its ASGI or WSGI app."""

    @property
    def base(self) -> str:
        """The absolute URL that requests' paths are below."""
        ...

    async def open(self, *, timeout: float, probe: bool = False) -> TransportFailure | None:
        """Make ready: run an app's lifespan startup; with `probe`, see that somebody listens. The failure that
        makes it pointless to send anything, or None."""
        ...

    async def send(self, request: Request, *, timeout: float) -> Exchange:
        """Send `request`, whose url is `path?query` below the provider's base; a failure is data in the
        exchange, never an exception. `timeout` in seconds bounds the whole exchange."""
        ...

    async def close(self) -> None:
        """Give back sockets; runs an app's lifespan shutdown."""
        ...


class StateHandlers(Protocol):
    """Sets up and tears down provider states."""

    isolated: bool
    """True when states share no data, so that their interactions may run concurrently."""

    async def run(
        self, state: ProviderState, action: Literal["setup", "teardown"], consumer: str
    ) -> Mapping[str, Any]:
        """Values for `from_state`; StateError when the state is unknown or its handler raises or hangs."""
        ...

    def names(self) -> Sequence[str] | None:
        """The states that have a handler; None when that cannot be told (a URL)."""
        ...


class MessageSource(Protocol):
    """A provider of messages."""

    async def produce(self, interaction: AsyncMessage, states: Mapping[str, Any]) -> Message:
        """The message that the provider sends for this interaction; ProviderError when it gives none."""
        ...

    async def reply(
        self, interaction: SyncMessage, request: Message, states: Mapping[str, Any]
    ) -> Sequence[Message]:
        """The replies to `request`; ProviderError when there is none."""
        ...


class Bridge(Protocol):
    """What a foreign verifier needs to reach a provider; `index` counts the contract's interactions from 0."""

    async def send(self, index: int, request: Request) -> Exchange:
        """Send an interaction's request, whose url is `path?query`, with headers, secrets and hook added."""
        ...

    async def message(self, index: int) -> Message:
        """The message, or the reply to it, of an interaction; ProviderError when there is none."""
        ...

    async def state(self, state: ProviderState, action: Literal["setup", "teardown"]) -> Mapping[str, Any]:
        """As `StateHandlers.run`."""
        ...


class Verifier(Protocol):
    """Another tool's verification of one contract, to compare with or to fall back on."""

    async def verify(
        self, contract: Contract, bridge: Bridge, *, timeout: float
    ) -> Mapping[int, Sequence[Mismatch]]:
        """What differs, by the index of each interaction that ran; ProviderError when the tool itself fails.
        `timeout` in seconds bounds one request."""
        ...
