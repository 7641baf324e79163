"""A person decides what the assistant may not: threads that stop at an interrupt (LangGraph's API)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import Field

from examples.claims_assistant.errors import NotApproved, ReviewUnavailable
from examples.claims_assistant.http import Promised, Provider

GRAPH = "claim_review"
TIME_TO_DECIDE = timedelta(days=2)
_OURS = uuid.UUID("6f1d54a2-3a0e-4a55-9f0c-7d5c3c1f0f9a")
DECISIONS = ("approve", "reject", "escalate")


@dataclass(frozen=True)
class Review:
    """What a person is asked: to pay `amount` euro for the claim on the ground of `answer`, until `deadline`."""

    thread: str
    claim_id: str
    amount: float
    answer: str
    deadline: str
    """RFC 3339, with a zone."""

    @property
    def content_hash(self) -> str:
        """SHA-256 of the answer in hexadecimal: what was shown is what is paid for."""
        return sha256(self.answer.encode()).hexdigest()


class Asked(Promised):
    """What the person sees."""

    claim_id: str
    amount: float
    content_hash: str
    deadline: str


class Interrupt(Promised):
    id: str = Field(min_length=1)
    value: Asked


class Thread(Promised):
    thread_id: str


class Told(Promised):
    """The thread after a run: it waits for a person again, or the decision stands in it."""

    interrupts: list[Interrupt] = Field([], alias="__interrupt__")
    claim_id: str
    amount: float
    content_hash: str = ""
    decision: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class Approval:
    """A decision as the review keeps it; `decision` is empty while it waits."""

    decision: str
    decided_by: str
    content_hash: str


class Reviews:
    """Asks for decisions and carries them back."""

    def __init__(self, base: str) -> None:
        self._provider = Provider(base, ReviewUnavailable, deadline=20.0)

    async def request(self, claim_id: str, amount: float, answer: str, now: datetime | None = None) -> Review:
        """Open a review. The thread's id is made of the claim and the answer: a repeat opens no second one."""
        deadline = (now or datetime.now(UTC)) + TIME_TO_DECIDE
        thread = str(uuid.uuid5(_OURS, f"{claim_id}\n{amount}\n{answer}"))
        review = Review(thread, claim_id, amount, answer, deadline.isoformat())
        made = await self._provider.send(
            "POST", "/threads", again=True, json={"thread_id": thread, "if_exists": "do_nothing"}
        )
        if self._provider.read(made, Thread).thread_id != thread:
            raise ReviewUnavailable("another thread was made")
        shown = {"claim_id": claim_id, "amount": amount, "answer": answer, "deadline": review.deadline}
        told = await self._run(thread, {"input": shown})
        if len(told.interrupts) != 1:
            raise ReviewUnavailable("the review did not stop for a person")
        asked = told.interrupts[0].value
        if (asked.claim_id, asked.amount, asked.content_hash) != (claim_id, amount, review.content_hash):
            raise ReviewUnavailable("the person is shown something else than what was sent")
        return review

    async def decide(self, review: Review, decision: str, decided_by: str) -> Approval:
        """Carry a person's decision to the thread; the first one stands, and is given back to every later one."""
        if decision not in DECISIONS or not decided_by:
            raise NotApproved(f"no decision: {decision!r}")
        resume = {"decision": decision, "decided_by": decided_by}
        told = await self._run(review.thread, {"command": {"resume": resume}}, again=True)
        if told.interrupts:
            return Approval("", "", review.content_hash)
        if (told.claim_id, told.amount) != (review.claim_id, review.amount):
            raise ReviewUnavailable("the decision is about another claim")
        return Approval(told.decision, told.decided_by, told.content_hash)

    async def _run(self, thread: str, body: dict[str, Any], again: bool = False) -> Told:
        path = f"/threads/{thread}/runs/wait"
        sent = await self._provider.send("POST", path, again=again, json={"assistant_id": GRAPH, **body})
        return self._provider.read(sent, Told)
