"""The claims assistant keeps its side of its contracts; a run of these writes contracts/pacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.auth import (
    discover,
    introspect_unknown,
    issue_token,
    refuse_client,
    revoke_token,
)
from contracts.model_gateway import answer, list_models
from contracts.monitoring import (
    fire_alert,
    list_alerts,
    query_nothing,
    query_value,
    refuse_query,
    silence_alert,
)
from examples.claims_assistant.auth import IdentityClient
from examples.claims_assistant.errors import AuthRefused, BadQuery
from examples.claims_assistant.model_gateway import Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics


def identity(contract, secret: str = "any") -> IdentityClient:
    return IdentityClient(contract.url, "claims-assistant", secret)


@pytest.mark.contract(issue_token)
def test_a_token_is_asked_for_once_and_used_while_it_is_good(contract):
    client = identity(contract)
    assert client.token().token_type == "Bearer"
    assert client.token() == client.token()
    assert contract.calls(issue_token) == 1


@pytest.mark.contract(refuse_client)
def test_a_wrong_secret_is_refused_by_name(contract):
    with pytest.raises(AuthRefused, match="invalid_client"):
        identity(contract, "wrong").token()


@pytest.mark.contract(introspect_unknown)
def test_an_unknown_token_is_not_active(contract):
    assert identity(contract).is_active("unknown") is False


@pytest.mark.contract(revoke_token)
def test_revoking_an_unknown_token_is_no_error(contract):
    identity(contract).revoke("unknown")


@pytest.mark.contract(discover)
def test_the_endpoints_are_found_by_discovery(contract):
    assert identity(contract).endpoints().token_endpoint.endswith("/token")


@pytest.mark.contract(query_value)
def test_a_metric_has_a_value(contract):
    assert Metrics(contract.url).value("vector(1)") == 1.0


@pytest.mark.contract(query_nothing)
def test_a_metric_that_nobody_has_is_none(contract):
    assert Metrics(contract.url).value("absent_metric_of_nobody") is None


@pytest.mark.contract(refuse_query)
def test_a_malformed_query_is_our_mistake(contract):
    with pytest.raises(BadQuery, match="bad_data"):
        Metrics(contract.url).value("{")


@pytest.mark.contract(fire_alert, list_alerts)
def test_an_alert_is_sent_and_listed(contract):
    alerts = Alerts(contract.url)
    alerts.fire({"alertname": "ClaimsAssistantCheck", "severity": "info"}, "a check")
    assert alerts.active("ClaimsAssistantCheck") != []


@pytest.mark.contract(silence_alert)
def test_an_alert_is_silenced(contract):
    start = datetime(2099, 1, 1, tzinfo=UTC)
    assert Alerts(contract.url).silence("ClaimsAssistantCheck", timedelta(hours=1), start, "maintenance")


@pytest.mark.contract(list_models)
def test_the_models_are_listed(contract):
    assert Gateway(contract.url, "", "tiny").models() == ["tiny"]


@pytest.mark.contract(answer)
def test_a_question_is_answered(contract):
    said = Gateway(contract.url, "", "tiny").ask("Is a broken window covered?", max_tokens=8)
    assert said.text == "Paid."
    assert said.complete
