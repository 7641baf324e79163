"""Trying every case on the consumer, one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Protocol

from integtest.failures.known import known, unmatched
from integtest.flows.break_.naming import near
from integtest.model.contract import InteractionRef
from integtest.model.failure import Case, Judgement, Weakness
from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult, Verdict

Listener = Callable[[Judgement, int], None]
"""Told of each judged case, and how many there are in all."""


class Consumer(Protocol):
    """What is put to the test."""

    def try_case(self, case: Case) -> Judgement:
        """Run it whole, then broken; what became of it."""
        ...


def run(
    cases: Sequence[Case],
    consumer: Consumer,
    weaknesses: Sequence[Weakness],
    today: date,
    listener: Listener | None = None,
) -> tuple[Judgement, ...]:
    """Try each case; known weaknesses are marked, and one that is survived by now is a finding."""
    found: list[Judgement] = []
    for case in cases:
        judged = _settled(consumer.try_case(case), weaknesses, today)
        found.append(judged)
        if listener is not None:
            listener(judged, len(cases))
    return tuple(found)


def _settled(judged: Judgement, weaknesses: Sequence[Weakness], today: date) -> Judgement:
    found = known(judged, weaknesses, today)
    if found is None:
        return judged
    if found.standing == "accepted":
        return judged.model_copy(update={"known": found.told})
    if found.standing == "stale":
        return judged.model_copy(update={"findings": (*judged.findings, _stale(judged, found.told))})
    findings = tuple(f.model_copy(update={"message": f"{f.message}; {found.told}"}) for f in judged.findings)
    return judged.model_copy(update={"findings": findings})


def _stale(judged: Judgement, told: str) -> Finding:
    case = judged.case
    return Finding(
        rule="weakness-stale",
        severity="error",
        blame="oversight",
        message=f"{case.address}: {told}",
        hint="take it out of [[tool.integtest.weaknesses]]",
        consumer=case.consumer,
        provider=case.target.provider,
        interaction=case.target.description,
        mode=case.id,
    )


def speaks_of_nothing(weaknesses: Sequence[Weakness], cases: Iterable[Case], consumer: str) -> tuple[Finding, ...]:
    """A finding for each entry that fits no case of the consumer, whether a run takes the case or not."""
    each = list(cases)
    return tuple(_unmatched(one, each, consumer) for one in unmatched(weaknesses, each))


def _unmatched(weakness: Weakness, cases: Sequence[Case], consumer: str) -> Finding:
    close = near(cases, weakness.case)
    meant = f"did you mean {', '.join(close)}? " if close else ""
    return Finding(
        rule="weakness-unmatched",
        severity="error",
        blame="oversight",
        message=f"{weakness.case} is listed as a known weakness ({weakness.reason}) and is no case of any contract",
        hint=f"{meant}mend the entry of [[tool.integtest.weaknesses]], or take it out",
        consumer=consumer,
        expected="the address of a case, or a pattern of it",
        actual=weakness.case,
    )


def verdict(
    judgements: Sequence[Judgement],
    left: int,
    contracts: int,
    seconds: float,
    more: Sequence[Finding] = (),
) -> Verdict:
    """The judgements as every report knows them: an interaction is verified when it was judged and survived all.
    `more` are findings that are about no case."""
    by: dict[tuple[str, InteractionRef], list[Judgement]] = defaultdict(list)
    for one in judgements:
        by[one.case.consumer, one.case.target].append(one)
    notes = (f"{left} more cases were left out (--all-pointers)",) if left else ()
    return Verdict(
        findings=(*(f for one in judgements if one.known is None for f in one.findings), *more),
        interactions=tuple(_result(consumer, ref, found) for (consumer, ref), found in by.items()),
        contracts=contracts,
        exchanges=sum(one.calls for one in judgements),
        duration=seconds,
        notes=notes,
    )


def _result(consumer: str, ref: InteractionRef, judgements: Iterable[Judgement]) -> InteractionResult:
    each = list(judgements)
    judged = [one for one in each if one.status != "not-judged"]
    failed = [one for one in judged if one.status != "survived" and one.known is None]
    status = "failed" if failed else "verified" if judged else "unproven"
    return InteractionResult(
        consumer=consumer,
        provider=ref.provider,
        description=ref.description,
        status=status,
        source="consumer",
        seen=len(judged),
        reason=None if judged else (each[0].reason if each else "no case"),
    )
