"""Cerbos: may this principal do that with this resource.

What a consumer relies on: for each action that it asks about, one effect under the action's own name; everything
but EFFECT_ALLOW is a no, and so is an answer that does not come. Let a decision guard what it decides on:
`packs.cerbos.allow(policy, guards=[answer])`.

Sources: Cerbos' API (CheckResources) as its OpenAPI document has it; google.rpc.Code for the `code` of errors.

Deviations, by argument: `path=` behind a gateway, `attr=` and `token=` as the policies read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from pydantic import BaseModel, Field, create_model

from integtest.authoring.contract import Contract
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import RETRIED, Choice, Options, promise

__all__ = [
    "CheckResult",
    "Resource",
    "Result",
    "Status",
    "allow",
    "bad_request",
    "bad_token",
    "check",
    "deny",
    "unavailable",
]

Effect = Literal["EFFECT_ALLOW", "EFFECT_DENY"]
PATH = "/api/check/resources"
MALFORMED = "not-a-jwt"


class Resource(BaseModel):
    """Which resource a result is about."""

    id: str = Field(min_length=1, examples=["XX125"])
    kind: str = Field(min_length=1, examples=["album:object"])
    policyVersion: str | None = None  # noqa: N815 - the API's own name
    scope: str | None = None


class Result(BaseModel):
    """The effect of each action on one resource."""

    resource: Resource
    actions: dict[str, Effect] = Field(min_length=1, examples=[{"view": "EFFECT_ALLOW"}])


class CheckResult(BaseModel):
    """The answer to a check: one result for each resource asked about, in order."""

    requestId: str | None = None  # noqa: N815
    cerbosCallId: str | None = None  # noqa: N815
    results: list[Result] = Field(min_length=1)


class Status(BaseModel):
    """google.rpc.Status: `code` 3 is INVALID_ARGUMENT, 14 UNAVAILABLE."""

    code: int = Field(ge=1, le=16, examples=[3])
    message: str


class InvalidArgument(Status):
    """The request, or the token in it, cannot be read."""

    code: Literal[3]


class Unavailable(Status):
    """The service cannot decide now."""

    code: Literal[14]


def allow(
    contract: Contract,
    *,
    path: str = PATH,
    principal: str = "alice",
    roles: Sequence[str] = ("user",),
    kind: str = "claim",
    resource: str = "c-1",
    action: str = "view",
    attr: Mapping[str, Any] | None = None,
    token: str | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Allows one action on one resource. `attr` are the resource's attributes, `token` a JWT for the policies.

    Source: Cerbos API, CheckResources (POST /api/check/resources).
    """
    request = _asked(path, principal, roles, kind, resource, [action], attr, token)
    reply = Reply(200, _decided({action: "EFFECT_ALLOW"}))
    choice = _choice(f"a policy allows {action} of {kind} to {_listed(roles)}")
    return promise(contract, f"allows {action} of {kind}", request, reply, options, choice)


def deny(
    contract: Contract,
    *,
    path: str = PATH,
    principal: str = "mallory",
    roles: Sequence[str] = ("guest",),
    kind: str = "claim",
    resource: str = "c-1",
    action: str = "view",
    attr: Mapping[str, Any] | None = None,
    token: str | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Denies one action on one resource: with 200, and the effect in the body. What no policy names is denied too.

    Source: Cerbos API, CheckResources (POST /api/check/resources).
    """
    request = _asked(path, principal, roles, kind, resource, [action], attr, token)
    reply = Reply(200, _decided({action: "EFFECT_DENY"}))
    choice = _choice(f"no policy allows {action} of {kind} to {_listed(roles)}")
    return promise(contract, f"denies {action} of {kind}", request, reply, options, choice)


def check(
    contract: Contract,
    *,
    path: str = PATH,
    principal: str = "alice",
    roles: Sequence[str] = ("user",),
    kind: str = "claim",
    resource: str = "c-1",
    effects: Mapping[str, Effect] | None = None,
    attr: Mapping[str, Any] | None = None,
    token: str | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Decides on several actions at once, each with an effect of its own. `effects` are those to expect.

    Source: Cerbos API, CheckResources (POST /api/check/resources).
    """
    told = effects or {"view": "EFFECT_ALLOW", "approve": "EFFECT_DENY"}
    request = _asked(path, principal, roles, kind, resource, list(told), attr, token)
    choice = _choice(f"policies of {kind} for {_listed(roles)} exist")
    return promise(contract, f"decides on actions of {kind}", request, Reply(200, _decided(told)), options, choice)


def bad_token(
    contract: Contract, *, path: str = PATH, token: str = MALFORMED, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses a check whose JWT cannot be verified: 400 and code 3, no decision.

    Source: Cerbos API, CheckResources, `auxData.jwt`; google.rpc.Code 3 (INVALID_ARGUMENT) as HTTP 400.
    """
    request = _asked(path, "alice", ("user",), "claim", "c-1", ["view"], None, token)
    return _refuses(contract, "refuses a token it cannot verify", request, InvalidArgument, options)


def bad_request(contract: Contract, *, path: str = PATH, **options: Unpack[Options]) -> HttpInteraction:
    """Refuses a check of no resource: 400 and code 3.

    Source: Cerbos API, CheckResources (`resources` has at least one item); google.rpc.Code 3 as HTTP 400.
    """
    request = POST(path, json={"principal": {"id": "alice", "roles": ["user"]}, "resources": []})
    return _refuses(contract, "refuses a check of nothing", request, InvalidArgument, options)


def unavailable(contract: Contract, *, path: str = PATH, **options: Unpack[Options]) -> HttpInteraction:
    """Cannot decide now: 503 and code 14. A consumer that goes on without a decision is open.

    Source: google.rpc.Code 14 (UNAVAILABLE) as HTTP 503.
    """
    request = _asked(path, "alice", ("user",), "claim", "c-1", ["view"], None, None)
    choice: Choice = {"given": "policies cannot be read", "repeatable": True}
    return promise(contract, "cannot decide for a while", request, Reply(503, Unavailable), options, choice)


def _asked(
    path: str,
    principal: str,
    roles: Sequence[str],
    kind: str,
    resource: str,
    actions: Sequence[str],
    attr: Mapping[str, Any] | None,
    token: str | None,
) -> Draft:
    about: dict[str, Any] = {"kind": kind, "id": resource}
    if attr:
        about["attr"] = dict(attr)
    body: dict[str, Any] = {
        "principal": {"id": principal, "roles": list(roles)},
        "resources": [{"actions": list(actions), "resource": about}],
    }
    if token:
        body["auxData"] = {"jwt": {"token": token}}
    return POST(path, json=body)


def _decided(effects: Mapping[str, Effect]) -> type[BaseModel]:
    """An answer for exactly one resource that has each of these actions with its effect."""
    fields: dict[str, Any] = {
        f"action_{index}": (Literal[effect], Field(alias=action))
        for index, (action, effect) in enumerate(effects.items())
    }
    actions = create_model("Actions", **fields)
    result = create_model("Decision", __base__=Result, actions=(actions, ...))
    return create_model("Decided", __base__=CheckResult, results=(list[result], Field(min_length=1, max_length=1)))


def _choice(given: str) -> Choice:
    return {"given": given, "budget": Budget(p95="50ms"), "failing": RETRIED, "repeatable": True}


def _refuses(
    contract: Contract, description: str, request: Draft, model: type[Status], options: Options
) -> HttpInteraction:
    return promise(contract, description, request, Reply(400, model), options, {"repeatable": True})


def _listed(roles: Sequence[str]) -> str:
    return " and ".join(roles)
