"""May this be done? Asked of the policy service (Cerbos) before every model call and every payout."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from examples.claims_assistant.auth import Keeper
from examples.claims_assistant.errors import PolicyUnavailable
from examples.claims_assistant.http import Promised, Provider

PRINCIPAL = {"id": "claims-assistant", "roles": ["analyst"]}
ALLOW = "EFFECT_ALLOW"


class Resource(Promised):
    """What a result is about."""

    id: str
    kind: str


class Result(Promised):
    """The effect of each action."""

    resource: Resource
    actions: dict[str, str]


class Decision(Promised):
    """CheckResources' reply: one result, of the one resource that was asked about."""

    results: list[Result] = Field(min_length=1, max_length=1)


class Policy:
    """Cerbos' check API, as who holds one of `tokens`. Anything but a clear yes to every action is a no."""

    def __init__(self, base: str, tokens: Keeper) -> None:
        self._provider = Provider(base, PolicyUnavailable, deadline=6.0)
        self._tokens = tokens

    async def allows_model_call(self, claim_id: str, *, region: str, contains_pii: bool) -> bool:
        """Whether the claim may be read and its text may go to the model."""
        attributes = {"region": region, "contains_pii": contains_pii}
        return await self._allows("model_call", claim_id, attributes, ["invoke", "read"])

    async def allows_payout(self, claim_id: str, *, amount: float, approved_by: str) -> bool:
        """Whether so much may be paid on that person's word."""
        attributes = {"amount": amount, "approved_by": approved_by}
        return await self._allows("payout", claim_id, attributes, ["execute"])

    async def _allows(self, kind: str, name: str, attributes: dict[str, Any], actions: list[str]) -> bool:
        body = {
            "principal": PRINCIPAL,
            "resources": [{"actions": actions, "resource": {"kind": kind, "id": name, "attr": attributes}}],
        }
        path = "/api/check/resources"
        response = await self._tokens.authorized(
            lambda token: self._provider.send(
                "POST", path, again=True, json={**body, "auxData": {"jwt": {"token": token}}}
            )
        )
        result = self._provider.read(response, Decision).results[0]
        if (result.resource.kind, result.resource.id) != (kind, name):
            raise PolicyUnavailable("the decision is about something else")
        if missing := [action for action in actions if action not in result.actions]:
            raise PolicyUnavailable(f"no decision on {', '.join(missing)}")
        return all(result.actions[action] == ALLOW for action in actions)
