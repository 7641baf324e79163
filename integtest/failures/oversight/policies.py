"""Policies that say nothing, and guardrails that are away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, always, first, mode
from integtest.failures.editing import changed, telling
from integtest.failures.fields import Field, replaced, without
from integtest.failures.oversight.sinks import is_sink
from integtest.failures.refusals import refusal
from integtest.failures.subject import Subject
from integtest.failures.telling import plain
from integtest.model.failure import Fault, Outcome

_HOLD: tuple[Outcome, ...] = ("hold", "refuse")

_NO = {"deny", "denied", "block", "blocked", "reject", "rejected", "refuse", "refused", "forbidden"}
_DECISIONS = {"result", "decision", "allow", "allowed", "verdict", "action", "flagged", "blocked", "permitted"}


def _decisions(subject: Subject) -> list[Field]:
    return [one for one in subject.fields if plain(one.name) in _DECISIONS]


def _denies(subject: Subject) -> bool:
    """Whether the promised decision is a no: a service that fails closed does then what it would have done."""
    return any(_is_no(one) for one in _decisions(subject) if not one.container)


def _is_no(field: Field) -> bool:
    yes = plain(field.name) not in ("flagged", "blocked")
    if isinstance(field.value, bool):
        return field.value is not yes
    return isinstance(field.value, str) and field.value.lower() in _NO


def _closed(subject: Subject) -> dict[str, Any]:
    return {"healthy": (*_HOLD, "tolerate") if _denies(subject) else _HOLD}


@mode(
    "policy-undefined",
    number=51,
    layer="oversight",
    title="the policy says nothing",
    source="Open Policy Agent, Data API: undefined decisions; OPA-python-client#26",
    healthy=_HOLD,
    covers=("csi:undefined-values/schema-value", "csi:undefined-values/custom-property"),
)
def policy_undefined(subject: Subject) -> Iterator[Draft]:
    """200 without the decision, and with null in its place: what is not allowed is forbidden."""
    if subject.kind != "compliance" or not subject.succeeds or not isinstance(subject.document, dict):
        return
    places = _decisions(subject)
    for field in telling(subject, places)[:3]:
        for variant, document in (
            ("absent", without(subject.document, field.pointer)),
            ("null", replaced(subject.document, field.pointer, None)),
        ):
            yield changed(
                subject,
                document,
                keeps=False,
                pointer=field.pointer,
                variant=variant,
                what=f"{field.pointer} is {'missing' if variant == 'absent' else 'null'}: no decision was made",
                why=f"{field.pointer} is what the consumer decides by",
                oracle=_closed(subject),
            )
    if places and subject.document:
        yield changed(
            subject,
            {},
            keeps=False,
            variant="empty",
            what="the reply is {}: the policy is not defined",
            why="the reply is a decision, and a policy engine that has no such policy says just this",
            oracle=_closed(subject),
        )


@mode(
    "guardrail-down",
    number=52,
    layer="oversight",
    title="the guardrail is away",
    source="litellm#30728",
    healthy=_HOLD,
    covers=("filibuster:500", "filibuster:Timeout", "csi:unexpected-override"),
    calls=4,
)
def guardrail_down(subject: Subject) -> Iterator[Draft]:
    """500, no answer, nobody there, and once only: as long as nobody has said yes, nothing reaches the model."""
    if subject.kind != "compliance" or not subject.succeeds or is_sink(subject):
        return
    why = "the call decides whether another one may be made"
    error = Fault(kind="reply", response=refusal(subject, 500))
    ways = {
        "500": (error, "the guardrail answers every call with 500"),
        "stall": (Fault(kind="stall"), "the guardrail never answers"),
        "refused": (Fault(kind="refuse"), "nobody listens where the guardrail was"),
    }
    for variant, (fault, told) in ways.items():
        yield Draft(always(subject, fault), what=told, why=why, variant=variant, oracle=_closed(subject))
    yield Draft(
        first(subject, error),
        what="the guardrail answers the first call with 500, the next is whole",
        why=why,
        variant="once",
        oracle={"healthy": ("recover", *_HOLD)},
    )
