"""Approvals that are pending, expired, for something else, or given twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import changed, telling
from integtest.failures.fields import Field, replaced
from integtest.failures.subject import SAFE, Subject
from integtest.failures.telling import plain, words
from integtest.model.failure import Fault, Gap, Outcome

_HOLD: tuple[Outcome, ...] = ("hold", "refuse")

_STATES = {"status", "state", "decision", "outcome", "verdict", "phase", "resolution"}
_YES = {"approved", "approve", "accepted", "accept", "granted", "allow", "allowed", "done", "resolved"}
_OTHER = {
    "pending": ("pending", "waiting", "in_review", "open", "requested", "submitted", "created"),
    "expired": ("expired", "timed_out", "timeout", "cancelled", "canceled", "withdrawn"),
    "rejected": ("rejected", "denied", "declined", "refused"),
}
_HASH = {"hash", "digest", "checksum", "sha256", "fingerprint", "etag"}


@mode(
    "approval-unsound",
    number=47,
    layer="oversight",
    title="an approval that is pending, expired, for something else, or given twice",
    source="agent-framework#6851; Yuxi#475",
    healthy=_HOLD,
    covers=("csi:unexpected-override", "csi:state-resource-inconsistency"),
)
def approval_unsound(subject: Subject) -> Iterator[Draft]:
    """The decision is another one than yes, or is about other contents than those that are to be executed; a
    decision that comes twice is carried out once."""
    if subject.kind != "human_review" or not subject.usable:
        return
    for field in telling(subject, (one for one in subject.leaves if _is_approval(one))):
        for variant, value in _undecided(field):
            yield changed(
                subject,
                replaced(subject.document, field.pointer, value),
                keeps=False,
                pointer=field.pointer,
                variant=variant,
                what=f"{field.pointer} is {value!r}: the approval does not stand",
                why=f"{field.pointer} says whether a person has approved",
                oracle=_polled(subject, variant),
            )
    yield from _altered(subject)
    if subject.message is not None:
        yield from _twice(subject)


def _is_approval(field: Field) -> bool:
    return isinstance(field.value, str) and plain(field.name) in _STATES and field.value.lower() in _YES


def _undecided(field: Field) -> Iterator[tuple[str, str]]:
    """Other states, in the contract's words where it has any; where it lists all of its words, only those."""
    choices = [one for one in field.choices if isinstance(one, str)]
    for variant, names in _OTHER.items():
        known = [one for one in choices if one.lower() in names]
        if known:
            yield variant, known[0]
        elif len(choices) < 2 and variant != "rejected":
            yield variant, names[0].upper() if str(field.value).isupper() else names[0]


def _polled(subject: Subject, variant: str) -> dict[str, Any]:
    """What is asked again until it is decided may be asked for ten minutes, at a distance."""
    if subject.http is None or subject.http.request.method.upper() not in SAFE or variant != "pending":
        return {}
    return {"calls": None, "within": 600.0, "gaps": (Gap(seconds=0.2),)}


def _altered(subject: Subject) -> Iterator[Draft]:
    for field in subject.leaves:
        if isinstance(field.value, str) and len(field.value) >= 8 and set(words(field.name)) & _HASH:
            yield changed(
                subject,
                replaced(subject.document, field.pointer, _other_hash(field.value)),
                keeps=False,
                pointer=field.pointer,
                variant="altered",
                what=f"{field.pointer} is that of other contents: they were altered after the approval",
                why=f"{field.pointer} ties the approval to what was approved",
                oracle={"healthy": _HOLD},
            )


def _other_hash(value: str) -> str:
    """A value of the same form: each hexadecimal digit is another one behind an algorithm's name."""
    head, colon, rest = value.rpartition(":")
    return head + colon + re.sub(r"[0-9a-f]", lambda found: f"{15 - int(found[0], 16):x}", rest)


def _twice(subject: Subject) -> Iterator[Draft]:
    for variant, together in (("twice", False), ("twice-at-once", True)):
        yield Draft(
            always(subject, Fault(kind="duplicate", times=2, concurrently=together)),
            what=f"the decision comes twice{', at the same time' if together else ''}",
            why="a person may press a button twice, and a webhook is sent again when its answer is late",
            variant=variant,
            oracle={"healthy": ("tolerate",), "once": True},
            keeps=True,
        )
