"""Asks one provider for what one interaction promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from integtest.errors import HookError
from integtest.flows.verify.job import Job, Target
from integtest.flows.verify.sending import fill, overlay, sendable
from integtest.model.contract import AnyInteraction, AsyncMessage, HttpInteraction, SyncMessage
from integtest.model.http import Exchange, Request
from integtest.model.matching import Body
from integtest.model.message import Message, MessagePattern
from integtest.ports import MessageSource, Transport
from integtest.rules.generators import apply_message, apply_request
from integtest.rules.match import example_request


class Asker:
    """Sends requests to one target and asks it for messages, with secrets, headers and hook added."""

    def __init__(self, job: Job, target: Target) -> None:
        self._job = job
        self._target = target
        self._random = Random(0)  # noqa: S311 - values of generators must be the same in every run

    async def exchange(
        self, transport: Transport, interaction: HttpInteraction, values: Mapping[str, Any]
    ) -> Exchange:
        """The exchange for an interaction; `values` come from its states. MissingSecretError, ContractError,
        ValueError when the request cannot be made; IntegtestError when the hook fails."""
        return await self.send(transport, interaction, self.request(interaction, values))

    def request(self, interaction: HttpInteraction, values: Mapping[str, Any]) -> Request:
        """The promised request with these values of its states; nothing secret in it yet."""
        return example_request(apply_request(interaction.request, values, self._random))

    async def send(self, transport: Transport, interaction: HttpInteraction, request: Request) -> Exchange:
        """The exchange for this request, which is the interaction's."""
        request = await self.prepared(transport.base, interaction, request)
        return await transport.send(sendable(request), timeout=self._job.timeout)

    async def prepared(self, base: str, interaction: HttpInteraction, request: Request) -> Request:
        """The request as it is sent, with secrets, headers and what the hook makes of it."""
        request = self.filled(interaction, request)
        return request if self._target.hook is None else await self._hooked(base, request)

    def filled(self, interaction: HttpInteraction, request: Request) -> Request:
        """The request with secrets and headers, before any hook."""
        if interaction.secrets:
            request = fill(request, interaction.secrets, self._job.environment)
        return overlay(request, self._target.headers)

    async def _hooked(self, base: str, request: Request) -> Request:
        """The hook sees, and may change, the absolute URL; it stays below the provider's base."""
        hook = self._target.hook
        if hook is None:
            return request
        made = await hook(request.model_copy(update={"url": base + request.url}))
        url = made.url.removeprefix(base)
        if url and not url.startswith(("/", "?")):
            raise HookError(
                f"the request hook sends to {made.url}, which is not below {base}",
                hint="change what is sent, not where to: the address is the provider's",
            )
        return made.model_copy(update={"url": url})

    async def messages(
        self, source: MessageSource, interaction: AnyInteraction, values: Mapping[str, Any]
    ) -> Sequence[Message]:
        """The message, or the replies to the interaction's request; ProviderError when there is none."""
        if isinstance(interaction, AsyncMessage):
            return (await source.produce(interaction, values),)
        if not isinstance(interaction, SyncMessage):
            return ()
        pattern = apply_message(interaction.request, values, self._random)
        return await source.reply(interaction, example_message(pattern), values)


def example_message(pattern: MessagePattern) -> Message:
    """The example that a pattern stands for."""
    body: Body = pattern.body
    content = body.content if body.state == "present" else b""
    return Message(contents=content, content_type=body.content_type, metadata=pattern.metadata)
