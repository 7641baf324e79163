"""One claim, decided once, with the providers that the environment names: for `integtest break --run`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from examples.claims_assistant.assistant import Assistant, Claim
from examples.claims_assistant.settings import Settings

SMALL = Claim("c-1", "Is a broken window covered?", 90.0, "eu", contains_pii=False)
LARGE = replace(SMALL, amount=900.0)


async def small() -> dict[str, Any]:
    """A claim that is answered at once."""
    return await _decided(SMALL)


async def large() -> dict[str, Any]:
    """A claim that a person decides."""
    return await _decided(LARGE)


def says_so(told: dict[str, Any]) -> bool:
    """Whether a result says that not all went as usual: the policy's no stands, the answer is not whole and goes
    to a person, or an audit event waits in the spool."""
    return told["decision"] == "refused" or not told["complete"] or told["audit_waiting"] > 0


async def _decided(claim: Claim) -> dict[str, Any]:
    """The decision, as the service tells it, and how many audit events wait for their sink; without spans, which go
    out beside it in their own time."""
    assistant = Assistant(replace(Settings.from_env(), telemetry_url=""))
    told = await assistant.decide(claim)
    return {**told, "audit_waiting": assistant.audit.waiting}
