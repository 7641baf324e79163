"""What a judged case comes to as a finding."""

from __future__ import annotations

from integtest.model.failure import Case, Status
from integtest.model.finding import Blame, Finding, Severity
from integtest.model.http import Place

_DO = {
    "leaked": "catch it where the provider is called, and raise an error of your own that says so",
    "hung": "give every call a time-out, and the whole of it a deadline",
    "stormed": "cap the tries, and wait longer before each",
    "lied": "refuse, or say in the result that it is not whole",
    "gave-up": "read what you need and let the rest be",
    "not-judged": None,
}
_EVER: dict[str, tuple[Severity, Blame]] = {"not-judged": ("warning", "consumer")}


def finding_of(
    case: Case, status: Status, text: str, hint: str | None, place: Place | None, again: str | None
) -> Finding:
    """What is wrong in a case, in words; `hint` in place of what is usually to be done."""
    severity, blame = _EVER.get(status, ("error", "consumer"))
    evidence = {"again": again, "mode": case.mode, "source": case.source}
    where = place or Place()
    return Finding(
        rule=f"failure-{status}",
        severity=severity,
        blame=blame,
        message=f"{case.what}: {text}",
        hint=hint or _DO.get(status),
        consumer=case.consumer,
        provider=case.target.provider,
        interaction=case.target.description,
        mode=case.id,
        location=where.model_copy(update={"pointer": case.pointer}),
        evidence={name: value for name, value in evidence.items() if value},
    )
