"""The map: what the consumer calls, by which promise, seen in which recording, and what has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from integtest.flows.verify.index import Index
from integtest.flows.verify.tally import Tally
from integtest.model.contract import Contract, HttpInteraction
from integtest.model.finding import Finding
from integtest.model.http import Exchange
from integtest.model.integration import Integration
from integtest.rules.coverage import call, owner, uncontracted
from integtest.rules.match import Judge

Seen = tuple[str | None, Exchange]
"""An exchange, with the provider whose recordings it lies in where the configuration says so."""
_NOBODY = "no provider has this name"
_Endpoint = tuple[str, str | None, str]


def integrations(
    contracts: Sequence[Contract], recorded: Iterable[Seen], judge: Judge
) -> tuple[tuple[Integration, ...], tuple[Finding, ...]]:
    """Every endpoint that was called or is promised, by provider and host; and a finding for each call without
    a contract. Only method and path are compared: whether the rest of a request fits, `verify` tells."""
    indexes = {name: Index(map(Tally, promised), judge) for name, promised in _promised(contracts).items()}
    groups: dict[_Endpoint, list[Exchange]] = defaultdict(list)
    for provider, exchange in recorded:
        known = provider or _owner(exchange, indexes)
        groups[urlsplit(exchange.request.url).netloc, known, call(exchange)].append(exchange)
    rows, kept = [], set()
    strays: dict[str, list[Exchange]] = defaultdict(list)
    for (host, known, text), exchanges in groups.items():
        found = {
            entry.interaction.identity: entry.interaction.description
            for exchange in exchanges
            for entry in (indexes[known].candidates(exchange.request) if known in indexes else ())
        }
        kept |= set(found)
        if not found:
            strays[known or host] += exchanges
        files = sorted({exchange.place.file for exchange in exchanges if exchange.place.file})
        promises = tuple(sorted(set(found.values())))
        rows.append(
            Integration(
                host=host,
                provider=known,
                call=text,
                seen=len(exchanges),
                contracts=promises,
                cassettes=tuple(files),
            )
        )
    rows += _unseen(contracts, kept)
    ordered = sorted(rows, key=lambda row: (row.provider is None, row.provider or "", row.host, row.call))
    return tuple(ordered), tuple(f for name, them in sorted(strays.items()) for f in uncontracted(name, them))


def _owner(exchange: Exchange, indexes: Mapping[str, Index]) -> str | None:
    """As `owner`; but that there is one contract only makes no call to a nameless host its provider's: a promise of
    it must fit."""
    names = list(indexes)
    if sure := owner(exchange, [*names, _NOBODY]):
        return sure
    guess = owner(exchange, names)
    return guess if guess and indexes[guess].candidates(exchange.request) else None


def _promised(contracts: Iterable[Contract]) -> dict[str, list[HttpInteraction]]:
    found: dict[str, list[HttpInteraction]] = defaultdict(list)
    for contract in contracts:
        found[contract.info.provider] += [i for i in contract.interactions if isinstance(i, HttpInteraction)]
    return found


def _unseen(contracts: Iterable[Contract], kept: set[tuple[str, ...]]) -> list[Integration]:
    """Promises whose method and path nobody recorded."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for contract in contracts:
        for one in contract.interactions:
            if isinstance(one, HttpInteraction) and one.identity not in kept:
                groups[contract.info.provider, f"{one.request.method} {one.request.path}"].append(one.description)
    return [
        Integration(host="", provider=provider, call=text, contracts=tuple(sorted(set(them))))
        for (provider, text), them in groups.items()
    ]
