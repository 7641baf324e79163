"""One claim, decided once, with the providers that the environment names: for `integtest break --run`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from examples.claims_assistant.assistant import Assistant, Claim
from examples.claims_assistant.settings import Settings

CLAIM = Claim("c-1", "Is a broken window covered?", 900.0, "eu", contains_pii=False)


async def decide() -> dict[str, Any]:
    """The decision, as the service tells it; without spans, which go out beside it in their own time."""
    return await Assistant(replace(Settings.from_env(), telemetry_url="")).decide(CLAIM)
