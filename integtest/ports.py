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
        """Values for `from_state`; StateError when the state is unknown or its handler raises or hangs. A teardown
        is given the same `state` object as its set-up."""
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

    @property
    def base(self) -> str | None:
        """The provider's own URL, for what plugins of the other tool reach by themselves."""
        ...

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


class Tape(Protocol):
    """Answers the requests that this process's HTTP clients make, or takes down what the network answered.

    Its methods are called from any thread and task, several at a time, and must not block for long.
    """

    @property
    def name(self) -> str:
        """What an error calls it: the cassette's path."""
        ...

    @property
    def latency(self) -> float:
        """The factor on recorded latency and frame times when playing; 0 answers at once."""
        ...

    def passes(self, request: Request) -> bool:
        """Whether the request is none of its business and goes to the network unrecorded, as loopback does.
        Asked before the body is read: `request.body` is empty."""
        ...

    def play(self, request: Request) -> Exchange | None:
        """The exchange to answer with. A response is followed by its error where there are both; one that is not
        `complete` breaks off. None lets the request go to the network, whose exchange then comes to `keep`;
        ClosedNetworkError when it must not go."""
        ...

    def unseen(self, hosts: Sequence[str], port: int | None, client: str | None) -> None:
        """A client that no seam knows is about to connect to the first of `hosts`, an address that the others are
        names of; or, `port` being None, to look up its address. `client` is the package that does it, where known.
        ClosedNetworkError when it must not."""
        ...

    def refuse(self, message: str) -> None:
        """Note a request that was not sent though this tape did not judge it: it may have been meant for it, and
        the program may swallow the error that says so."""
        ...

    def keep(self, exchange: Exchange) -> None:
        """Take down what the network answered. Called once an exchange, when its body ended, broke off or was let
        go by the client; exchanges still under way when the tape is closed come as far as they got."""
        ...


class Clock(Protocol):
    """The time of a consumer under test: virtual where it can be, else real."""

    kind: Literal["virtual", "real"]

    def now(self) -> float:
        """Seconds since the clock was made."""
        ...

    def wall(self) -> float:
        """Seconds since the epoch, as the consumer sees them."""
        ...

    def begin(self) -> None:
        """A request is in flight: no time may be skipped until `end`."""
        ...

    def end(self) -> None:
        """A request has ended."""
        ...
