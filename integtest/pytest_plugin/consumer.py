"""The consumer's side: providers served from their contracts while one test runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from integtest.errors import MismatchError, UsageError
from integtest.model.contract import AsyncMessage, HttpInteraction, Interaction, SyncMessage
from integtest.model.conversation import Conversation
from integtest.model.finding import Finding
from integtest.model.http import Exchange
from integtest.model.message import Message
from integtest.pytest_plugin.messages import Deliveries
from integtest.wiring import judge, stub_server
from integtest.wiring.breaking import PLACEHOLDER

if TYPE_CHECKING:
    from integtest.adapters.wire.stub import Stub


class ServedProvider:
    """One provider of a test: its URL and what it was asked."""

    def __init__(self, name: str, url: str, stub: Stub) -> None:
        self.name = name
        self.url = url
        self._stub = stub

    def calls(self, interaction: Interaction) -> int:
        """How often the interaction was called so far."""
        return self._stub.calls(interaction)

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """Everything that the consumer sent here and was answered, in order."""
        return self._stub.exchanges


class ContractFixture:
    """What the `contract` fixture gives: the promises of one test, and whether they were exercised."""

    def __init__(self, interactions: Sequence[Interaction]) -> None:
        self.interactions = tuple(interactions)
        self.providers: dict[str, ServedProvider] = {}
        self._stubs: dict[str, Stub] = {}
        self._deliveries = Deliveries()

    def add(self, name: str, url: str, stub: Stub) -> None:
        """A provider's stub that is being served at `url`."""
        self.providers[name] = ServedProvider(name, url, stub)
        self._stubs[name] = stub

    @property
    def url(self) -> str:
        """The base URL of the test's only provider; UsageError when it has none or several."""
        if len(self.providers) == 1:
            return next(iter(self.providers.values())).url
        if not self.providers:
            raise UsageError(
                "the test's contract has no HTTP interaction, so nothing is served",
                hint="messages are handed over: contract.deliver(...)",
            )
        names = ", ".join(f'contract["{name}"].url' for name in self.providers)
        raise UsageError(f"the test talks to {len(self.providers)} providers", hint=f"say which: {names}")

    def __getitem__(self, provider: str) -> ServedProvider:
        """One of several providers by name; UsageError when the marker names no interaction of it."""
        if provider not in self.providers:
            known = ", ".join(self.providers) or "none"
            raise UsageError(f"no interaction of {provider!r} is in the test's marker", hint=f"served: {known}")
        return self.providers[provider]

    def calls(self, interaction: Interaction) -> int:
        """How often the interaction was exercised so far: called, delivered or sent."""
        self._known(interaction)
        stub = self._stubs.get(interaction.contract.provider)
        if stub is None or not isinstance(interaction, HttpInteraction):
            return self._deliveries.count(interaction)
        return stub.calls(interaction)

    async def deliver(
        self, interaction: AsyncMessage, *, to: Any, times: int = 1, concurrently: bool = False
    ) -> list[Any]:
        """Hand the promised message to the consumer: `to` is a handler (sync or async, called with a
        `Message`), the URL of the running consumer, or its ASGI app. One result a delivery."""
        self._known(interaction)
        return await self._deliveries.deliver(interaction, to, times, concurrently)

    def deliver_now(self, interaction: AsyncMessage, *, to: Any, times: int = 1) -> list[Any]:
        """`deliver` for a test that is no coroutine."""
        self._known(interaction)
        return self._deliveries.deliver_now(interaction, to, times)

    def send(
        self,
        interaction: SyncMessage,
        contents: bytes | str | dict[str, Any] | list[Any],
        *,
        metadata: dict[str, Any] | None = None,
        content_type: str | None = None,
    ) -> Sequence[Message]:
        """Send a message as the consumer does: it is judged, and the promised replies come back.
        MismatchError when it is not what the contract says the consumer sends."""
        self._known(interaction)
        return self._deliveries.send(interaction, contents, metadata, content_type)

    def check(self, conversation: Conversation) -> Sequence[Finding]:
        """Hold what happened so far (calls to the served providers and deliveries, in the order of time) against a
        conversation's table; the milder findings. MismatchError with all that is wrong."""
        from integtest.flows.verify.conversing import hold

        exchanges = [one for stub in self._stubs.values() for one in stub.exchanges]
        about = self.interactions[0].contract
        seen = [*exchanges, *self._deliveries.exchanges]
        found = hold(conversation, about, self.interactions, seen, judge()).findings
        if wrong := [one.message for one in found if one.severity == "error"]:
            raise MismatchError("\n".join(wrong))
        return found

    def problem(self) -> str:
        """What was promised and not exercised, or sent and promised by no one; empty when all is well."""
        return "\n".join(self._problems())

    def report(self) -> str:
        """What was sent and promised by no one; empty when nothing was."""
        return "\n".join(self._unexpected())

    def exercised(self) -> list[Interaction]:
        """The promises that were called at least once."""
        return [interaction for interaction in self.interactions if self.calls(interaction)]

    def _problems(self) -> list[str]:
        missing = [i for i in self.interactions if not self.calls(i)]
        return [*self._unexpected(), *map(_never, missing)]

    def _unexpected(self) -> list[str]:
        return [*(text for stub in self._stubs.values() if (text := stub.report())), *self._deliveries.failures]

    def _known(self, interaction: Interaction) -> None:
        if interaction not in self.interactions:
            raise UsageError(
                f"{interaction.description!r} is not one of this test's promises",
                hint="name it in @pytest.mark.contract(...)",
            )


def _never(interaction: Interaction) -> str:
    verb = "called" if isinstance(interaction, HttpInteraction) else "delivered"
    where = interaction.contract
    text = f'{where.provider}: "{interaction.description}" was never {verb}'
    if isinstance(interaction, HttpInteraction):
        text += f": expected {interaction.request.method} {interaction.request.path}"
        if where.env:
            text += f"; does the code under test read {where.env} when it is called, or once at import?"
    return text


@contextmanager
def serve(item: pytest.Item) -> Iterator[ContractFixture]:
    """Serve what the test's markers name until the test ends."""
    fixture = ContractFixture(_interactions(item))
    by_provider: dict[str, list[HttpInteraction]] = {}
    for interaction in fixture.interactions:
        if isinstance(interaction, HttpInteraction):
            by_provider.setdefault(interaction.contract.provider, []).append(interaction)
    with ExitStack() as stack:
        environment = {
            name: PLACEHOLDER for name in _secret_names(fixture.interactions) if not os.environ.get(name)
        }
        for name, interactions in by_provider.items():
            stub, server = stack.enter_context(stub_server(interactions))
            info = interactions[0].contract
            fixture.add(name, server.url + info.base, stub)
            if info.env:
                environment[info.env] = server.url + info.base
        stack.enter_context(patch.dict(os.environ, environment))
        yield fixture


def _interactions(item: pytest.Item) -> list[Interaction]:
    found: dict[Interaction, None] = {}
    for marker in item.iter_markers("contract"):
        for given in marker.args:
            if not isinstance(given, Interaction):
                raise UsageError(
                    f"@pytest.mark.contract takes interactions, not {type(given).__name__}",
                    place=item.nodeid,
                    hint="pass what contract.http(...) or contract.message(...) returned",
                )
            found[given] = None
    if not found:
        raise UsageError(
            "the contract fixture needs promises to serve",
            place=item.nodeid,
            hint="mark the test: @pytest.mark.contract(interaction, …)",
        )
    return list(found)


def _secret_names(interactions: Sequence[Interaction]) -> set[str]:
    return {name for i in interactions for use in i.secrets for name in use.variables.values()}
