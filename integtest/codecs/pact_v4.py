"""Contracts written as Pact V4 files, the same bytes for the same contract."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from integtest.codecs.pact_overlay import overlay
from integtest.codecs.pact_own import KEY, write_own
from integtest.codecs.pact_parts import write_message, write_request, write_response
from integtest.codecs.pact_read import loads
from integtest.errors import ContractError
from integtest.model.contract import (
    AnyInteraction,
    AsyncMessage,
    Contract,
    ForeignInteraction,
    HttpInteraction,
    ProviderState,
)

__all__ = ["dumps", "interaction_document", "interaction_text", "loads"]


def dumps(contract: Contract) -> bytes:
    """The pact file of a contract: keys and interactions sorted, no times, UTF-8, a newline at the end."""
    text = json.dumps(_sorted(document(contract)), indent=2, ensure_ascii=False, allow_nan=False, default=_refuse)
    return (text + "\n").encode()


def document(contract: Contract) -> dict[str, Any]:
    """The pact as a JSON document, its interactions in the order they are written in."""
    info, extra = contract.info, contract.extra
    made = {
        "consumer": {"name": info.consumer},
        "provider": {"name": info.provider},
        "interactions": [interaction_document(one) for one in sorted(contract.interactions, key=_order)],
        "metadata": _metadata(contract),
    }
    return overlay(made, extra)  # type: ignore[no-any-return]


def interaction_document(interaction: AnyInteraction) -> dict[str, Any]:
    """One interaction as it stands in a V4 pact."""
    if isinstance(interaction, ForeignInteraction):
        return interaction.raw
    made: dict[str, Any] = {"description": interaction.description, **_parts(interaction)}
    if interaction.states:
        made["providerStates"] = [_state(state) for state in interaction.states]
    if interaction.pending:
        made["pending"] = True
    if interaction.key is not None:
        made["key"] = interaction.key
    own = write_own(interaction)
    if interaction.comments or own:
        made["comments"] = interaction.comments | ({KEY: own} if own else {})
    return overlay(made, interaction.extra)  # type: ignore[no-any-return]


def interaction_text(interaction: AnyInteraction) -> str:
    """An interaction as text that is equal for equal content, wherever the interaction came from."""
    return json.dumps(interaction_document(interaction), sort_keys=True, ensure_ascii=False, default=_refuse)


def _parts(interaction: AnyInteraction) -> dict[str, Any]:
    if isinstance(interaction, HttpInteraction):
        request, response = write_request(interaction.request), write_response(interaction.response)
        return {"type": "Synchronous/HTTP", "request": request, "response": response}
    if isinstance(interaction, AsyncMessage):
        return {"type": "Asynchronous/Messages", **write_message(interaction.message)}
    assert not isinstance(interaction, ForeignInteraction)  # noqa: S101
    replies = [write_message(reply) for reply in interaction.responses]
    return {"type": "Synchronous/Messages", "request": write_message(interaction.request), "response": replies}


def _state(state: ProviderState) -> dict[str, Any]:
    return {"name": state.name, **({"params": state.params} if state.params else {})}


def _metadata(contract: Contract) -> dict[str, Any]:
    made: dict[str, Any] = {"pactSpecification": {"version": "4.0"}}
    own = {key: value for key in ("kind", "env", "base") if (value := getattr(contract.info, key))}
    if contract.conversations:
        own["conversations"] = [
            one.model_dump(mode="json", exclude_defaults=True)
            for one in sorted(contract.conversations, key=lambda one: one.name)
        ]
    if own:
        made[KEY] = own
    return overlay(made, contract.metadata)  # type: ignore[no-any-return]


def _order(interaction: AnyInteraction) -> tuple[str, list[str], str]:
    return interaction.description, [state.name for state in interaction.states], interaction_text(interaction)


def _refuse(value: Any) -> NoReturn:
    raise ContractError(
        f"a pact cannot hold {type(value).__name__} {value!r}", hint="write it as text, a number, a list or a dict"
    )


def _sorted(value: Any, key: str = "") -> Any:
    """Keys in order everywhere but in an example body, whose own order is part of the example."""
    if isinstance(value, dict):
        example = "content" if key in ("body", "contents") else None
        return {name: value[name] if name == example else _sorted(value[name], name) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    return value
