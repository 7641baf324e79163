"""Contracts of a few promises, and a run that proved some of them; light, for processes that start anew."""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing.synchronize import Barrier
from pathlib import Path

from integtest.adapters.pacts import update
from integtest.model.contract import Contract, ContractInfo, HttpInteraction, ProviderState
from integtest.model.matching import RequestPattern, ResponsePattern

Promises = dict[str, int]
"""Descriptions and the status that each promises: its content."""


def contract(promises: Promises, consumer: str = "web", provider: str = "api") -> Contract:
    info = ContractInfo(consumer=consumer, provider=provider, kind="auth")
    made = [
        HttpInteraction(
            contract=info,
            description=name,
            states=(ProviderState(name="s", params={"b": [1, {"z": 1, "a": 2}]}),),
            request=RequestPattern(path=f"/{name}"),
            response=ResponsePattern(status=status),
        )
        for name, status in promises.items()
    ]
    return Contract(info=info, interactions=tuple(made))


def identities(promises: Iterable[str], of: Contract) -> set[tuple[str, ...]]:
    return {one.identity for one in of.interactions if one.description in set(promises)}


def run(folder: Path, declared: Promises, proven: Iterable[str] = (), failed: Iterable[str] = ()) -> Path | None:
    every = contract({**dict.fromkeys([*proven, *failed], 200), **declared})
    return update(folder, contract(declared), identities(proven, every), identities(failed, every))


def prove(folder: str, half: int, declared: Promises, gate: Barrier) -> None:
    """Runs that prove every other promise, one each, together with another process."""
    gate.wait()
    for name in list(declared)[half::2]:
        run(Path(folder), declared, proven=[name])
