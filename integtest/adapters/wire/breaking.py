"""A provider that answers from its contract, and fails as it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import time
from typing import Protocol

from integtest.adapters.wire.answer import Answer
from integtest.adapters.wire.faults import body_of, broken
from integtest.adapters.wire.stub import Stub
from integtest.model.contract import HttpInteraction, InteractionRef
from integtest.model.failure import Fault
from integtest.model.http import Request, Response


class Script(Protocol):
    """What is armed, and who takes down what was called."""

    def take(self, ref: InteractionRef, request: Request) -> Fault | None:
        """The fault of this call, counted."""
        ...

    def note(
        self,
        ref: InteractionRef | None,
        provider: str,
        request: Request,
        response: Response | None,
        fault: Fault | None,
    ) -> None:
        """Take down a call."""
        ...


class Breaking:
    """A handler for `WireServer`: one provider's stubs, the first that knows a request answers it.

    `script` may be exchanged between runs; without one every reply is whole. `wall` is the consumer's wall clock,
    in seconds since the epoch. `hold` is how long a stall lasts before its connection is reset, in seconds.
    """

    def __init__(self, provider: str, stubs: Sequence[Stub], wall: Callable[[], float] = time) -> None:
        self.provider = provider
        self.stubs = tuple(stubs)
        self.script: Script | None = None
        self.hold = 5.0
        self.elsewhere: str = ""
        """Where a redirect to another host leads: a URL that stands for `{elsewhere}` in a header."""
        self._wall = wall

    def arm(self, script: Script, wall: Callable[[], float], *, elsewhere: str, hold: float) -> None:
        """Take what is armed for the next run, on this clock."""
        self.script, self._wall, self.elsewhere, self.hold = script, wall, elsewhere, hold

    def __call__(self, request: Request) -> Answer:
        """The promised answer, with what is armed done to it."""
        interaction, healthy = self._healthy(request)
        ref = ref_of(interaction) if interaction else None
        fault = self.script.take(ref, request) if self.script is not None and ref else None
        answer = healthy if fault is None else self._broken(fault, healthy)
        if self.script is not None:
            self.script.note(ref, self.provider, request, said(answer), fault)
        return answer

    def find(self, request: Request) -> HttpInteraction | None:
        """The interaction that a request means; nothing is counted."""
        return next((found for stub in self.stubs if (found := stub.find(request))), None)

    def answer_of(self, request: Request) -> Answer:
        """The promised answer, counted by its stub and not taken down."""
        return self._healthy(request)[1]

    def _healthy(self, request: Request) -> tuple[HttpInteraction | None, Answer]:
        for stub in self.stubs[:-1]:
            if stub.find(request) is not None:
                return stub.answer(request)
        return self.stubs[-1].answer(request)

    def _broken(self, fault: Fault, healthy: Answer) -> Answer:
        answer = broken(fault, healthy, now=self._wall(), hold=self.hold)
        if self.elsewhere and any("{elsewhere}" in value for _, value in answer.headers):
            headers = tuple((name, value.replace("{elsewhere}", self.elsewhere)) for name, value in answer.headers)
            answer = replace(answer, headers=headers)
        return answer


def ref_of(interaction: HttpInteraction) -> InteractionRef:
    """Points at an interaction."""
    return InteractionRef(provider=interaction.contract.provider, description=interaction.description)


def said(answer: Answer) -> Response | None:
    """The answer as a response; None where no status line leaves."""
    if answer.head is not None:
        return None
    return Response(status=answer.status, headers=answer.headers, body=body_of(answer))
