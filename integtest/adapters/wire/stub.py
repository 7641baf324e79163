"""Answers from a contract, counts what was called, and tells what nobody promised."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from threading import Lock
from time import time

import orjson

from integtest.adapters.wire.answer import Answer
from integtest.adapters.wire.index import Index
from integtest.adapters.wire.memory import Memory
from integtest.adapters.wire.misses import Miss, Why, explain
from integtest.adapters.wire.replies import decoded, reply
from integtest.errors import UsageError
from integtest.model.contract import Contract, HttpInteraction, Interaction
from integtest.model.http import Exchange, Frame, Provenance, Request, Response
from integtest.model.matching import RequestPattern
from integtest.rules.match import Judge

_EXCHANGES_KEPT = 10_000
_MISSES_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is expected (None: everything), and what was found under that expectation."""

    expected: list[int] | None
    memory: Memory


class Stub:
    """A handler for `WireServer` that plays a provider. Safe to use from several threads.

    A request is answered with the example reply of the interaction that it matches. Where several match, the one
    that says most about the request wins. Interactions that say the same of the request, and differ in their
    states, answer in the order given: the first always, or in turn once `expect` has named them, the last one
    repeatedly. What matches nothing is answered with 500 and kept as a `Miss`.

    Raises ContractError for a promise that cannot be judged. `known` maps names of environment variables to secret
    values, which are masked in everything that the stub tells. `seed` is that of generated values.
    """

    def __init__(
        self,
        interactions: Contract | Iterable[Interaction],
        judge: Judge,
        *,
        known: Mapping[str, str] | None = None,
        seed: int = 0,
    ) -> None:
        found = interactions.interactions if isinstance(interactions, Contract) else interactions
        unique = dict.fromkeys(i for i in found if isinstance(i, HttpInteraction))
        self._interactions = sorted(unique, key=lambda i: _looseness(i.request))
        self._looseness = [_looseness(i.request) for i in self._interactions]
        self._numbers = {interaction: n for n, interaction in enumerate(self._interactions)}
        self._judges = [judge.request(i.request) for i in self._interactions]
        rng = Random(seed)  # noqa: S311 - example values, the same in every run
        self._replies = [reply(i.response, i.request.method, rng) for i in self._interactions]
        self._index = Index([i.request for i in self._interactions])
        self._known = known or {}
        self._lock = Lock()
        self._scope = _Scope(None, Memory(i.request for i in self._interactions))
        self.reset()

    def __call__(self, request: Request) -> Answer:
        """The answer to one request; its exchange is counted and kept."""
        return self.answer(request)[1]

    def answer(self, request: Request) -> tuple[HttpInteraction | None, Answer]:
        """As a call, with the interaction that answered; None where none did."""
        scope = self._scope
        fitting = self._found(request, scope)
        if not fitting:
            return None, self._missed(request, decoded(request), scope.expected)
        with self._lock:
            number = self._turn(fitting)
            self._counts[number] += 1
            answer = self._replies[number](request)
            self._seen.append((request, answer, time()))
        return self._interactions[number], answer

    def find(self, request: Request) -> HttpInteraction | None:
        """The interaction that would answer; nothing is counted."""
        fitting = self._found(request, self._scope)
        with self._lock:
            return self._interactions[self._turn(fitting)] if fitting else None

    def _found(self, request: Request, scope: _Scope) -> list[int]:
        key = scope.memory.key(request)
        fitting = scope.memory.recall(key)
        if fitting is None:
            fitting = self._fitting(decoded(request), scope.expected)
            if fitting:
                scope.memory.keep(key, fitting)
        return list(fitting)

    def _turn(self, fitting: Sequence[int]) -> int:
        """Of those that fit, the first that nobody called, else the last."""
        return next((n for n in fitting if not self._counts[n]), fitting[-1])

    def expect(self, interactions: Iterable[Interaction]) -> None:
        """From now on only these are answered, in this order where several fit, and counting starts anew."""
        numbers = [self._number(i) for i in interactions if isinstance(i, HttpInteraction)]
        self._scope = _Scope(list(dict.fromkeys(numbers)), self._scope.memory.emptied())
        self.reset()

    def reset(self) -> None:
        """Forget what was seen; what is expected stays."""
        with self._lock:
            self._counts = [0] * len(self._interactions)
            self._seen: deque[tuple[Request, Answer, float]] = deque(maxlen=_EXCHANGES_KEPT)
            self._misses: deque[Miss] = deque(maxlen=_MISSES_KEPT)
            self._missed_count = 0

    @property
    def interactions(self) -> tuple[HttpInteraction, ...]:
        """What it can answer, the most exact first."""
        return tuple(self._interactions)

    def calls(self, interaction: Interaction) -> int:
        """How often the interaction was answered; UsageError when the stub does not hold it."""
        return self._counts[self._number(interaction)]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was asked and answered, in order, misses too; the last 10,000."""
        with self._lock:
            seen = list(self._seen)
        return tuple(_exchange(*one) for one in seen)

    @property
    def unexpected(self) -> tuple[Miss, ...]:
        """The requests that nothing answered; the last 1,000."""
        with self._lock:
            return tuple(self._misses)

    def refuse(self, request: Request) -> Miss:
        """Keeps a request, whose URL is absolute, that was not sent because it goes to another host."""
        miss = self._compared(request, self._scope.expected or range(len(self._interactions)), "elsewhere")
        self._note(miss)
        return miss

    def unseen(self, interactions: Iterable[Interaction] | None = None) -> tuple[HttpInteraction, ...]:
        """Of these (all, or those expected), the interactions that were never called."""
        if interactions is not None:
            numbers = [self._number(i) for i in interactions if isinstance(i, HttpInteraction)]
        elif self._scope.expected is not None:
            numbers = self._scope.expected
        else:
            numbers = list(range(len(self._interactions)))
        return tuple(self._interactions[n] for n in numbers if not self._counts[n])

    def report(self) -> str:
        """The requests that nothing answered, each with the nearest promise; "" when there were none."""
        told = dict.fromkeys(str(miss) for miss in self.unexpected)
        more = self._missed_count - len(self.unexpected)
        return "\n".join([*told, *([f"… and {more} earlier ones"] if more else [])])

    def _number(self, interaction: Interaction) -> int:
        number = self._numbers.get(interaction) if isinstance(interaction, HttpInteraction) else None
        if number is None:
            raise UsageError(
                f'the stub does not hold the interaction "{interaction.description}"',
                hint="name it where the stub is made: in the test's contract(...) marker",
            )
        return number

    def _fitting(self, request: Request, expected: list[int] | None) -> list[int]:
        """The interactions that may answer, alike in what they say of it: one, or several that are expected."""
        candidates = self._index.candidates(request)
        if expected is None:
            return next(([n] for n in candidates if self._fits(n, request)), [])
        fitting = [n for n in expected if n in candidates and self._fits(n, request)]
        least = min((self._looseness[n] for n in fitting), default=())
        return [n for n in fitting if self._looseness[n] == least]

    def _fits(self, number: int, request: Request) -> bool:
        return not self._judges[number].judge(request).mismatches

    def _missed(self, request: Request, plain: Request, expected: list[int] | None) -> Answer:
        miss = self._explain(plain, expected)
        self._note(miss)
        body = {"error": miss.message, "nearest": None, "differences": miss.lines}
        if miss.nearest is not None:
            body["nearest"] = miss.nearest.description
        answer = Answer(500, (("Content-Type", "application/json"),), orjson.dumps(body))
        with self._lock:
            self._seen.append((request, answer, time()))
        return answer

    def _note(self, miss: Miss) -> None:
        with self._lock:
            self._misses.append(miss)
            self._missed_count += 1

    def _explain(self, request: Request, expected: list[int] | None) -> Miss:
        promised = self._fitting(request, None) if expected is not None else []
        numbers = promised or expected or range(len(self._interactions))
        return self._compared(request, numbers, "unexpected" if promised else "unknown")

    def _compared(self, request: Request, numbers: Sequence[int], why: Why) -> Miss:
        interactions = [self._interactions[n] for n in numbers]
        return explain(request, interactions, [self._judges[n] for n in numbers], self._known, why)


def _looseness(pattern: RequestPattern) -> tuple[int, ...]:
    """Smaller for patterns that say more about a request."""
    rules = pattern.rules
    return (
        int(rules.path is not None or rules.method is not None),
        int(pattern.body.state == "missing"),
        len(rules.query) + len(rules.header) + len(rules.body),
        -len(pattern.headers),
    )


def _exchange(request: Request, answer: Answer, at: float) -> Exchange:
    when = Provenance(recorded_at=datetime.fromtimestamp(at, UTC))
    return Exchange(request=request, response=_response(answer), provenance=when)


def _response(answer: Answer) -> Response:
    frames = () if isinstance(answer.body, bytes) else tuple(Frame(at=0.0, data=piece) for piece in _pieces(answer))
    return Response(status=answer.status, headers=answer.headers, body=answer.content, frames=frames)


def _pieces(answer: Answer) -> Iterator[bytes]:
    """A promised stream's events."""
    if isinstance(answer.body, Sequence):
        yield from (piece for piece in answer.body if isinstance(piece, bytes))
