"""What a provider sends to the consumer in a run: as promised, or twice, late, altered, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

from integtest.adapters.breaking.armed import Run
from integtest.model.contract import AsyncMessage, InteractionRef
from integtest.model.failure import Fault
from integtest.model.http import Request
from integtest.model.message import Message

Gate = Callable[[], None]
"""Where threads wait for each other, so that all go on at the same time."""
Deliver = Callable[[AsyncMessage, Message, Gate | None], Awaitable[Any]]
"""Hands one message to the consumer, and gives what the consumer makes of it. With a gate, others come at the same
time, so that a handler that does not give way needs a thread of its own, which begins at the gate."""
_PATIENCE = 1.0
"""Seconds that a thread waits at a gate for the others: there may be more of them than workers."""


def gate_for(count: int) -> Gate:
    """A gate for so many threads."""
    barrier = Barrier(count, timeout=_PATIENCE)

    def pass_through() -> None:
        with suppress(BrokenBarrierError):
            barrier.wait()

    return pass_through


class Mail:
    """The deliveries of a session. A message that is held back comes after the next one, or when the run ends."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._held: list[Callable[[], Awaitable[Any]]] = []

    def arm(self, run: Run) -> None:
        """The next run begins."""
        self._run = run
        self._held.clear()

    async def deliver(self, interaction: AsyncMessage, message: Message, deliver: Deliver) -> list[Any]:
        """Deliver a message as the run has it; what the consumer made of each delivery, in order."""
        fault = self._fault(interaction, message)
        if fault is not None and fault.kind == "hold-back":
            self._held.append(lambda: deliver(interaction, message, None))
            return []
        results = await self._now(interaction, message, deliver, fault)
        held, self._held = self._held, []
        for one in held:
            results.append(await one())
        return results

    @property
    def holds(self) -> bool:
        """Whether something is held back still."""
        return bool(self._held)

    async def rest(self) -> None:
        """Deliver what was held back and never followed by another."""
        held, self._held = self._held, []
        for one in held:
            await one()

    async def _now(
        self, interaction: AsyncMessage, message: Message, deliver: Deliver, fault: Fault | None
    ) -> list[Any]:
        if fault is None:
            return [await deliver(interaction, message, None)]
        match fault.kind:
            case "drop":
                return []
            case "contents":
                return [await deliver(interaction, fault.message or message, None)]
            case "duplicate":
                times = range(max(fault.times, 1))
                gate = gate_for(len(times)) if fault.concurrently else None
                again = [deliver(interaction, message, gate) for _ in times]
                return list(await asyncio.gather(*again)) if fault.concurrently else [await one for one in again]
        return [await deliver(interaction, message, None)]

    def _fault(self, interaction: AsyncMessage, message: Message) -> Fault | None:
        if self._run is None:
            return None
        ref = InteractionRef(provider=interaction.contract.provider, description=interaction.description)
        asked = Request(method="DELIVER", url=f"/{interaction.description}", body=message.contents)
        fault = self._run.take(ref, asked)
        if fault is not None or not self._run.injection.scripts:
            self._run.delivered += 1
        return fault
