"""Executes an approved decision exactly once: whoever asks again gets what was done, and nothing is done again."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from examples.claims_assistant.broker import Broker
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.errors import NotApproved
from examples.claims_assistant.human_review import Approval, Review

KEY = "claim.payout"


class Ledger:
    """The keys of what was paid, kept in a file that is only appended to."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._done = set(file.read_text("utf-8").split()) if file and file.exists() else set()

    def __contains__(self, key: str) -> bool:
        return key in self._done

    def add(self, key: str) -> None:
        """On the disk when this returns."""
        if self._file:
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(key + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        self._done.add(key)


class Payouts:
    """Orders payouts of the broker. The key of one is made of the claim, the amount and what was approved: a try
    whose answer was lost is made again under the same key, and who pays takes each key once."""

    def __init__(self, policy: Policy, broker: Broker, ledger: Ledger) -> None:
        self._policy, self._broker, self._ledger = policy, broker, ledger
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def execute(self, review: Review, approval: Approval, now: datetime | None = None) -> str:
        """Pay what was approved, as it was approved, in time; the payout's key. NotApproved says what does not
        stand."""
        _check(review, approval, now or datetime.now(UTC))
        key = key_of(review)
        async with self._locks[key]:
            if key in self._ledger:
                return key
            if not await self._policy.allows_payout(
                review.claim_id, amount=review.amount, approved_by=approval.decided_by
            ):
                raise NotApproved("the policy forbids the payout")
            order = {"claim_id": review.claim_id, "amount": review.amount, "content_hash": review.content_hash}
            await self._broker.publish(KEY, key, order, "application/json")
            self._ledger.add(key)
        return key


def key_of(review: Review) -> str:
    """The idempotency key of a review's payout."""
    return sha256(f"{review.claim_id}\n{review.amount}\n{review.content_hash}".encode()).hexdigest()[:32]


def _check(review: Review, approval: Approval, now: datetime) -> None:
    if approval.decision != "approve":
        raise NotApproved(f"the decision is {approval.decision or 'still open'}")
    if not approval.decided_by:
        raise NotApproved("nobody decided")
    if approval.content_hash != review.content_hash:
        raise NotApproved("something else was approved than what is to be paid")
    if now > datetime.fromisoformat(review.deadline):
        raise NotApproved("the decision came after its deadline")
