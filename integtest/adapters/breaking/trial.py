"""One case tried on one consumer: the body whole, then broken, then judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integtest.adapters.breaking.session import WHOLE_LIMIT, Session
from integtest.errors import IntegtestError
from integtest.failures.compare import differences
from integtest.failures.judge import judge
from integtest.model.contract import InteractionRef
from integtest.model.failure import Case, Judgement, Observation
from integtest.model.http import Place


class WholeRunError(IntegtestError):
    """The body does not do on whole providers what it is there for, so that nothing can be said of broken ones.
    `raised` is its own error, where it raised; `never`: it did not call what is to be broken."""

    code = "whole-run"
    exit_status = 1

    def __init__(self, message: str, *, raised: BaseException | None = None, never: bool = False) -> None:
        super().__init__(message)
        self.raised, self.never = raised, never


@dataclass
class Trial:
    """A case in an open session. `accepts`, `secrets`, `keys`, `place` and `again` as in `failures.judge`."""

    session: Session
    case: Case
    accepts: Callable[[Any], bool] | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[InteractionRef, str | None] = field(default_factory=dict)
    place: Place | None = None
    again: str | None = None
    last: Observation | None = None
    """What was seen in the last run."""

    def run_whole(self, body: Callable[[], Any]) -> Observation:
        """What a body does on whole providers; WholeRunError when it fails there."""
        return self._whole(self.session.run(body, None, WHOLE_LIMIT))

    def run(self, body: Callable[[], Any]) -> Judgement:
        """Try a body; what it gives to be awaited is awaited. WholeRunError when it fails unbroken."""
        whole = self.run_whole(body)
        broken = self.session.run(body, self.case.injection, self.case.oracle.within)
        if _doubtful(whole, broken):
            whole = _volatile(whole, self.session.run(body, None, WHOLE_LIMIT))
        return self._judged(whole, broken)

    async def run_async(self, body: Callable[[], Awaitable[Any]]) -> Judgement:
        """As `run`, in the loop that runs already."""
        whole = self._whole(await self.session.run_async(body, None, WHOLE_LIMIT))
        broken = await self.session.run_async(body, self.case.injection, self.case.oracle.within)
        if _doubtful(whole, broken):
            whole = _volatile(whole, await self.session.run_async(body, None, WHOLE_LIMIT))
        return self._judged(whole, broken)

    def _whole(self, seen: Observation) -> Observation:
        self.last = seen
        if seen.ended == "raised":
            raise WholeRunError("the body raised an error on whole providers", raised=seen.raised)
        if seen.ended != "returned":
            raise WholeRunError(f"the body did not end on whole providers: {seen.ended}")
        targets = [script.target for script in self.case.injection.scripts]
        if self.case.target in targets and not (count(self.case.target, seen) or seen.delivered):
            raise WholeRunError(_never(self.case.target, seen), never=True)
        return seen

    def _judged(self, whole: Observation, broken: Observation) -> Judgement:
        self.last = broken
        return judge(
            self.case,
            whole,
            broken,
            accepts=self.accepts,
            secrets=self.secrets,
            keys=self.keys,
            place=self.place,
            again=self.again,
        )


def count(ref: InteractionRef, seen: Observation | None) -> int:
    """How often an interaction was called."""
    calls = seen.calls if seen is not None else ()
    return sum((one.provider, one.interaction) == (ref.provider, ref.description) for one in calls)


def _never(target: InteractionRef, seen: Observation) -> str:
    made = [f"{one.exchange.request.method} {one.exchange.request.url}" for one in seen.calls[:5]]
    return "\n  ".join(
        [
            f'{target.provider}: "{target.description}" was never called on whole providers, so nothing can break',
            f"the body called: {', '.join(made) or 'nothing'}",
            *seen.remarks,
        ]
    )


def _doubtful(whole: Observation, broken: Observation) -> bool:
    """Whether two results differ: a second whole run tells what differs anyway, as a new id does."""
    return broken.ended == "returned" and bool(differences(whole.value, broken.value))


def _volatile(whole: Observation, again: Observation) -> Observation:
    """The whole run with the places that differ between two whole runs."""
    return whole.model_copy(update={"volatile": tuple(differences(whole.value, again.value))})
