"""What the claims assistant asks of Cerbos."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, create_model

from integtest import POST, Contract, Reply, from_state

compliance = Contract(consumer="claims-assistant", provider="compliance", kind="compliance", env="CERBOS_URL")
PRINCIPAL = {"id": "claims-assistant", "roles": ["analyst"]}
INSIDE = {"region": "eu", "contains_pii": False}


def question(action: str, attributes: dict[str, Any], **more: Any) -> Any:
    resource = {"kind": "model_call", "id": "c1", "attr": attributes}
    body = {"requestId": "r1", "principal": PRINCIPAL, "resources": [{"actions": [action], "resource": resource}]}
    return POST("/api/check/resources", json={**body, **more})


def answer(action: str, effect: str) -> type[BaseModel]:
    actions = create_model("Actions", **{action: (Literal[effect], ...)})
    result = create_model("Result", actions=(actions, ...))
    return create_model("Decision", requestId=(Literal["r1"], ...), results=(list[result], ...))


class Refusal(BaseModel):
    code: Literal[3]
    message: str


compliance.http(
    "allows a model call inside the region without personal data",
    given="the usual policies hold",
    request=question("invoke", INSIDE),
    reply=Reply(200, answer("invoke", "EFFECT_ALLOW")),
)
compliance.http(
    "denies a model call outside the region",
    given="the usual policies hold",
    request=question("invoke", {**INSIDE, "region": "us"}),
    reply=Reply(200, answer("invoke", "EFFECT_DENY")),
)
compliance.http(
    "denies every model call of a principal that may do nothing",
    given="the principal may do nothing",
    request=question(
        "invoke", INSIDE, principal={"id": from_state("principal", example="suspended-1"), "roles": ["analyst"]}
    ),
    reply=Reply(200, answer("invoke", "EFFECT_DENY")),
)
compliance.http(
    "lets a client read that shows a token of the identity provider",
    given="a signed token exists",
    request=question(
        "read", INSIDE, auxData={"jwt": {"token": from_state("token", example="e.y.J"), "keySetId": "oidc"}}
    ),
    reply=Reply(200, answer("read", "EFFECT_ALLOW")),
)
compliance.http(
    "refuses a token that nobody signed",
    request=question("read", INSIDE, auxData={"jwt": {"token": "a.b.c", "keySetId": "oidc"}}),
    reply=Reply(400, Refusal),
)
compliance.http(
    "allows what a policy allows",
    given="a policy allows view of dossier to adjuster and auditor",
    request=POST(
        "/api/check/resources",
        json={
            "requestId": "r1",
            "principal": {"id": "bob", "roles": ["auditor"]},
            "resources": [{"actions": ["view"], "resource": {"kind": "dossier", "id": "d1"}}],
        },
    ),
    reply=Reply(200, answer("view", "EFFECT_ALLOW")),
)
