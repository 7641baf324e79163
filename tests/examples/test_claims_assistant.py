"""The claims assistant keeps its side of its contracts; a run of these writes contracts/pacts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.auth import discover, introspect_unknown, issue_token, refuse_client, revoke_token
from contracts.compliance import allow_call, allow_payout, deny_call, record_act, refuse_stranger, refuse_token
from contracts.data_pipeline import features, log_in, refuse_login, run_exists, run_state, start_run
from contracts.human_review import (
    HASH,
    THREAD,
    decided,
    escalate,
    open_thread,
    pay,
    stop_for_person,
    take_decision,
    unknown_thread,
)
from contracts.model_gateway import answer, answer_with_history, calls_no_tool, calls_tool, list_models
from contracts.model_routing import list_models as list_routes
from contracts.model_routing import unknown_model
from contracts.monitoring import (
    export_spans,
    fire_alert,
    list_alerts,
    query_nothing,
    query_value,
    refuse_filter,
    refuse_query,
    silence_alert,
)
from examples.claims_assistant.app import create_app
from examples.claims_assistant.auth import Keeper, Token
from examples.claims_assistant.broker import Broker
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.data_pipeline import Features, Pipeline
from examples.claims_assistant.discovery import endpoints
from examples.claims_assistant.errors import (
    AnswerUnavailable,
    AuditUnavailable,
    AuthRefused,
    BadQuery,
    MonitoringUnavailable,
    NotApproved,
    PolicyUnavailable,
    ReviewUnavailable,
)
from examples.claims_assistant.human_review import Review, Reviews
from examples.claims_assistant.model_gateway import Answer, Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics
from examples.claims_assistant.telemetry import Telemetry
from tests.examples.claims import LARGE, SMALL, assistant, identity, settings

QUESTION = "Is a broken window covered?"
REVIEW = Review(THREAD, "c-1", 900.0, "Covered.", "2099-01-01T00:00:00+00:00")


def run(coroutine):
    return asyncio.run(coroutine)


@pytest.mark.contract(issue_token)
def test_many_tasks_ask_for_one_token_and_use_it_while_it_is_good(contract):
    client = identity(contract)

    async def many():
        return await asyncio.gather(*(client.token() for _ in range(20)))

    assert len({one.access_token for one in run(many())}) == 1
    assert contract.calls(issue_token) == 1


@pytest.mark.contract(refuse_client)
def test_a_wrong_secret_is_refused_by_name(contract):
    with pytest.raises(AuthRefused, match="invalid_client"):
        run(identity(contract, "wrong").token())


@pytest.mark.contract(introspect_unknown)
def test_an_unknown_token_is_not_active(contract):
    assert run(identity(contract).is_active("unknown")) is False


@pytest.mark.contract(revoke_token)
def test_revoking_an_unknown_token_is_no_error(contract):
    run(identity(contract).revoke("unknown"))


@pytest.mark.contract(discover)
def test_a_provider_that_says_it_is_another_issuer_is_refused(contract):
    # The promised document names the real provider's address, and this is a stub's.
    with pytest.raises(Exception, match="another issuer"):
        run(endpoints(contract.url))


@pytest.mark.contract(issue_token, allow_call)
def test_a_model_call_inside_the_region_is_allowed(contract):
    policy = Policy(contract["policy"].url, identity(contract))
    assert run(policy.allows_model_call("c-1", region="eu", contains_pii=False)) is True


@pytest.mark.contract(issue_token, deny_call)
def test_a_model_call_outside_of_the_region_is_denied(contract):
    policy = Policy(contract["policy"].url, identity(contract))
    assert run(policy.allows_model_call("c-1", region="us", contains_pii=False)) is False


@pytest.mark.contract(refuse_token)
def test_a_token_that_nobody_signed_gives_no_decision(contract):
    async def unsigned():
        return Token("a.b.c", "Bearer", float("inf"))

    with pytest.raises(PolicyUnavailable, match="400"):
        run(Policy(contract.url, Keeper(unsigned)).allows_model_call("c-2", region="eu", contains_pii=False))


@pytest.mark.contract(log_in, start_run, run_state, features)
def test_the_features_of_a_claim_come_from_its_run(contract):
    pipeline = Pipeline(contract.url, "claims-assistant", "any")
    assert run(pipeline.features("c-1")) == Features(payouts=3, total=6000, largest=4000)
    assert contract.calls(log_in) == 1


@pytest.mark.contract(log_in, run_exists, run_state, features)
def test_a_run_that_is_there_already_is_as_good(contract):
    assert run(Pipeline(contract.url, "claims-assistant", "any").features("c-1")).payouts == 3


@pytest.mark.contract(refuse_login)
def test_a_wrong_password_is_told(contract):
    with pytest.raises(AuthRefused, match="login"):
        run(Pipeline(contract.url, "stranger", "wrong").features("c-1"))


@pytest.mark.contract(list_models)
def test_the_models_are_listed(contract):
    assert run(Gateway(contract.url + "/v1", "any", "tiny").models()) != []


@pytest.mark.contract(list_routes)
def test_the_routes_are_listed(contract):
    assert run(Gateway(contract.url + "/v1", "any", "tiny").models()) != []


@pytest.mark.contract(unknown_model)
def test_a_model_that_the_gateway_does_not_have_is_told(contract):
    with pytest.raises(AnswerUnavailable, match="400"):
        run(Gateway(contract.url + "/v1", "any", "nope").answer(QUESTION))


@pytest.mark.contract(calls_tool)
def test_the_model_may_ask_for_the_history_of_its_claim(contract):
    assert run(Gateway(contract.url + "/v1", "any", "tiny").wants_history("c-1", QUESTION)).history is True


@pytest.mark.contract(calls_tool)
def test_the_model_may_not_ask_for_the_history_of_another_claim(contract):
    with pytest.raises(AnswerUnavailable, match="may not have"):
        run(Gateway(contract.url + "/v1", "any", "tiny").wants_history("c-2", QUESTION))


@pytest.mark.contract(calls_no_tool)
def test_the_model_need_not_ask_for_anything(contract):
    assert run(Gateway(contract.url + "/v1", "any", "tiny").wants_history("c-1", QUESTION)).history is False


@pytest.mark.contract(answer)
def test_a_question_is_answered_in_a_stream(contract):
    assert run(Gateway(contract.url + "/v1", "any", "tiny").answer(QUESTION)) == Answer("Covered.", complete=True)


@pytest.mark.contract(answer_with_history)
def test_a_question_is_answered_with_the_history(contract):
    gateway = Gateway(contract.url + "/v1", "any", "tiny")
    assert run(gateway.answer(QUESTION, "3, 6000 cents in all")).complete


@pytest.mark.contract(open_thread, stop_for_person)
def test_a_person_is_asked_about_what_will_be_paid(contract):
    review = run(Reviews(contract.url).request("c-1", 900.0, "Covered."))
    assert (review.thread, review.content_hash) == (THREAD, HASH)


@pytest.mark.contract(take_decision)
def test_a_decision_comes_back_with_what_was_approved(contract):
    approval = run(Reviews(contract.url).decide(REVIEW, "approve", "bob"))
    assert (approval.decision, approval.decided_by, approval.content_hash) == ("approve", "bob", HASH)


@pytest.mark.contract(escalate)
def test_an_escalated_review_waits_again(contract):
    assert run(Reviews(contract.url).decide(REVIEW, "escalate", "ann")).decision == ""


@pytest.mark.contract(unknown_thread)
def test_a_review_that_nobody_opened_is_told(contract):
    with pytest.raises(ReviewUnavailable, match="404"):
        run(Reviews(contract.url).decide(REVIEW, "reject", "eve"))


@pytest.mark.contract(record_act)
def test_an_act_is_recorded(contract):
    trail = assistant({"broker": contract["broker"]}).audit
    trail.record("claim.decide", "c-1", "success")
    assert run(trail.drain()) == 1
    assert trail.waiting == 0


@pytest.mark.contract(refuse_stranger)
def test_a_stranger_records_nothing(contract):
    broker = Broker(contract.url, "stranger", "wrong", AuditUnavailable)
    body = {"specversion": "1.0"}
    with pytest.raises(AuditUnavailable, match="401"):
        run(broker.publish("claim.audit", "0f0c5ef2-8c2a-4b3c-9ba8", body, "application/cloudevents+json"))


DECIDING = [
    issue_token,
    allow_call,
    log_in,
    start_run,
    run_state,
    features,
    calls_tool,
    answer_with_history,
    record_act,
]


@pytest.mark.contract(*DECIDING)
def test_a_small_claim_is_answered(contract):
    told = run(assistant(contract).decide(SMALL))
    assert told == {"id": "c-1", "decision": "answered", "text": "Covered.", "complete": True}
    assert contract.calls(allow_call) == 3


@pytest.mark.contract(issue_token, deny_call, record_act)
def test_a_claim_that_the_policy_forbids_never_reaches_the_model(contract):
    told = run(assistant(contract).decide(replace(SMALL, region="us")))
    assert told == {"id": "c-1", "decision": "refused"}


@pytest.mark.contract(*DECIDING, open_thread, stop_for_person, take_decision, allow_payout, pay)
def test_a_large_claim_is_paid_once_however_often_a_person_approves(contract):
    async def flow():
        one = assistant(contract)
        told = await one.decide(LARGE)
        again = [one.decided(told["review"], "approve", "bob", told["content_hash"]) for _ in range(3)]
        return told, await asyncio.gather(*again)

    told, paid = run(flow())
    assert (told["decision"], told["review"], told["content_hash"]) == ("pending", THREAD, HASH)
    assert [one["decision"] for one in paid] == ["paid"] * 3
    assert len({one["payout"] for one in paid}) == 1
    assert contract.calls(pay) == 1


@pytest.mark.contract(*DECIDING, open_thread, stop_for_person)
def test_an_approval_of_something_else_executes_nothing(contract):
    async def flow():
        one = assistant(contract)
        told = await one.decide(LARGE)
        with pytest.raises(NotApproved, match="something else"):
            await one.decided(told["review"], "approve", "bob", "0" * 64)

    run(flow())


@pytest.mark.contract(*DECIDING, open_thread, stop_for_person, take_decision, allow_payout, pay, decided)
def test_a_reviewers_decision_arrives_at_the_service(contract):
    async def flow():
        app = create_app(settings(contract))
        await app.state.assistant.decide(LARGE)
        return await contract.deliver(decided, to=app)

    (told,) = run(flow())
    assert told.status == 200


@pytest.mark.contract(query_value)
def test_a_metric_has_a_value(contract):
    assert run(Metrics(contract.url).value("vector(1)")) == 1.0


@pytest.mark.contract(query_nothing)
def test_a_metric_that_nobody_has_is_none(contract):
    assert run(Metrics(contract.url).value("absent_metric_of_nobody")) is None


@pytest.mark.contract(refuse_query)
def test_a_malformed_query_is_our_mistake(contract):
    with pytest.raises(BadQuery, match="bad_data"):
        run(Metrics(contract.url).value("{"))


@pytest.mark.contract(fire_alert, list_alerts)
def test_an_alert_is_sent_and_listed(contract):
    async def flow():
        alerts = Alerts(contract.url)
        await alerts.fire({"alertname": "ClaimsAssistantCheck", "severity": "info"}, "a check")
        return await alerts.active("ClaimsAssistantCheck")

    assert run(flow()) != []


@pytest.mark.contract(refuse_filter)
def test_a_filter_that_is_none_is_told(contract):
    with pytest.raises(MonitoringUnavailable, match="400"):
        run(Alerts(contract.url).active('"'))


@pytest.mark.contract(silence_alert)
def test_an_alert_is_silenced(contract):
    start = datetime(2099, 1, 1, tzinfo=UTC)
    assert run(Alerts(contract.url).silence("ClaimsAssistantCheck", timedelta(hours=1), start, "maintenance"))


@pytest.mark.contract(export_spans)
def test_spans_are_exported(contract):
    telemetry = Telemetry(contract.url)
    with telemetry.span("decide", claim="c-1"):
        pass
    telemetry.close()
    assert telemetry.counts() == {"sent": 1, "failed": 0, "dropped": 0}
