"""The authoring example of the design runs as written."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, Field

from integtest import GET, POST, Budget, Contract, Reply, Stream, basic, env, from_state

identity = Contract(consumer="claims-assistant", provider="identity", kind="auth", env="IDENTITY_URL")
gateway = Contract(consumer="claims-assistant", provider="gateway", base="/v1")
compliance = Contract(consumer="claims-assistant", provider="compliance")
payments = Contract(consumer="claims-assistant", provider="payments")
review = Contract(consumer="claims-assistant", provider="review")


class Token(BaseModel):
    access_token: str = Field(min_length=1, examples=["2YotnFZFEjr1zCsicMWpAA"])
    token_type: Literal["Bearer"]
    expires_in: int = Field(gt=0, examples=[3600])
    scope: str | None = None


class Chunk(BaseModel):
    text: str


class Usage(BaseModel):
    tokens: int


class Refund(BaseModel):
    idempotency_key: str
    amount: int = Field(gt=0)


class Decided(BaseModel):
    thread: str
    verdict: Literal["approved", "refused"]


issue_token = identity.http(
    "issues a token for client credentials",
    given="a confidential client exists",
    request=POST(
        "/token",
        form={"grant_type": "client_credentials"},
        auth=basic(user=env("CLIENT_ID"), password=env("CLIENT_SECRET")),
    ),
    reply=Reply(200, Token),
    budget=Budget(p95="300ms"),
)
answer = gateway.stream(
    "answers in a stream",
    request=POST("/chat/completions", json={"model": "small"}),
    reply=Stream(200, frames=Chunk, end="[DONE]", optional=[Usage]),
)
decide = compliance.http("allows the model call", request=GET("/allow"), reply=Reply(200), guards=[answer])
refund = payments.http(
    "executes an approved refund",
    request=POST("/refunds", json=Refund),
    reply=Reply(201),
    once="$.idempotency_key",
)
decided = review.incoming("a reviewer decides", request=POST("/hooks/review", json=Decided))
thread = review.http(
    "reads the thread",
    given="a thread exists",
    request=GET("/threads/{id}", path={"id": from_state("id", example="t1")}),
    reply=Reply(200),
)


def test_the_reply_is_a_model_with_its_rules_schema_and_what_pact_cannot_say() -> None:
    reply = issue_token.response
    assert (
        reply.body.content == b'{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600}'
    )
    assert {path: [m.match for m in rules.matchers] for path, rules in reply.rules.body.items()} == {
        "$.access_token": ["type", "notEmpty"],
        "$.token_type": ["equality"],
        "$.expires_in": ["integer"],
    }
    assert [(w.part, w.path) for w in issue_token.weaker] == [
        ("response", "$.expires_in"),
        ("response", "$.scope"),
    ]
    assert reply.json_schema is not None
    assert reply.json_schema["required"] == ["access_token", "token_type", "expires_in"]


def test_the_request_is_a_form_with_basic_credentials_by_name() -> None:
    request = issue_token.request
    assert (request.method, request.path, request.body.content) == (
        "POST",
        "/token",
        b"grant_type=client_credentials",
    )
    (secret,) = issue_token.secrets
    assert (secret.part, secret.name, secret.encoding) == ("header", "Authorization", "basic")
    assert secret.variables == {"user": "CLIENT_ID", "password": "CLIENT_SECRET"}


def test_states_budgets_guards_and_once_only_effects_are_data() -> None:
    assert [state.name for state in issue_token.states] == ["a confidential client exists"]
    assert issue_token.budget is not None
    assert issue_token.budget.p95 == pytest.approx(0.3)
    assert [(ref.provider, ref.description) for ref in decide.guards] == [("gateway", "answers in a stream")]
    assert refund.once == "$.idempotency_key"


def test_paths_hold_the_base_and_values_of_provider_states() -> None:
    assert answer.request.path == "/v1/chat/completions"
    assert thread.request.path == "/threads/t1"
    assert thread.request.generators.path is not None
    assert thread.request.generators.path.args["expression"] == "/threads/${id}"


def test_an_incoming_request_is_a_message_with_its_delivery() -> None:
    assert decided.delivery is not None
    assert (decided.delivery.method, decided.delivery.path) == ("POST", "/hooks/review")
    assert decided.message.body.content == b'{"thread":"string","verdict":"approved"}'


def test_a_stream_is_its_events_its_end_and_what_may_come_between() -> None:
    stream = answer.response.stream
    assert stream is not None
    assert [event.label for event in stream.events] == ["Chunk"]
    assert stream.end is not None
    assert stream.end.example == "[DONE]"
    assert [event.label for event in stream.optional] == ["Usage"]


def test_each_interaction_knows_its_file_and_line() -> None:
    assert issue_token.place.file == __file__
    assert issue_token.place.line is not None
    with open(__file__) as source:
        assert source.read().splitlines()[issue_token.place.line - 1].startswith("issue_token = identity.http(")
