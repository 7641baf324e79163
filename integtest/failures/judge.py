"""The judge: the whole run and the broken one, held against the oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from integtest.failures.compare import differences, within
from integtest.failures.effects import repeated_effects
from integtest.failures.found import finding_of
from integtest.failures.leaks import is_declared, is_leak
from integtest.failures.seeing import (
    calls_of,
    credential,
    found_at,
    got_from,
    holds,
    short,
    told_credential,
    told_end,
)
from integtest.model.contract import InteractionRef
from integtest.model.failure import ELSEWHERE, Case, Judgement, Observation, Status
from integtest.model.http import Place

_BETWEEN = 5.0
"""Seconds that may pass between two runs."""
_TOLERANCE = 0.02
"""Seconds by which a wait may be short: clients round, clocks tick."""


def judge(
    case: Case,
    whole: Observation,
    broken: Observation,
    *,
    accepts: Callable[[Any], bool] | None = None,
    secrets: Mapping[str, str] | None = None,
    keys: Mapping[InteractionRef, str | None] | None = None,
    place: Place | None = None,
    again: str | None = None,
) -> Judgement:
    """What became of a case.

    `accepts` tells whether a result is an honest answer of a consumer that gave up. `secrets` are values, by name,
    that no error may hold. `keys` are the interactions that act, with the JSON path of their idempotency key.
    `place` is where the promise was written, `again` the command that reproduces the case.
    """
    trial = _Trial(case, whole, broken, accepts, secrets or {}, keys or {})
    reason = trial.unjudged()
    problems = [] if reason else list(trial.problems())
    status: Status = "not-judged" if reason else problems[0][0] if problems else "survived"
    findings = [finding_of(case, state, text, hint, place, again) for state, text, hint in problems]
    if reason:
        findings = [finding_of(case, "not-judged", reason, None, place, again)]
    return Judgement(
        case=case,
        status=status,
        findings=tuple(findings),
        reason=reason,
        calls=len(trial.calls),
        seconds=round(broken.seconds, 3),
        clock=broken.clock,
        remarks=broken.remarks,
    )


Problem = tuple[Status, str, str | None]

_OR_SAY = (
    "raise an error that says so; where this result is an honest answer of one that gave up, tell the test:"
    " returns=lambda result: …, or the command: --returns module:function"
)


def _still_yes(before: Any, now: Any) -> bool:
    """Whether a yes became something that passes for one."""
    return before is True and bool(now)


class _Trial:
    """One case with what was seen."""

    def __init__(
        self,
        case: Case,
        whole: Observation,
        broken: Observation,
        accepts: Callable[[Any], bool] | None,
        secrets: Mapping[str, str],
        keys: Mapping[InteractionRef, str | None],
    ) -> None:
        self.case, self.oracle, self.whole, self.broken = case, case.oracle, whole, broken
        self._accepts, self._secrets, self._keys = accepts, secrets, keys
        self.calls = calls_of(case.target, broken.calls)

    def unjudged(self) -> str | None:
        """Why nothing can be said; None where it can."""
        if self.whole.ended != "returned":
            return f"the whole run failed already: {told_end(self.whole)}"
        if self.case.injection.cancel_after is not None and self.broken.ended in ("returned", "raised"):
            return "it was not cancelled: only a coroutine that waits can be"
        if self.case.injection.skew and self.broken.clock == "real":
            return "its clock is the machine's, and was not moved"
        scripted = [script.target for script in self.case.injection.scripts]
        reached = any(call.faulted for call in self.broken.calls) or self.broken.delivered or self._refused()
        moved = bool(self.case.injection.skew or self.case.injection.cancel_after)
        if scripted and not reached and not moved and self.broken.ended != "hung":
            names = ", ".join(dict.fromkeys(f'"{one.description}"' for one in scripted))
            if not self._called_whole() and not self.whole.delivered:
                return f"the consumer never called {names}, so nothing could be broken"
            return f"the consumer did not call {names} in the broken run, so nothing was broken (a cached reply?)"
        if self._mute():
            return "the consumer returns nothing and raises nothing, whole or broken: nobody can tell if it noticed"
        return None

    def _refused(self) -> bool:
        """Whether a closed port was met that nobody could watch: a consumer in a process of its own called there
        when it was whole, and did not end as it did then."""
        kinds = {fault.kind for one in self.case.injection.scripts for fault in one.faults if fault is not None}
        other = self.broken.ended != "returned" or not self._same(self.broken.value)
        return kinds == {"refuse"} and self.broken.clock == "real" and other and self._called_whole()

    def _called_whole(self) -> bool:
        return bool(calls_of(self.case.target, self.whole.calls))

    def _mute(self) -> bool:
        """Whether a consumer that returns nothing was to refuse: silence is no sign of it."""
        may = set(self.oracle.healthy)
        silent = self.broken.ended == "returned" and self.whole.value is None and self.broken.value is None
        return silent and may == {"refuse"} and self._accepts is None and not self.oracle.quiet

    def problems(self) -> Iterator[Problem]:
        """What is wrong, the worst first."""
        yield from self._hung()
        yield from self._secret()
        yield from self._strangers()
        yield from self._guards()
        yield from self._ending()
        yield from self._effects()
        yield from self._storms()

    def _hung(self) -> Iterator[Problem]:
        limit = self.oracle.within
        if self.broken.ended == "hung":
            yield "hung", f"it had not ended after {limit:g} s", None
        elif self.broken.seconds > limit + _TOLERANCE:
            yield "hung", f"it took {self.broken.seconds:.3g} s; its deadline is {limit:g} s", None
        if self.broken.ended == "exited":
            yield "leaked", "it ended the whole process", "raise an error, and let the caller decide"

    def _secret(self) -> Iterator[Problem]:
        text = self.broken.error.text if self.broken.error else ""
        for name, value in self._secrets.items():
            if len(value) > 3 and value in text:
                yield "leaked", f"the error's text holds the value of {name}", "keep secrets out of errors"
                return
        if text and (header := told_credential(text, self.broken.calls)) is not None:
            yield "leaked", f"the error's text holds what the header {header} carries", "keep secrets out of errors"

    def _strangers(self) -> Iterator[Problem]:
        for call in self.broken.calls:
            if call.provider == ELSEWHERE and (found := credential(call, self._secrets)) is not None:
                yield (
                    "leaked",
                    f"{found} reached another host, where a redirect led",
                    "send credentials to the host they are for, and follow no redirect that leaves it",
                )
                return

    def _guards(self) -> Iterator[Problem]:
        for ref in self.oracle.quiet:
            crossed = calls_of(ref, self.broken.calls)
            if crossed:
                yield (
                    "leaked",
                    f'{ref.provider} "{ref.description}" was still called, and it is guarded',
                    f'while {self.case.target.provider} "{self.case.target.description}" fails, do not call it',
                )

    def _ending(self) -> Iterator[Problem]:
        if self.broken.ended == "raised":
            yield from self._raised()
        elif self.broken.ended == "returned":
            yield from self._returned()

    def _raised(self) -> Iterator[Problem]:
        error = self.broken.error
        assert error is not None  # noqa: S101 - it was raised
        told, may = told_end(self.broken), set(self.oracle.healthy)
        if got_from(self.oracle.renews, self.case.target, self.whole.calls):
            may -= {"refuse"}
        declared = is_declared(error, self.oracle.raises)
        if self.oracle.raises and not declared:
            names = ", ".join(name.rpartition(":")[2] for name in self.oracle.raises)
            yield "leaked", f"it raised {told}, and declares {names}", None
        elif not declared and is_leak(error):
            yield "leaked", f"it raised {told}, which says nothing of the provider", None
        elif not may & {"refuse", "hold"}:
            verb = "come through" if "recover" in may else "not matter"
            yield "gave-up", f"it raised {told}; this had to {verb}", None

    def _returned(self) -> Iterator[Problem]:
        value, may = self.broken.value, set(self.oracle.healthy)
        held = (text for text in self.oracle.never if holds(value, text) and not holds(self.whole.value, text))
        sentinel = next(held, None)
        if sentinel is not None:
            yield (
                "lied",
                f"its result holds {sentinel}, as if it were data",
                "check the value's range before using it",
            )
        elif self._accepts is not None and self._accepts(self.broken.returned):
            return
        elif self._same(value):
            if not may & {"tolerate", "recover"} and value is not None:
                yield "lied", "it returned the same result as if nothing had happened", None
        elif self._handed_on(value):
            return
        elif not (self.oracle.differs or ("hold" in may and not _still_yes(self.whole.value, value))):
            yield "lied", self._changed(value), _OR_SAY

    def _handed_on(self, value: Any) -> bool:
        """Whether the result differs only in holding what came where it held what was promised."""
        pair = self.oracle.hands_on
        places = differences(self.whole.value, value)
        return pair is not None and all(
            (found_at(self.whole.value, one), found_at(value, one)) == pair for one in places
        )

    def _changed(self, value: Any) -> str:
        """What of the result differs, the first place in full."""
        slack = self.whole.seconds + self.broken.seconds + _BETWEEN
        places = [p for p in differences(self.whole.value, value, slack) if not within([p], self.whole.volatile)]
        first = places[0] if places else ""
        now, before = found_at(value, first), found_at(self.whole.value, first)
        more = f", and {len(places) - 1} more" if len(places) > 1 else ""
        where = f" at {first}" if first else ""
        return f"its result has {short(now)} in place of {short(before)}{where}{more}"

    def _same(self, value: Any) -> bool:
        """Whether the result is the whole run's, but for what differs from run to run."""
        slack = self.whole.seconds + self.broken.seconds + _BETWEEN
        return within(differences(self.whole.value, value, slack), self.whole.volatile)

    def _effects(self) -> Iterator[Problem]:
        if self.oracle.once:
            for text in repeated_effects(self.whole.calls, self.broken.calls, self._keys):
                yield "lied", text, "send one idempotency key with every try, or look first whether it was done"

    def _storms(self) -> Iterator[Problem]:
        most = self.oracle.calls
        if most is not None and len(self.calls) > max(most, len(calls_of(self.case.target, self.whole.calls))):
            yield "stormed", f"it called {len(self.calls)} times; at most {most} are allowed", None
        for gap in self.oracle.gaps:
            yield from self._too_close(gap.call, gap.seconds)
        for limit in self.oracle.limits:
            count = len(calls_of(limit.target, self.broken.calls))
            name = f'{limit.target.provider} "{limit.target.description}"'
            if limit.at_most is not None and count > limit.at_most:
                yield "stormed", f"{name} was called {count} times; at most {limit.at_most} are allowed", None
            usual = len(calls_of(limit.target, self.whole.calls))
            if limit.more is not None and count > usual + limit.more:
                yield (
                    "stormed",
                    f"{name} was called {count} times; {usual} were needed when all was well, and {limit.more} more"
                    " are allowed",
                    None,
                )
            if count < limit.at_least:
                yield "gave-up", f"{name} was called {count} times; at least {limit.at_least} were needed", None

    def _too_close(self, number: int | None, seconds: float) -> Iterator[Problem]:
        pairs = list(zip(self.calls, self.calls[1:], strict=False))
        for index, (one, other) in enumerate(pairs, 1):
            waited = other.at - one.at
            if (number is None or index == number) and waited + _TOLERANCE < seconds:
                yield (
                    "stormed",
                    f"it called again after {waited:.3g} s; it had to wait {seconds:g} s",
                    "wait as long as Retry-After says, or longer before each try",
                )
                return
