"""What another tool's verifier reaches a provider through: the same requests, states and messages as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from integtest.errors import IntegtestError, ProviderError, StateError
from integtest.flows.verify.asking import Asker
from integtest.flows.verify.job import Job, Target
from integtest.flows.verify.tally import Tally
from integtest.model.contract import AnyInteraction, AsyncMessage, HttpInteraction, ProviderState, SyncMessage
from integtest.model.http import Exchange, Request, TransportFailure
from integtest.model.message import Message


class TargetBridge:
    """Fulfils `ports.Bridge`, and keeps what came of each interaction."""

    def __init__(self, job: Job, target: Target, tallies: Sequence[Tally]) -> None:
        self._job = job
        self._target = target
        self._tallies = tallies
        self._asker = Asker(job, target)
        self._values: dict[str, Any] = {}
        self.exchanges: dict[int, Exchange] = {}
        self._errors: dict[int, IntegtestError] = {}
        self._broken_states: dict[str, StateError] = {}

    @property
    def base(self) -> str | None:
        return self._target.transport.base if self._target.transport else None

    def error(self, index: int) -> IntegtestError | None:
        """What kept an interaction from being exercised."""
        states = (state.name for state in self._tallies[index].interaction.states)
        broken = next((self._broken_states[name] for name in states if name in self._broken_states), None)
        return self._errors.get(index) or broken

    async def send(self, index: int, request: Request) -> Exchange:
        interaction, transport = self._tallies[index].interaction, self._target.transport
        if transport is None or not isinstance(interaction, HttpInteraction):
            return _failed(request, f"{self._target.name} has no address")
        try:
            seen = await self._asker.send(transport, interaction, request)
        except IntegtestError as error:
            self._errors[index] = error
            return _failed(request, error.message)
        self.exchanges[index] = seen
        return seen

    async def message(self, index: int) -> Message:
        if self._target.messages is None:
            raise ProviderError(f"nothing produces the messages of {self._target.name}")
        try:
            seen = await self._asker.messages(self._target.messages, self._tallies[index].interaction, self._values)
        except ProviderError as error:
            self._errors[index] = error
            raise
        if not seen:
            raise ProviderError("there is no message")
        return _typed(seen[0], self._tallies[index].interaction)

    async def state(self, state: ProviderState, action: Literal["setup", "teardown"]) -> Mapping[str, Any]:
        if self._target.states is None:
            return {}
        try:
            values = await self._target.states.run(state, action, self._consumer())
        except StateError as error:
            if action == "setup":
                self._broken_states[state.name] = error
            raise
        self._values = dict(values) if action == "setup" else {}
        return values

    def _consumer(self) -> str:
        return self._tallies[0].interaction.contract.consumer


def _typed(made: Message, interaction: AnyInteraction) -> Message:
    """A producer that names no content type means the promised one."""
    promised = interaction.message if isinstance(interaction, AsyncMessage) else None
    if isinstance(interaction, SyncMessage) and interaction.responses:
        promised = interaction.responses[0]
    if made.content_type is not None or promised is None:
        return made
    return made.model_copy(update={"content_type": promised.body.content_type})


def _failed(request: Request, message: str) -> Exchange:
    return Exchange(request=request, error=TransportFailure(kind="other", message=message))
