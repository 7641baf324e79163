"""What is armed in a run, and what the consumer did in it: one record for the server's side and the client's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from threading import Lock

from integtest.model.contract import InteractionRef
from integtest.model.failure import Call, Condition, Fault, Injection
from integtest.model.http import Exchange, Request, Response


class Run:
    """One run of the consumer, from its start to its end; safe to use from several threads.

    `now` tells the seconds since the start of the run, on the consumer's clock.
    """

    def __init__(self, injection: Injection | None, now: Callable[[], float]) -> None:
        self._injection = injection or Injection()
        self._now = now
        self._lock = Lock()
        self._counts: Counter[int] = Counter()
        self._calls: list[Call] = []
        self._remarks: dict[str, None] = {}
        self._after: tuple[int, Callable[[], None]] | None = None
        self._seconds: float | None = None
        self.delivered = 0
        """Messages that met a fault; in a run without any, all messages."""
        self.real_waits = 0
        """Waits for an answer that never came, in real time: the client was not seen at a seam."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was called, in order."""
        with self._lock:
            return tuple(self._calls)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know, each once."""
        return tuple(self._remarks)

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far."""
        return self._now() if self._seconds is None else self._seconds

    @property
    def injection(self) -> Injection:
        """What is done in it."""
        return self._injection

    def finish(self) -> None:
        """It is over; its time stands."""
        self._seconds = self._now()

    def when_called(self, calls: int, do: Callable[[], None]) -> None:
        """Do something when so many calls of scripted interactions have begun."""
        self._after = (calls, do)

    def remark(self, text: str) -> None:
        """Say something once."""
        with self._lock:
            self._remarks[text] = None

    def peek(self, ref: InteractionRef, request: Request) -> Fault | None:
        """The fault that the next call would meet; nothing is counted."""
        with self._lock:
            return self._next(ref, request, count=False)

    def take(self, ref: InteractionRef, request: Request) -> Fault | None:
        """The fault of this call, counted."""
        with self._lock:
            return self._next(ref, request, count=True)

    def _next(self, ref: InteractionRef, request: Request, *, count: bool) -> Fault | None:
        for number, script in enumerate(self._injection.scripts):
            if script.target != ref or not _meets(script.when, request):
                continue
            occurrence = self._counts[number]
            if count:
                self._counts[number] += 1
            return script.fault(occurrence)
        return None

    def note(
        self,
        ref: InteractionRef | None,
        provider: str,
        request: Request,
        response: Response | None,
        fault: Fault | None,
    ) -> None:
        """Take down a call."""
        call = Call(
            provider=provider,
            interaction=ref.description if ref else None,
            at=self._now(),
            exchange=Exchange(request=request, response=response),
            faulted=fault is not None,
            acted=_acted(response, fault),
        )
        with self._lock:
            self._calls.append(call)
            after = self._after
            due = after is not None and sum(one.faulted for one in self._calls) >= after[0]
        if due and after is not None:
            after[1]()

    def count(self, ref: InteractionRef) -> int:
        """How often an interaction was called so far."""
        return sum((one.provider, one.interaction) == (ref.provider, ref.description) for one in self.calls)


def _acted(response: Response | None, fault: Fault | None) -> bool:
    """Whether the provider did what it was asked: it answered well, or its good answer was lost on the way."""
    if fault is None or fault.kind in ("lose", "drip"):
        return response is None or response.status < 400
    if fault.kind == "reply":
        return response is not None and response.status < 400
    return False


def _meets(when: Condition | None, request: Request) -> bool:
    if when is None:
        return True
    found: object = request.header(when.header) if when.header else _at(request.body, when.pointer or "")
    return found is not None and (when.equals is None or str(found) == when.equals)


def _at(body: bytes, pointer: str) -> object:
    try:
        place = json.loads(body)
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            place = place[int(key)] if isinstance(place, list) else place[key]
    except (ValueError, LookupError, TypeError):
        return None
    return place
