"""Cases of `break` that could not be judged, told once for each reason: a pull request has room for failures."""

from __future__ import annotations

from collections.abc import Sequence

from integtest.model.failure import Judgement
from integtest.model.finding import Finding
from integtest.reports.report import Report
from integtest.reports.words import count

_HINT = "see them one by one: integtest break --format json"


def gathered(report: Report) -> tuple[Finding, ...]:
    """The findings, each failure by itself; those of cases that could not be judged as one a reason, last."""
    unjudged = [one for one in report.judgements or () if one.status == "not-judged" and one.known is None]
    told = {finding.fingerprint for one in unjudged for finding in one.findings}
    by: dict[str, list[Judgement]] = {}
    for one in unjudged:
        by.setdefault(_reason(one), []).append(one)
    others = (finding for finding in report.findings if finding.fingerprint not in told)
    return (*others, *(_one(reason, ones) for reason, ones in by.items()))


def _reason(one: Judgement) -> str:
    """The same words for every interaction that they are said of."""
    reason = one.reason or "no reason is known"
    return reason.replace(f'"{one.case.target.description}"', "it")


def _one(reason: str, ones: Sequence[Judgement]) -> Finding:
    """Where all of them are about one interaction, or one provider, it names that."""
    cases = [one.case for one in ones]
    providers, targets = {case.target.provider for case in cases}, {case.target for case in cases}
    alone = len(targets) == 1
    many = "" if alone else f" of {len(targets)} promises"
    said = (ones[0].reason or reason) if alone else reason
    first = next((finding for one in ones for finding in one.findings), None)
    return Finding(
        rule="failure-not-judged",
        severity="warning",
        blame="consumer",
        message=f"{count(len(ones), 'case')}{many} could not be judged: {said}",
        hint=_HINT,
        consumer=cases[0].consumer,
        provider=cases[0].target.provider if len(providers) == 1 else None,
        interaction=cases[0].target.description if alone else None,
        mode=", ".join(dict.fromkeys(case.mode for case in cases)),
        **({"location": first.location.model_copy(update={"pointer": None})} if first else {}),
    )
