"""Binds the map of integrations to contracts and cassettes on disk."""

from __future__ import annotations

from integtest.adapters.files import load_cassettes
from integtest.errors import UsageError
from integtest.flows.integrations import Seen, integrations
from integtest.flows.verify.plan import Plan
from integtest.model.finding import Finding
from integtest.model.integration import Integration
from integtest.wiring import judge, load_contracts


def mapped(plan: Plan) -> tuple[tuple[Integration, ...], tuple[Finding, ...]]:
    """The plan's map, with what cannot be read among the findings. UsageError when the plan names nothing."""
    places: list[tuple[str | None, tuple[str, ...]]] = [(None, tuple(plan.cassettes))]
    places += [(provider.name, tuple(provider.cassettes)) for provider in plan.providers]
    if not plan.contracts and not any(paths for _, paths in places):
        raise UsageError(
            "nothing to map: no contract and no cassette is configured in this folder.",
            hint="integtest doctor --integrations --contract PATH --cassette PATH",
        )
    contracts = [c for c in load_contracts(plan) if plan.consumer in (None, c.info.consumer)]
    seen: list[Seen] = []
    unread: list[Finding] = []
    for provider, paths in places:
        if paths:
            cassettes, problems = load_cassettes(list(paths))
            unread += problems
            seen += [(provider, exchange) for one in cassettes for exchange in one.exchanges]
    rows, found = integrations(contracts, seen, judge())
    return rows, (*unread, *found)
