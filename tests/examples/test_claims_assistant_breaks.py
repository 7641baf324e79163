"""The claims assistant survives its providers' failures: each client by itself, and the whole way of a claim."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.auth import introspect_unknown, issue_token, revoke_token
from contracts.compliance import allow_call, allow_payout, record_act
from contracts.data_pipeline import features, log_in, run_state, start_run
from contracts.human_review import THREAD, open_thread, pay, stop_for_person, take_decision
from contracts.model_gateway import answer, answer_with_history, calls_tool
from contracts.monitoring import list_alerts, query_value
from examples.claims_assistant.broker import Broker
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.data_pipeline import Pipeline
from examples.claims_assistant.errors import (
    AuditUnavailable,
    AuthRefused,
    NotApproved,
    PayoutUnavailable,
    ProviderUnavailable,
)
from examples.claims_assistant.human_review import Approval, Review, Reviews
from examples.claims_assistant.model_gateway import Answer, Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics
from examples.claims_assistant.payouts import Ledger, Payouts
from tests.examples.claims import LARGE, SMALL, assistant, identity

DECLARED = (ProviderUnavailable, AuthRefused, NotApproved)
QUESTION = "Is a broken window covered?"
REVIEW = Review(THREAD, "c-1", 900.0, "Covered.", "2099-01-01T00:00:00+00:00")
APPROVED = Approval("approve", "bob", REVIEW.content_hash)


def not_whole(told: Any) -> bool:
    """An answer that says that it is not whole goes to a person."""
    return isinstance(told, Answer) and not told.complete


def gateway(broken: Any) -> Gateway:
    return Gateway(broken["model_gateway"].url + "/v1", "any", "tiny")


@pytest.mark.breaks(issue_token)
def test_a_token(broken):
    broken.run(lambda: identity(broken).token())


@pytest.mark.breaks(introspect_unknown)
def test_introspection(broken):
    broken.run(lambda: identity(broken).is_active("unknown"))


@pytest.mark.breaks(revoke_token)
def test_revocation(broken):
    async def revoked() -> str:
        await identity(broken).revoke("unknown")
        return "revoked"

    broken.run(revoked)


@pytest.mark.breaks(allow_call, calls=3, within="10s")
def test_the_policy(broken):
    policy = lambda: Policy(broken["policy"].url, identity(broken))  # noqa: E731
    broken.run(lambda: policy().allows_model_call("c-1", region="eu", contains_pii=False))


@pytest.mark.breaks(log_in, start_run, run_state, features)
def test_features(broken):
    broken.run(lambda: Pipeline(broken["pipeline"].url, "claims-assistant", "any").features("c-1"))


@pytest.mark.breaks(calls_tool, returns=lambda told: not told.complete)
def test_tools(broken):
    broken.run(lambda: gateway(broken).wants_history("c-1", QUESTION))


@pytest.mark.breaks(answer, returns=not_whole)
def test_a_streamed_answer(broken):
    broken.run(lambda: gateway(broken).answer(QUESTION))


@pytest.mark.breaks(open_thread, stop_for_person, within="45s")
def test_a_review_is_asked_for(broken):
    async def asked() -> str:
        return (await Reviews(broken["review"].url).request("c-1", 900.0, "Covered.")).content_hash

    broken.run(asked)


@pytest.mark.breaks(
    take_decision, returns=lambda told: told.decision != "approve" or told.content_hash != REVIEW.content_hash
)
def test_a_decision_is_carried(broken):
    broken.run(lambda: Reviews(broken["review"].url).decide(REVIEW, "approve", "bob"))


@pytest.mark.breaks(allow_payout, pay, calls=3, within="20s")
def test_a_payout(broken):
    async def paid() -> str:
        policy = Policy(broken["policy"].url, identity(broken))
        broker = Broker(broken["broker"].url, "claims-assistant", "any", PayoutUnavailable)
        return await Payouts(policy, broker, Ledger(None)).execute(REVIEW, APPROVED)

    broken.run(paid)


@pytest.mark.breaks(record_act, raises=AuditUnavailable)
def test_the_audit_trail(broken):
    async def recorded() -> tuple[int, int]:
        trail = assistant(broken).audit
        trail.record("claim.decide", "c-1", "success")
        return await trail.drain(), trail.waiting

    broken.run(recorded)


@pytest.mark.breaks(query_value)
def test_a_metric(broken):
    broken.run(lambda: Metrics(broken["prometheus"].url).value("vector(1)"))


@pytest.mark.breaks(list_alerts)
def test_alerts(broken):
    broken.run(lambda: Alerts(broken["alertmanager"].url).active("ClaimsAssistantCheck"))


def undecided(told: Any) -> bool:
    """The claim goes to a person, or the policy's no stands."""
    return isinstance(told, dict) and told.get("decision") in ("pending", "refused")


@pytest.mark.breaks(
    allow_call, features, calls_tool, answer_with_history, raises=DECLARED, returns=undecided, cap=6
)
def test_the_whole_way_of_a_small_claim(broken):
    broken.run(lambda: assistant(broken).decide(SMALL))


@pytest.mark.breaks(stop_for_person, take_decision, allow_payout, pay, raises=DECLARED, returns=undecided, cap=6)
def test_the_whole_way_of_a_large_claim(broken):
    async def paid() -> Any:
        one = assistant(broken)
        told = await one.decide(LARGE)
        if told["decision"] != "pending":
            return told
        return await one.decided(told["review"], "approve", "bob", told["content_hash"])

    broken.run(paid)
