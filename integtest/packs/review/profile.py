"""The profile: events of a review, and what may follow what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.conversations import execution
from integtest.model.contract import HttpInteraction
from integtest.model.conversation import Conversation
from integtest.packs.cloudevents.events import CloudEvent

PREFIX = "review"
TRANSITIONS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "requested": ("assigned", "escalated", "expired"),
        "assigned": ("decided", "escalated", "expired"),
        "escalated": ("assigned", "decided", "expired"),
    }
)
"""State -> the states that may follow it; `decided` and `expired` are final."""
FINAL = ("decided", "expired")
STATES = ("requested", "assigned", "escalated", *FINAL)


class Reviewed(BaseModel):
    """What every event of a review says: the hash of the content that is decided on."""

    content_hash: str = Field(pattern="^sha256:[0-9a-f]{64}$", examples=["sha256:" + "9f86d081884c7d65" * 4])


class Requested(Reviewed):
    """A decision is asked for: about what, why, and until when. After the deadline it is worth nothing."""

    ask: str = Field(min_length=1, examples=["May 900 EUR be paid?"])
    deadline: datetime = Field(examples=["2030-01-01T12:00:00Z"])
    reason: str | None = None


class Assigned(Reviewed):
    """Somebody took it."""

    reviewer: str = Field(min_length=1, examples=["ann"])
    deadline: datetime = Field(examples=["2030-01-01T12:00:00Z"])


class Decided(Reviewed):
    """Somebody decided. Only `approved` is a yes."""

    decision: Literal["approved", "rejected"]
    decided_by: str = Field(min_length=1, examples=["ann"])
    comment: str | None = None


class Escalated(Reviewed):
    """It went to who may decide more, with a deadline of its own."""

    escalated_to: str = Field(min_length=1, examples=["head-of-claims"])
    reason: str = Field(min_length=1, examples=["above the reviewer's limit"])
    deadline: datetime = Field(examples=["2030-01-01T18:00:00Z"])


class Expired(Reviewed):
    """Nobody decided in time: that is no yes."""

    deadline: datetime = Field(examples=["2030-01-01T12:00:00Z"])


class ReviewEvent(CloudEvent):
    """A CloudEvent whose `subject` is the review, and whose time is known."""

    subject: str = Field(min_length=1, examples=["r-1"])
    time: datetime = Field(examples=["2030-01-01T09:30:00Z"])
    data: Reviewed


class ReviewError(BaseModel):
    """Why a request for review was refused; what stands beside `error` is the queue's own."""

    error: str = Field(min_length=1, examples=["data.deadline is missing"])


def conversation(
    contract: Contract,
    *,
    name: str = "review",
    prefix: str = PREFIX,
    executes: HttpInteraction | None = None,
    key: str = "$.review_id",
    content: str | None = "$.content_hash",
    transitions: Mapping[str, Sequence[str]] = TRANSITIONS,
) -> Conversation:
    """The reviews of this queue as a whole: each starts as requested, takes legal steps alone, ends once, and keeps
    its content. `executes` is the call that an approval allows, once for each review: `key` is where its request
    names the review, `content` where it carries the hash of what it executes (None where it carries none).

    Source: the review profile, TRANSITIONS.
    """
    approved = {"$.data.decision": "approved"}
    states = {"requested", *transitions, *(to for each in transitions.values() for to in each)}
    call = (
        None if executes is None else execution(executes, key=key, after="decided", when=approved, content=content)
    )
    return contract.conversation(
        name,
        key="$.subject",
        state="$.type",
        initial="requested",
        transitions=transitions,
        final=FINAL,
        names={f"{prefix}.{state}": state for state in STATES if state in states},
        content="$.data.content_hash",
        executes=call,
    )
