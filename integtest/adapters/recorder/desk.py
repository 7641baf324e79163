"""Where a recorder's exchanges are taken down: scrubbed and on disk before their clients see their ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from integtest.adapters.tape import CassetteTape
from integtest.errors import IntegtestError
from integtest.model.http import Exchange, Request, TransportFailure


@dataclass(frozen=True, slots=True)
class Counts:
    """What a desk has seen so far. `failed`: exchanges that the provider broke off or never answered (`silent`)."""

    recorded: int = 0
    replaced: int = 0
    in_doubt: int = 0
    played: int = 0
    failed: int = 0
    silent: int = 0


class Desk:
    """Takes exchanges down on one tape, in a thread of its own, so that scrubbing holds no other stream up. `told`
    is called with the counts after each, from that thread."""

    def __init__(self, tape: CassetteTape, told: Callable[[Counts], None]) -> None:
        self.tape = tape
        self._told = told
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="integtest-record")
        self._plays = len(tape) > 0
        self._played = self._failed = self._silent = 0
        self.last_failure: TransportFailure | None = None
        self.problem: IntegtestError | None = None
        """Why something could not be written, the first time."""

    @property
    def counts(self) -> Counts:
        """So far."""
        tape = self.tape
        numbers = (len(tape.recorded), tape.replaced, len(tape.findings))
        return Counts(*numbers, self._played, self._failed, self._silent)

    @property
    def unreachable(self) -> bool:
        """Whether the provider was asked and never gave an answer."""
        counts = self.counts
        return 0 < counts.silent == counts.recorded + counts.in_doubt

    async def play(self, request: Request) -> Exchange | None:
        """The recording that answers already, None to ask the provider; ClosedNetworkError when it may not be
        asked."""
        if not self._plays:
            return None
        found = await asyncio.to_thread(self.tape.play, request)
        if found is not None:
            self._played += 1
            self._told(self.counts)
        return found

    def slip(self) -> Slip:
        """For one exchange."""
        return Slip(self.tape, self._submit)

    def close(self) -> None:
        """Wait until all is taken down."""
        self._thread.shutdown(wait=True)

    def _submit(self, exchange: Exchange) -> Future[None]:
        return self._thread.submit(self._take_down, exchange)

    def _take_down(self, exchange: Exchange) -> None:
        try:
            self.tape.keep(exchange)
        except IntegtestError as error:
            self.problem = self.problem or error
        except Exception as error:  # noqa: BLE001 - whatever it is, an exchange is lost, and that must be told
            what = f"an exchange could not be recorded: {type(error).__name__}: {error}"
            self.problem = self.problem or UnrecordedError(what, place=self.tape.name)
        whole = exchange.error is None and (exchange.response is None or exchange.response.complete)
        self._failed += not whole
        if exchange.response is None:
            self._silent += 1
            self.last_failure = exchange.error
        self._told(self.counts)


class UnrecordedError(IntegtestError):
    """An exchange was passed on and is not in the cassette, for a reason that nobody foresaw."""

    code = "unrecorded"


class Slip:
    """Stands for the tape while one exchange goes on; fulfils `ports.Tape`."""

    def __init__(self, tape: CassetteTape, submit: Callable[[Exchange], Future[None]]) -> None:
        self.name, self.latency = tape.name, tape.latency
        self._submit = submit
        self._kept: Future[None] | None = None

    def passes(self, request: Request) -> bool:
        """Nothing does: what comes to a recorder is to be recorded."""
        del request
        return False

    def play(self, request: Request) -> Exchange | None:
        """Nothing: the desk was asked before."""
        del request
        return None

    def keep(self, exchange: Exchange) -> None:
        """Have it taken down."""
        self._kept = self._submit(exchange)

    def refuse(self, message: str) -> None:
        """Nothing is: a recorder has no clients in its own process."""

    def unseen(self, hosts: Sequence[str], port: int | None, client: str | None) -> None:
        """Nothing is: a recorder has no clients in its own process."""

    async def on_disk(self) -> None:
        """Returns when the exchange is with the kernel, or could not be."""
        if self._kept is not None:
            await asyncio.wrap_future(self._kept)
