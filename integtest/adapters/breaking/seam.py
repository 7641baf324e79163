"""The consumer's side of a run: what its clients meet at the seams, where time may pass without passing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from integtest.adapters.breaking.armed import Run
from integtest.adapters.wire.breaking import Breaking, ref_of, said
from integtest.adapters.wire.faults import dated
from integtest.errors import ClosedNetworkError
from integtest.model.contract import HttpInteraction
from integtest.model.failure import Fault
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure
from integtest.ports import Clock
from integtest.rules.secrets import mask_request

NEVER = 1e9
"""Seconds; longer than any deadline."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BreakTape:
    """Fulfils `ports.Tape` for the providers of a session, by origin ("http://127.0.0.1:1234").

    Calls go over their sockets, except where an answer takes time: that is played, so that a client's own time-out
    comes on the virtual clock. Other hosts than this machine are not reached.
    """

    name = "the broken providers"
    latency = 1.0

    def __init__(self, providers: Mapping[str, Breaking], run: Run, clock: Clock) -> None:
        self._providers, self._run, self._clock = providers, run, clock

    def passes(self, request: Request) -> bool:
        """True for what this machine serves besides, such as a database."""
        return _origin(request) not in self._providers and urlsplit(request.url).hostname in _LOOPBACK

    def play(self, request: Request) -> Exchange | None:
        """What takes time; None for what goes to the provider's socket; ClosedNetworkError for another host."""
        provider = self._providers.get(_origin(request))
        if provider is None:
            host = urlsplit(request.url).netloc
            self._run.remark(f"it called {host}, which no contract of the session names")
            shown = mask_request(request)
            raise ClosedNetworkError(
                f"{shown.method} {shown.url} was not sent: no contract of this test answers there",
                hint="let the code under test read its base URL when it is called, or give the contract env=",
            )
        asked = request.model_copy(update={"url": _target(request)})
        interaction = provider.find(asked)
        fault = self._run.peek(ref_of(interaction), asked) if interaction else None
        if interaction is None or fault is None or not _takes_time(fault):
            self._clock.begin()
            return None
        self._run.take(ref_of(interaction), asked)
        return self._played(fault, provider, interaction, asked)

    def unseen(self, hosts: Sequence[str], port: int | None, client: str | None) -> None:
        """Left alone: nothing here is recorded, and a database has a client of its own."""

    def refuse(self, message: str) -> None:
        """What the consumer made of it is judged by its calls; it is said beside them."""
        self._run.remark(message)

    def keep(self, _: Exchange) -> None:
        """The call is over."""
        self._clock.end()

    def dropped(self, _: Request) -> None:
        """The client gave it up."""
        self._clock.end()

    def _played(self, fault: Fault, provider: Breaking, interaction: HttpInteraction, request: Request) -> Exchange:
        healthy = said(provider.answer_of(request)) if fault.kind != "refuse" else None
        found = _exchange(fault, request, healthy or Response(status=200), self._clock.wall())
        self._run.note(ref_of(interaction), provider.provider, request, found.response, fault)
        return found


def _takes_time(fault: Fault) -> bool:
    return fault.kind in ("stall", "stall-body", "drip", "refuse") or bool(fault.seconds)


def _exchange(fault: Fault, request: Request, healthy: Response, now: float) -> Exchange:
    """The fault as a client sees it, its waits as times."""
    match fault.kind:
        case "refuse":
            failure = TransportFailure(kind="refused", message="Connection refused", phase="connect")
            return Exchange(request=request, error=failure)
        case "stall":
            failure = TransportFailure(kind="timeout", message="no answer", phase="read")
            return Exchange(request=request, error=failure, latency=NEVER)
        case "stall-body":
            return Exchange(request=request, response=_framed(healthy, [(0.0, fault.at), (NEVER, None)]))
        case "drip":
            return Exchange(request=request, response=_dripped(healthy, fault.at or 1, fault.seconds or 1.0))
    response = dated(fault.response, now + (fault.seconds or 0.0)) if fault.response else healthy
    return Exchange(request=request, response=response, latency=fault.seconds)


def _framed(healthy: Response, cuts: list[tuple[float, int | None]]) -> Response:
    first = cuts[0][1]
    at = len(healthy.body) // 2 if first is None else first
    pieces = ((cuts[0][0], healthy.body[:at]), (cuts[1][0], healthy.body[at:]))
    return healthy.model_copy(update={"frames": tuple(Frame(at=when, data=data) for when, data in pieces if data)})


def _dripped(healthy: Response, size: int, every: float) -> Response:
    body = healthy.body
    parts = range(0, len(body), size)
    frames = tuple(Frame(at=number * every, data=body[at : at + size]) for number, at in enumerate(parts))
    return healthy.model_copy(update={"frames": frames})


def _origin(request: Request) -> str:
    parts = urlsplit(request.url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _target(request: Request) -> str:
    parts = urlsplit(request.url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
