"""What the service does with a claim: features, policy, answer, and a person where the amount asks for one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from examples.claims_assistant.audit import AuditTrail
from examples.claims_assistant.auth import IdentityClient
from examples.claims_assistant.broker import Broker
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.data_pipeline import Pipeline
from examples.claims_assistant.errors import AuditUnavailable, NotApproved, PayoutUnavailable
from examples.claims_assistant.human_review import Review, Reviews
from examples.claims_assistant.model_gateway import Answer, Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics
from examples.claims_assistant.payouts import Ledger, Payouts
from examples.claims_assistant.settings import Settings
from examples.claims_assistant.telemetry import Telemetry

REVIEW_ABOVE = 500.0
"""Euro; above it a person decides."""
LARGEST = 1_000_000.0
POLICY_AUDIENCE = "urn:claims:policy"


@dataclass(frozen=True)
class Claim:
    """One claim; ValueError for what is none. Whether it holds personal data is taken as yes unless told."""

    id: str
    text: str
    amount: float
    region: str
    contains_pii: bool = True

    @classmethod
    def of(cls, told: Any) -> Claim:
        """Read from JSON."""
        if not isinstance(told, dict):
            raise ValueError("not an object")
        amount, pii = told.get("amount"), told.get("contains_pii", True)
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 < amount <= LARGEST:
            raise ValueError("amount must be a number of euro above 0")
        texts = [told.get(name) for name in ("id", "text", "region")]
        if not all(isinstance(one, str) and one for one in texts) or not isinstance(pii, bool):
            raise ValueError("id, text and region must be texts, contains_pii true or false")
        name, text, region = map(str, texts)
        return cls(name, text, float(amount), region, pii)


class Forbidden(Exception):
    """The policy said no."""


class Assistant:
    """One claim at a time, for any number of tasks."""

    def __init__(self, settings: Settings) -> None:
        s, folder = settings, settings.folder
        self.identity = IdentityClient(s.identity_url, s.client_id, s.client_secret, POLICY_AUDIENCE)
        self.policy = Policy(s.policy_url, self.identity)
        self.pipeline = Pipeline(s.pipeline_url, s.pipeline_user, s.pipeline_password)
        self.gateway = Gateway(s.gateway_url, s.gateway_key, s.model)
        self.reviews = Reviews(s.review_url)
        orders = Broker(s.broker_url, s.broker_user, s.broker_password, PayoutUnavailable)
        self.payouts = Payouts(self.policy, orders, Ledger(folder / "ledger" if folder else None))
        trail = Broker(s.broker_url, s.broker_user, s.broker_password, AuditUnavailable)
        self.audit = AuditTrail(trail, folder / "spool.jsonl" if folder else None)
        self.telemetry = Telemetry(s.telemetry_url)
        self.metrics, self.alerts = Metrics(s.prometheus_url), Alerts(s.alertmanager_url)
        self.open: dict[str, Review] = {}

    async def decide(self, claim: Claim) -> dict[str, Any]:
        """A decision about a claim, or the review that it waits for."""
        with self.telemetry.span("decide", claim=claim.id):
            try:
                answer = await self._answered(claim)
            except Forbidden:
                return await self._told("claim.decide", claim.id, "denied", {"decision": "refused"})
            if claim.amount <= REVIEW_ABOVE and answer.complete:
                return await self._told(
                    "claim.decide", claim.id, "success", {"decision": "answered", **asdict(answer)}
                )
            review = await self.reviews.request(claim.id, claim.amount, answer.text)
            self.open.setdefault(review.thread, review)
            facts = {
                "decision": "pending",
                "review": review.thread,
                "content_hash": review.content_hash,
                "complete": answer.complete,
            }
            return await self._told("claim.review", claim.id, "success", facts)

    async def decided(self, thread: str, decision: str, decided_by: str, content_hash: str) -> dict[str, Any]:
        """What a person said of a review: carried to it, and executed once when it stands. KeyError for a review
        that is not open here."""
        review = self.open[thread]
        if content_hash != review.content_hash:
            raise NotApproved("the person saw something else")
        with self.telemetry.span("decided", claim=review.claim_id):
            approval = await self.reviews.decide(review, decision, decided_by)
            if approval.decision == "reject":
                return await self._told("claim.reject", review.claim_id, "denied", {"decision": "rejected"})
            if not approval.decision:
                return await self._told("claim.review", review.claim_id, "success", {"decision": "pending"})
            key = await self.payouts.execute(review, approval)
            return await self._told("claim.pay", review.claim_id, "success", {"decision": "paid", "payout": key})

    async def health(self) -> dict[str, Any]:
        """What monitoring knows of the assistant now, and what waits here."""
        rate = await self.metrics.value('ai_error_rate{model="claims"}')
        alerts = await self.alerts.active("ModelErrorRateHigh")
        return {
            "error_rate": rate,
            "alerts": alerts,
            "audit_waiting": self.audit.waiting,
            "spans": self.telemetry.counts(),
        }

    async def _answered(self, claim: Claim) -> Answer:
        """Every call to the model asks the policy first: what it allowed a second ago it may forbid now."""
        await self._allowed(claim)
        features = await self.pipeline.features(claim.id)
        await self._allowed(claim)
        asked = await self.gateway.wants_history(claim.id, claim.text)
        history = f"{features.payouts}, {features.total} cents in all" if asked.history else ""
        await self._allowed(claim)
        answer = await self.gateway.answer(claim.text, history)
        return Answer(answer.text, answer.complete and asked.complete)

    async def _allowed(self, claim: Claim) -> None:
        if not await self.policy.allows_model_call(claim.id, region=claim.region, contains_pii=claim.contains_pii):
            raise Forbidden

    async def _told(self, action: str, claim_id: str, outcome: str, result: dict[str, Any]) -> dict[str, Any]:
        self.audit.record(action, claim_id, outcome, result["decision"])
        await self.audit.try_to_drain()
        return {"id": claim_id, **result}
