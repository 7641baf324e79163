"""Compliance: Cerbos decides before every model call and payout, and the audit trail is told of each act."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from contracts.human_review import PUBLISH, Routed, pay, publisher
from contracts.model_gateway import answer, answer_with_history, calls_no_tool, calls_tool
from integtest import POST, Budget, Contract, Failing, Reply, State, basic, from_state, packs

policy = Contract(consumer="claims-assistant", provider="policy", kind="compliance", env="CERBOS_URL")
broker = Contract(consumer="claims-assistant", provider="broker", kind="messages", env="RABBITMQ_URL")

ERRORS = "examples.claims_assistant.errors"
INSIDE = {"region": "eu", "contains_pii": False}
MODEL_CALLS = [calls_tool, calls_no_tool, answer, answer_with_history]
failing = Failing(
    raises=tuple(f"{ERRORS}:{name}" for name in ("PolicyUnavailable", "AuthUnavailable", "AuthRefused")),
    within="60s",
    calls=9,
)
"""For a claim, which asks three times, with three tries each; the client's own tests are stricter."""
who: dict[str, Any] = {"principal": "claims-assistant", "roles": ["analyst"], "resource": "c-1"}
held = {
    "token": from_state("token", example="eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl"),
    "given": "a signed token exists",
    "failing": failing,
    "budget": Budget(p95="2s"),
}


def decided(kind: str, **effects: str) -> type[BaseModel]:
    """One result, about this resource, with an effect for each action."""
    actions = create_model("Actions", **{action: (Literal[effect], ...) for action, effect in effects.items()})
    about = create_model("About", kind=(Literal[kind], ...), id=(Literal["c-1"], ...))
    result = create_model("Result", resource=(about, ...), actions=(actions, ...))
    return create_model("Decision", results=(list[result], Field(min_length=1, max_length=1)))


allow_call = packs.cerbos.check(
    policy,
    **who,
    **held,
    kind="model_call",
    attr=INSIDE,
    effects={"invoke": "EFFECT_ALLOW", "read": "EFFECT_ALLOW"},
    body=decided("model_call", invoke="EFFECT_ALLOW", read="EFFECT_ALLOW"),
    description="allows a model call inside the region without personal data",
    guards=MODEL_CALLS,
)

deny_call = packs.cerbos.check(
    policy,
    **who,
    **held,
    kind="model_call",
    attr={**INSIDE, "region": "us"},
    effects={"invoke": "EFFECT_DENY", "read": "EFFECT_ALLOW"},
    body=decided("model_call", invoke="EFFECT_DENY", read="EFFECT_ALLOW"),
    description="denies a model call outside of the region",
    guards=MODEL_CALLS,
)

allow_payout = packs.cerbos.check(
    policy,
    **who,
    **held,
    kind="payout",
    attr={"amount": 900.0, "approved_by": "bob"},
    effects={"execute": "EFFECT_ALLOW"},
    body=decided("payout", execute="EFFECT_ALLOW"),
    description="allows a payout that a person approved",
    guards=[pay],
)


class Unreadable(BaseModel):
    """google.rpc.Status: INVALID_ARGUMENT."""

    code: Literal[3]
    message: str


refuse_token = policy.http(
    "refuses a token that nobody signed",
    request=POST(
        "/api/check/resources",
        json={
            "principal": {"id": "claims-assistant", "roles": ["analyst"]},
            "resources": [
                {"actions": ["invoke", "read"], "resource": {"kind": "model_call", "id": "c-2", "attr": INSIDE}}
            ],
            "auxData": {"jwt": {"token": "a.b.c"}},
        },
    ),
    reply=Reply(400, Unreadable),
    repeatable=True,
    failing=failing,
)


class Event(BaseModel):
    """A CloudEvent by its id: what was sent twice is recorded once."""

    message_id: str = Field(min_length=16, examples=["0f0c5ef2-8c2a-4b3c-9ba8-2ea33b3c50c8"])
    content_type: Literal["application/cloudevents+json"]
    delivery_mode: Literal[2]


class Record(BaseModel):
    """RabbitMQ's management API: a message with its properties."""

    properties: Event
    routing_key: Literal["claim.audit"]
    payload: str = Field(
        pattern='"specversion": "1.0"', examples=['{"specversion": "1.0", "type": "audit.action"}']
    )
    payload_encoding: Literal["string"]


class Refused(BaseModel):
    """RabbitMQ's error."""

    error: str = Field(min_length=1)
    reason: str


audit_failing = Failing(raises=f"{ERRORS}:AuditUnavailable", within="10s", calls=3)

record_act = broker.http(
    "records an audit event",
    given=State("queue audit exists", queue="contract-audit"),
    request=POST(PUBLISH, json=Record, auth=publisher),
    reply=Reply(200, Routed),
    once="$.properties.message_id",
    repeatable=True,
    failing=audit_failing,
)

refuse_stranger = broker.http(
    "takes no audit event from a stranger",
    request=POST(PUBLISH, json=Record, auth=basic(user="stranger", password="wrong")),
    reply=Reply(401, Refused),
    repeatable=True,
    failing=audit_failing,
)
