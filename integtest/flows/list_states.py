"""Which provider states the contracts rely on, and which of them have a handler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from integtest.model.contract import Contract
from integtest.model.state_need import StateNeed
from integtest.rules.naming import plain_name


def needed(contracts: Iterable[Contract], handlers: Mapping[str, Sequence[str] | None]) -> tuple[StateNeed, ...]:
    """Each state once, by provider and name. `handlers` has the names that each provider's handlers know, None
    where they cannot be told."""
    found: dict[tuple[str, str], StateNeed] = {}
    for contract in contracts:
        for interaction in contract.interactions:
            for state in interaction.states:
                key = (contract.info.provider, state.name)
                need = found.get(key, StateNeed(provider=key[0], name=key[1]))
                params = (state.params,) if state.params and state.params not in need.params else ()
                user = (contract.info.consumer, interaction.description)
                used_by = tuple(dict.fromkeys((*need.used_by, user)))
                found[key] = need.model_copy(update={"params": (*need.params, *params), "used_by": used_by})
    return tuple(
        need.model_copy(update={"handled": _handled(need, handlers.get(need.provider))})
        for _, need in sorted(found.items())
    )


def _handled(need: StateNeed, names: Sequence[str] | None) -> bool | None:
    return None if names is None else plain_name(need.name) in {plain_name(name) for name in names}
