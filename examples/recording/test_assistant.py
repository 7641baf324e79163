"""The assistant's own clients in a test suite: recorded once with `--integtest-record=once`, replayed from then on.

Each test is skipped where the service neither runs nor was recorded: `RECORDED` names those that were."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from examples.claims_assistant.auth import IdentityClient
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.data_pipeline import Pipeline
from examples.claims_assistant.errors import AuthRefused, BadQuery, FeaturesUnavailable
from examples.claims_assistant.human_review import Reviews
from examples.claims_assistant.model_gateway import Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics

Test = Callable[[], None]
FOLDER = os.environ.get("RECORDING_FOLDER", "recordings")


def on(service: str) -> Callable[[Test], Test]:
    """A test of this service, on its cassette."""

    def marked(test: Test) -> Test:
        there = service in os.environ.get("RECORDED", "").split()
        test = pytest.mark.skipif(not there, reason=f"{service} does not run")(test)
        return pytest.mark.cassette(f"{FOLDER}/{service}/pytest-{test.__name__}.yaml", loopback=True)(test)

    return marked


def url(service: str) -> str:
    return os.environ[f"{service.upper()}_URL"]


@on("oidc")
def test_a_token_is_issued_checked_and_revoked() -> None:
    client = IdentityClient(url("oidc"), os.environ["OIDC_CLIENT_ID"], os.environ["OIDC_CLIENT_SECRET"])
    token = client.token()
    assert token.token_type == "Bearer"
    assert client.is_active(token.access_token)
    client.revoke(token.access_token)


@on("oidc")
def test_a_wrong_secret_is_refused() -> None:
    with pytest.raises(AuthRefused):
        IdentityClient(url("oidc"), os.environ["OIDC_CLIENT_ID"], "not-the-secret-at-all").token()


@on("cerbos")
def test_a_model_call_is_decided() -> None:
    policy = Policy(url("cerbos"))
    assert isinstance(policy.allows_model_call("c1", region="eu", contains_pii=False), bool)


@on("airflow")
def test_a_run_that_is_not_there_has_no_features() -> None:
    pipeline = Pipeline(url("airflow"), lambda: os.environ["AIRFLOW_TOKEN"], os.environ["AIRFLOW_DAG"])
    with pytest.raises(FeaturesUnavailable):
        pipeline.state("no-such-run")


@on("langgraph")
def test_a_person_decides() -> None:
    reviews = Reviews(url("langgraph"), os.environ["LANGGRAPH_GRAPH"])
    thread = reviews.request(900.0)
    assert reviews.decide(thread, "approve") == "approve"


@on("litellm")
def test_the_gateway_answers() -> None:
    gateway = Gateway(f"{url('litellm')}/v1", os.environ["LITELLM_KEY"], os.environ["LITELLM_MODEL"])
    assert os.environ["LITELLM_MODEL"] in gateway.models()
    assert gateway.ask("Is the claim covered?").total_tokens > 0


@on("llama")
def test_the_model_answers() -> None:
    assert Gateway(f"{url('llama')}/v1", "", "tiny").ask("Is the claim covered?").total_tokens > 0


@on("prometheus")
def test_a_metric_is_read_and_a_bad_query_is_ours() -> None:
    metrics = Metrics(url("prometheus"))
    assert metrics.value("vector(7)") == 7.0
    with pytest.raises(BadQuery):
        metrics.value("up{")


@on("alertmanager")
def test_alerts_are_listed() -> None:
    assert Alerts(url("alertmanager")).active("NoSuchAlert") == []
