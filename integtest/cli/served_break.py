"""A provider that `serve` plays broken, and what became of it."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, Self

from integtest.cli.boundary import say
from integtest.rules.secrets import mask_request

if TYPE_CHECKING:
    from integtest.adapters.wire.answer import Answer, Handler
    from integtest.adapters.wire.server import WireServer
    from integtest.cli.served import Told
    from integtest.config.settings import Settings
    from integtest.flows.break_.plan import BreakPlan
    from integtest.model.contract import InteractionRef
    from integtest.model.failure import Fault
    from integtest.model.http import Request, Response


class BrokenPromises(AbstractContextManager["BrokenPromises"]):
    """One provider of a consumer, with one case armed. UsageError where there is no such case, or a server cannot
    play it."""

    def __init__(
        self,
        settings: Settings,
        plan: BreakPlan,
        name: str,
        provider: str | None,
        *,
        within: float | None,
        told: Told | None,
    ) -> None:
        from integtest.wiring.break_serve import HOLD, armed_provider

        known = {one: value for one in settings.secrets if (value := os.environ.get(one))}
        hold = HOLD if within is None else within
        self._armed = armed_provider(plan, name, provider, hold=hold, known=known)
        self._armed.handler.script = self
        self.handler: Handler = self._armed.handler
        self._told = told
        self._counts: Counter[str] = Counter()
        self._stack = ExitStack()
        case = self._armed.case
        self.offers = {
            "interactions": sum(len(stub.interactions) for stub in self._armed.stubs),
            "provider": self._armed.provider,
            "break": case.address,
            "what": case.what,
            "healthy": list(case.oracle.healthy),
            "closed": self._armed.closed,
        }

    def at(self, url: str) -> None:  # noqa: ARG002 - what is promised has no address of its own
        """Redirects lead to another host, which answers nothing and counts what reaches it."""
        from integtest.adapters.wire.server import WireServer

        if self._armed.needs_elsewhere:
            self._armed.lead_elsewhere(self._stack.enter_context(WireServer(self._elsewhere)).url)

    def opened(self, server: WireServer) -> None:
        """Say what is broken; close the port, where the case is that nobody listens."""
        case = self._armed.case
        say(f"{case.address}: {case.what}; a healthy consumer {' or '.join(_DOES[o] for o in case.oracle.healthy)}")
        for remark in self._armed.remarks:
            say(remark)
        if self._armed.closed:
            server.pause()
            say(f"port {server.port} is closed now, and kept: every connection is refused")

    def result(self) -> tuple[dict[str, Any], str]:
        """The counts: calls, those that met the fault, and what nobody promised."""
        counts = self._counts
        facts = {
            "played": counts["calls"] - counts["missed"],
            "broken": counts["broken"],
            "missed": counts["missed"],
            "elsewhere": counts["elsewhere"],
        }
        words = f"{counts['broken']} broken, {facts['played'] - counts['broken']} whole, {counts['missed']} missed"
        more = f", {counts['elsewhere']} requests to another host" if counts["elsewhere"] else ""
        reports = [text for stub in self._armed.stubs if stub.unexpected and (text := stub.report())]
        return facts, "\n".join([words + more, *reports])

    def take(self, ref: InteractionRef, request: Request) -> Fault | None:
        """The fault of this call, counted."""
        return self._armed.run.take(ref, request)

    def note(
        self,
        ref: InteractionRef | None,
        provider: str,  # noqa: ARG002 - one provider is served
        request: Request,
        response: Response | None,
        fault: Fault | None,
    ) -> None:
        """Count a call, and tell of it."""
        self._counts["calls"] += 1
        self._counts["missed"] += ref is None
        self._counts["broken"] += fault is not None
        if self._told is not None:
            became = "missed" if ref is None else f"broken: {fault.kind}" if fault is not None else "whole"
            status = f" {response.status}" if response is not None else ""
            self._told(f"{request.method} {mask_request(request).url} -> {became}{status}")

    def _elsewhere(self, request: Request) -> Answer:
        from integtest.adapters.wire.answer import Answer

        self._counts["elsewhere"] += 1
        if self._told is not None:
            self._told(f"{request.method} {mask_request(request).url} -> another host")
        return Answer(404)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


_DOES = {
    "tolerate": "gives its result all the same",
    "recover": "tries again and succeeds",
    "refuse": "fails with an error that it declares",
    "hold": "fails closed",
}
"""Outcomes as what a consumer does."""
