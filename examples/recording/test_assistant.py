"""The assistant's own clients in a test suite: recorded once with `--integtest-record=once`, replayed from then on.

Each test is skipped where the service neither runs nor was recorded: `RECORDED` names those that were."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from examples.claims_assistant.auth import IdentityClient, Keeper, Token
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.data_pipeline import Pipeline
from examples.claims_assistant.errors import AuthRefused, BadQuery, PolicyUnavailable
from examples.claims_assistant.human_review import Reviews
from examples.claims_assistant.model_gateway import Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics

Result = TypeVar("Result")
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


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


@on("oidc")
def test_a_token_is_issued_checked_and_revoked() -> None:
    async def flow() -> None:
        client = IdentityClient(url("oidc"), os.environ["OIDC_CLIENT_ID"], os.environ["OIDC_CLIENT_SECRET"])
        token = await client.token()
        assert token.token_type == "Bearer"
        assert await client.is_active(token.access_token)
        await client.revoke(token.access_token)

    run(flow())


@on("oidc")
def test_a_wrong_secret_is_refused() -> None:
    with pytest.raises(AuthRefused):
        run(IdentityClient(url("oidc"), os.environ["OIDC_CLIENT_ID"], "not-the-secret-at-all").token())


@on("cerbos")
def test_a_model_call_is_not_decided_for_who_has_no_token() -> None:
    async def unsigned() -> Token:
        return Token("a.b.c", "Bearer", float("inf"))

    with pytest.raises(PolicyUnavailable):
        run(Policy(url("cerbos"), Keeper(unsigned)).allows_model_call("c1", region="eu", contains_pii=False))


@on("airflow")
def test_who_has_the_wrong_password_has_no_features() -> None:
    with pytest.raises(AuthRefused):
        run(Pipeline(url("airflow"), "nobody", "not-the-password-at-all").features("no-such-claim"))


@on("langgraph")
def test_a_person_decides() -> None:
    async def flow() -> str:
        reviews = Reviews(url("langgraph"))
        now = datetime(2030, 1, 1, tzinfo=UTC)
        review = await reviews.request("recorded", 900.0, "Covered.", now)
        return (await reviews.decide(review, "approve", "bob")).decision

    assert run(flow()) == "approve"


@on("litellm")
def test_the_gateway_answers() -> None:
    async def flow() -> str:
        gateway = Gateway(f"{url('litellm')}/v1", os.environ["LITELLM_KEY"], os.environ["LITELLM_MODEL"])
        assert os.environ["LITELLM_MODEL"] in await gateway.models()
        return (await gateway.answer("Is the claim covered?")).text

    assert run(flow())


@on("llama")
def test_the_model_answers() -> None:
    assert run(Gateway(f"{url('llama')}/v1", "", "tiny").answer("Is the claim covered?")).text


@on("prometheus")
def test_a_metric_is_read_and_a_bad_query_is_ours() -> None:
    metrics = Metrics(url("prometheus"))
    assert run(metrics.value("vector(7)")) == 7.0
    with pytest.raises(BadQuery):
        run(metrics.value("up{"))


@on("alertmanager")
def test_alerts_are_listed() -> None:
    assert run(Alerts(url("alertmanager")).active("NoSuchAlert")) == []
