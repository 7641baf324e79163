"""Messages in a test: handed to the consumer, or sent by it."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from integtest.adapters.breaking.delivering import gate_for
from integtest.errors import MismatchError, UsageError
from integtest.model.contract import AsyncMessage, Interaction, SyncMessage
from integtest.model.finding import Mismatch
from integtest.model.http import Exchange, Provenance, Request
from integtest.model.message import Delivery, Message, MessagePattern
from integtest.wiring import judge, send_to
from integtest.wiring.breaking import handed

if TYPE_CHECKING:
    from integtest.adapters.breaking.delivering import Gate, Mail


class Deliveries:
    """Counts what was delivered and sent, and keeps what was sent wrongly."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, ...]] = Counter()
        self.failures: list[str] = []
        self.exchanges: list[Exchange] = []
        """What the consumer took, as requests, with the time of each."""

    def count(self, interaction: Interaction) -> int:
        """Deliveries that the consumer took without an error, or messages it sent as promised."""
        return self._counts[interaction.identity]

    async def deliver(self, interaction: AsyncMessage, to: Any, times: int, concurrently: bool) -> list[Any]:
        """`times` deliveries, one after another or all at once; the first error is raised when all are done."""
        gate = gate_for(times) if concurrently else None
        deliveries = [self._once(interaction, to, gate) for _ in range(times)]
        if concurrently:
            results = await asyncio.gather(*deliveries, return_exceptions=True)
        else:
            results = [await one for one in deliveries]
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return list(results)

    def deliver_now(self, interaction: AsyncMessage, to: Any, times: int) -> list[Any]:
        """Deliver outside any event loop."""
        return asyncio.run(self.deliver(interaction, to, times, concurrently=False))

    async def broken(self, interaction: AsyncMessage, to: Any, mail: Mail) -> list[Any]:
        """The deliveries that `mail` makes of one: twice, altered, late, or none."""

        async def deliver(one: AsyncMessage, message: Message, gate: Gate | None) -> Any:
            return await self._handed(one, to, message, gate)

        return await mail.deliver(interaction, example_message(interaction.message), deliver)

    async def _once(self, interaction: AsyncMessage, to: Any, gate: Gate | None) -> Any:
        return await self._handed(interaction, to, example_message(interaction.message), gate)

    async def _handed(self, interaction: AsyncMessage, to: Any, message: Message, gate: Gate | None) -> Any:
        self.exchanges.append(_kept(interaction, message))
        if isinstance(to, str) or _is_app(to):
            result = await _over_http(interaction, to, message)
        else:
            result = await handed(to, message, gate)
        self._counts[interaction.identity] += 1
        return result

    def send(
        self,
        interaction: SyncMessage,
        contents: bytes | str | dict[str, Any] | list[Any],
        metadata: dict[str, Any] | None,
        content_type: str | None,
    ) -> Sequence[Message]:
        """Judge what the consumer sends and give the promised replies."""
        sent = _message(contents, metadata or {}, content_type or interaction.request.body.content_type)
        judgement = judge().message(interaction.request).judge(sent)
        if judgement.mismatches:
            text = _told(interaction, judgement.mismatches)
            self.failures.append(text)
            raise MismatchError(text)
        self._counts[interaction.identity] += 1
        return [example_message(reply) for reply in interaction.responses]


def example_message(pattern: MessagePattern) -> Message:
    """The message of the contract's example."""
    return Message(contents=pattern.body.content, content_type=pattern.body.content_type, metadata=pattern.metadata)


def _message(contents: Any, metadata: dict[str, Any], content_type: str | None) -> Message:
    if isinstance(contents, str):
        contents = contents.encode()
    elif not isinstance(contents, bytes):
        contents = json.dumps(contents).encode()
        content_type = content_type or "application/json"
    return Message(contents=contents, content_type=content_type, metadata=metadata)


def _told(interaction: Interaction, mismatches: Sequence[Mismatch]) -> str:
    head = f'{interaction.contract.provider}: "{interaction.description}" was sent otherwise than promised'
    return "\n".join([head, *(f"  {m.part} {m.path}: {m.message}" for m in mismatches)])


def _is_app(to: Any) -> bool:
    """An ASGI app takes scope, receive and send; a handler takes one message."""
    try:
        names = list(inspect.signature(to).parameters)
    except (TypeError, ValueError):
        return False
    return names[-3:] == ["scope", "receive", "send"]


async def _over_http(interaction: AsyncMessage, to: Any, message: Message) -> Any:
    delivery = interaction.delivery
    if delivery is None:
        raise UsageError(
            f"{interaction.description!r} does not say how it comes over HTTP",
            hint="declare it with contract.incoming(..., request=POST(path, ...)), or deliver it to a handler",
        )
    exchange = await send_to(to, _request(delivery, message))
    if exchange.response is None:
        reason = exchange.error.message if exchange.error else "no response"
        raise MismatchError(f"{delivery.method} {delivery.path} could not be delivered: {reason}")
    return exchange.response


def _kept(interaction: AsyncMessage, message: Message) -> Exchange:
    """A delivery, as it stands in the order of what happened."""
    delivery = interaction.delivery or Delivery(method="POST", path="/")
    request = _request(delivery, message)
    about = tuple((name, str(value)) for name, value in message.metadata.items())
    sent = request.model_copy(update={"headers": (*request.headers, *about)})
    return Exchange(request=sent, provenance=Provenance(recorded_at=datetime.now(UTC)))


def _request(delivery: Delivery, message: Message) -> Request:
    headers = list(delivery.headers)
    if message.content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", message.content_type))
    return Request(method=delivery.method, url=delivery.path, headers=tuple(headers), body=message.contents)
