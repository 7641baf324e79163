"""May this claim's data go to the model? Asked of the policy service before every model call."""

from __future__ import annotations

from examples.claims_assistant.errors import PolicyUnavailable
from examples.claims_assistant.http import Provider


class Policy:
    """Cerbos' check API. Anything but a clear yes is a no."""

    def __init__(self, base: str) -> None:
        self._provider = Provider(base, PolicyUnavailable)

    def allows_model_call(self, claim_id: str, *, region: str, contains_pii: bool) -> bool:
        """True only when the policy names the action and allows it."""
        resource = {
            "kind": "model_call",
            "id": claim_id,
            "attr": {"region": region, "contains_pii": contains_pii},
        }
        body = {
            "requestId": claim_id,
            "principal": {"id": "claims-assistant", "roles": ["analyst"]},
            "resources": [{"actions": ["invoke"], "resource": resource}],
        }
        response = self._provider.send("POST", "/api/check/resources", json=body)
        if response.status_code != 200:
            raise PolicyUnavailable(f"status {response.status_code}")
        try:
            return bool(self._provider.json(response)["results"][0]["actions"]["invoke"] == "EFFECT_ALLOW")
        except (KeyError, IndexError, TypeError) as error:
            raise PolicyUnavailable("the reply holds no decision") from error
