"""A session: the providers of one consumer, served from their contracts, and its body run on them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from unittest.mock import patch

from integtest.adapters.breaking.armed import Run
from integtest.adapters.breaking.delivering import Mail
from integtest.adapters.breaking.ends import Watch, bounded, no_exit, threads_left
from integtest.adapters.breaking.running import End, run_async, run_sync, seen
from integtest.adapters.breaking.seam import BreakTape
from integtest.adapters.breaking.values import plain
from integtest.adapters.interceptor import use
from integtest.adapters.wire.answer import Answer
from integtest.adapters.wire.breaking import Breaking
from integtest.adapters.wire.server import WireServer
from integtest.adapters.wire.stub import Stub
from integtest.model.failure import Injection, Observation
from integtest.model.http import Request
from integtest.ports import Clock

WHOLE_LIMIT = 120.0
"""Seconds of its own clock that a whole run may take."""
_LATITUDE = 2.0
"""Seconds of its own clock that a run has beyond its deadline, to come to an end that can be told."""
_LEAST_LIMIT = 6.0
_REAL_LIMIT = 15.0
"""Seconds of its pace, however far its clock jumped, that a run may take at most."""
_REAL_HOLD = 1.0
"""Seconds of the machine's clock that a socket stalls where the client was not seen at a seam."""


class RunClock(Clock, Protocol):
    """A clock for one run."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know of the time that passed."""
        ...

    def pace(self) -> float:
        """Seconds that the machine gave the run so far, without what was jumped over."""
        ...

    def installed(self) -> AbstractContextManager[object]:
        """Let the consumer see this clock."""
        ...


MakeClock = Callable[[float, float], RunClock]
"""A clock for one run, from its deadline and the skew of the consumer's wall clock, in seconds."""


@dataclass
class Provider:
    """One provider of a session: its handler and the server that it answers from."""

    handler: Breaking
    server: WireServer
    base: str = ""
    env: str | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self.server.url

    @property
    def url(self) -> str:
        """The base URL that the consumer is given."""
        return self.server.url + self.base


@dataclass
class Session:
    """The providers of one test, each on a port of its own; `environment` holds what is set while it is open.

    A body is run by `run`, or awaited by `run_async`. Runs come one after another.
    """

    providers: dict[str, Provider]
    clock: MakeClock
    environment: Mapping[str, str] = field(default_factory=dict)
    mail: Mail = field(default_factory=Mail)
    _current: Run | None = None

    @contextmanager
    def open(self) -> Iterator[Session]:
        """Serve until the context is left."""
        self._elsewhere = WireServer(_Elsewhere(self))
        with ExitStack() as stack:
            for one in self.providers.values():
                stack.enter_context(one.server)
            stack.enter_context(self._elsewhere)
            found = {p.env: p.url for p in self.providers.values() if p.env}
            stack.enter_context(patch.dict(os.environ, {**self.environment, **found}))
            yield self

    def run(self, body: Callable[[], Any], injection: Injection | None, within: float) -> Observation:
        """Run a body on whole providers, or with an injection; what it gives to be awaited is awaited in a loop of
        its own. `within`: seconds of its clock after which it is ended."""
        with self._running(injection, within) as (run, clock, watch):

            def awaited(awaitable: Awaitable[Any]) -> End:
                with asyncio.Runner() as runner:
                    return runner.run(run_async(self._to_the_end(awaitable), within, _cancelling(run)))

            end = run_sync(body, awaited, watch)
            if end.ended == "returned" and self.mail.holds:
                late = run_sync(self.mail.rest, awaited, watch)
                end = end if late.ended == "returned" else late
        return _observed(end, run, clock)

    async def run_async(
        self, body: Callable[[], Awaitable[Any]], injection: Injection | None, within: float
    ) -> Observation:
        """As `run`, in the loop that runs already."""
        with self._running(injection, within) as (run, clock, _):
            try:
                awaitable = body()
            except Exception as error:  # noqa: BLE001 - the consumer may raise anything
                end = End("raised", error=error)
            else:
                end = await run_async(self._to_the_end(awaitable), within, _cancelling(run))
        return _observed(end, run, clock)

    async def _to_the_end(self, awaitable: Awaitable[Any]) -> Any:
        """The body's work, then the messages that were held back until its end."""
        value = await awaitable
        await self.mail.rest()
        return value

    @contextmanager
    def _running(self, injection: Injection | None, within: float) -> Iterator[tuple[Run, RunClock, Watch]]:
        clock = self.clock(within + _LATITUDE, injection.skew if injection else 0.0)
        handlers = {one.origin: one.handler for one in self.providers.values()}
        with ExitStack() as stack:
            run = stack.enter_context(self.armed(injection, clock, hold=_REAL_HOLD))
            stack.enter_context(threads_left(run.remark))
            stack.enter_context(use(BreakTape(handlers, run, clock)))
            stack.enter_context(no_exit())
            stack.enter_context(clock.installed())
            stack.callback(run.finish)
            # The last to be entered: what ends a consumer must not end what is cleared away after it.
            limit = min(_REAL_LIMIT, max(within, _LEAST_LIMIT))
            watch = stack.enter_context(bounded(limit, self._reset_all, clock.pace))
            yield run, clock, watch

    @contextmanager
    def armed(self, injection: Injection | None, clock: Clock, *, hold: float) -> Iterator[Run]:
        """One run: the providers do as the injection says until the context is left. `hold`: seconds that a socket
        stalls before it is reset."""
        run = Run(injection, clock.now)
        self._current = run
        for one in self.providers.values():
            one.handler.arm(run, clock.wall, elsewhere=self._elsewhere.url, hold=hold)
        self.mail.arm(run)
        with self._refusing(injection):
            yield run

    @contextmanager
    def _refusing(self, injection: Injection | None) -> Iterator[None]:
        """Close the ports of providers that refuse from the first call on, and open them again."""
        refused = injection.refused if injection else ()
        closed = [one.server for name, one in self.providers.items() if name in refused]
        for server in closed:
            server.pause()
        try:
            yield
        finally:
            for server in closed:
                server.resume()

    def _reset_all(self) -> None:
        for one in self.providers.values():
            one.server.drop_connections()


def _cancelling(run: Run) -> Callable[[Callable[[], None]], None] | None:
    """Who is told how to cancel the consumer's work, where the injection says so."""
    after = run.injection.cancel_after
    return None if after is None else lambda cancel: run.when_called(after, cancel)


class _Elsewhere:
    """Another host: it notes what reaches it, and answers nothing that anybody wants."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, request: Request) -> Answer:
        if (run := self._session._current) is not None:
            run.note(None, "{elsewhere}", request, None, None)
        return Answer(404)


def _observed(end: End, run: Run, clock: RunClock) -> Observation:
    return Observation(
        ended=end.ended,
        value=plain(end.value),
        returned=end.value,
        error=seen(end.error) if end.error is not None and end.ended == "raised" else None,
        raised=end.error,
        calls=run.calls,
        delivered=run.delivered,
        seconds=run.seconds,
        clock="real" if run.real_waits else clock.kind,
        remarks=(*run.remarks, *clock.remarks),
    )


def provider(name: str, stubs: Sequence[Stub], *, base: str = "", env: str | None = None) -> Provider:
    """A provider that answers from these stubs, the first that knows a request."""
    handler = Breaking(name, stubs)
    return Provider(handler, WireServer(handler), base, env)
