"""Everything looked at, in the order in which a person would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integtest.errors import IntegtestError
from integtest.flows.doctor.environment import Environment, check
from integtest.flows.doctor.named import count, named
from integtest.flows.doctor.tool import tool
from integtest.flows.verify.plan import Plan
from integtest.model.check import Check
from integtest.model.finding import Blame, Finding, Severity
from integtest.model.http import Place

_FILES = ("contracts ", "cassettes ", "age ")
_SEVERITIES: Mapping[str, Severity] = {"warn": "warning", "fail": "error"}
_BLAMES: Mapping[str, Blame] = {
    "provider": "provider",
    "contracts": "contract",
    "cassettes": "recording",
    "age": "recording",
}


def doctor(
    plan: Plan, here: Environment, *, configured: Plan, file: str | None, problem: IntegtestError | None
) -> tuple[Check, ...]:
    """Everything looked at, in the order in which a person would mend it. `file` is the configuration found, which
    says what `configured` does, and `problem` what is wrong with it."""
    return (*tool(here), _configuration(configured, file, problem), *named(plan, here))


def findings(checks: Sequence[Check]) -> tuple[Finding, ...]:
    """What is not well, as findings."""
    return tuple(
        Finding(
            rule=f"doctor-{check.name.split(' ', 1)[0]}",
            severity=_SEVERITIES[check.status],
            blame=_BLAMES.get(check.name.split(" ", 1)[0], "consumer"),
            message=f"{check.name}: {check.detail}",
            hint=check.hint,
            provider=_subject(check) if check.name.startswith("provider ") else None,
            location=Place(file=_subject(check)) if check.name.startswith(_FILES) else Place(pointer=check.name),
        )
        for check in checks
        if check.status != "ok"
    )


def _subject(check: Check) -> str:
    """What a check looked at: a path may hold spaces, a provider's part may follow its name."""
    words = check.name.split(" ", 1)
    return words[1] if check.name.startswith(_FILES) else words[1].split(" ")[0]


def _configuration(plan: Plan, file: str | None, problem: IntegtestError | None) -> Check:
    if problem is not None:
        return check("configuration", lambda: _raise(problem))
    if file is None:
        detail = "no [tool.integtest] here or above: give contracts and providers as flags"
        return Check(name="configuration", status="ok", detail=detail)
    named = [
        count(len(items), noun)
        for noun, items in (
            ("contract place", plan.contracts),
            ("cassette place", plan.cassettes),
            ("provider", plan.providers),
        )
    ]
    empty = not (plan.contracts or plan.cassettes or plan.providers)
    return Check(
        name="configuration",
        status="warn" if empty else "ok",
        detail=f"{file} names {', '.join(named)}",
        hint='name some: contracts = ["contracts"]' if empty else None,
    )


def _raise(problem: IntegtestError) -> str:
    raise problem
