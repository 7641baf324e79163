"""The policy service's states (Cerbos): policies put and taken away by its Admin API, and tokens it can check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from examples.states.identity import a_signed_token
from examples.states.service import Service, fresh, setting

cerbos = Service("CERBOS_URL", auth=lambda: (setting("CERBOS_ADMIN_USER"), setting("CERBOS_ADMIN_PASSWORD")))
USUAL = "resource.model_call.vdefault"


def the_usual_policies() -> dict[str, str]:
    """Those the service starts with."""
    listed = cerbos.call("GET", "/admin/policies")["policyIds"]
    if USUAL not in listed:
        raise RuntimeError(f"Cerbos has no policy {USUAL}, only {', '.join(listed)}")
    return {"policy": USUAL}


def a_suspended_principal(resource: str = "model_call") -> Iterator[dict[str, str]]:
    """A principal of its own, to whom a policy forbids everything, whatever the resource's policy says."""
    principal = fresh("suspended")
    rules = [{"resource": resource, "actions": [{"action": "*", "effect": "EFFECT_DENY"}]}]
    _put({"principalPolicy": {"principal": principal, "version": "default", "rules": rules}})
    yield {"principal": principal}
    _remove(f"principal.{_plain(principal)}.vdefault")


def allowed(action: str, kind: str, roles: list[str]) -> Iterator[dict[str, str]]:
    """The action on the kind of resource is allowed to the roles: a policy of its own, unless there is one."""
    policy = f"resource.{_plain(kind)}.vdefault"
    if policy in cerbos.call("GET", "/admin/policies")["policyIds"]:
        yield {"policy": policy}
        return
    rules = [{"actions": [action], "effect": "EFFECT_ALLOW", "roles": roles}]
    _put({"resourcePolicy": {"resource": kind, "version": "default", "rules": rules}})
    yield {"policy": policy}
    _remove(policy)


def _put(policy: dict[str, Any]) -> None:
    cerbos.call("POST", "/admin/policy", json={"policies": [{"apiVersion": "api.cerbos.dev/v1", **policy}]})


def _plain(name: str) -> str:
    """A name as Cerbos writes it in a policy's id."""
    return re.sub(r"[^\w.]", "_", name)


def _remove(policy: str) -> None:
    # Cerbos only disables it; to put it again enables it again.
    told = cerbos.call("DELETE", "/admin/policy", params={"id": policy})
    if told.get("disabledPolicies") != 1:
        raise RuntimeError(f"Cerbos knows no policy {policy}: {told}")


_TABLE = {
    "the usual policies hold": the_usual_policies,
    "the principal may do nothing": a_suspended_principal,
    "a signed token exists": a_signed_token,
}
_ALLOWS = re.compile(r"(?P<which>a|no) policy allows (?P<action>\S+) of (?P<kind>\S+) to (?P<roles>.+)")


def states(state: str) -> Any:
    """Brings a state about: one of the table, or such as "a policy allows view of claim to adjuster"."""
    if state in _TABLE:
        return _TABLE[state]()  # type: ignore[operator]
    if not (found := _ALLOWS.fullmatch(state)):
        raise LookupError(
            f"no state {state!r}; there are: {', '.join(_TABLE)}, a policy allows ACTION of KIND to ROLE"
        )
    if found["which"] == "no":
        return {}
    return allowed(found["action"], found["kind"], re.split(r", | and | or ", found["roles"]))
