"""One contract for each consumer and provider, whatever files it is spread over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from integtest.authoring.ambiguity import HINT, Register, told
from integtest.authoring.places import spot
from integtest.codecs.pact_v4 import interaction_text
from integtest.model.contract import AnyInteraction, Contract
from integtest.model.finding import Finding
from integtest.model.http import Place

Pair = tuple[str, str]


@dataclass(frozen=True)
class Source:
    """A contract and what it was read from; `compiled` where that is a pact, not the module people wrote."""

    contract: Contract
    origin: str
    compiled: bool

    @property
    def pair(self) -> Pair:
        return self.contract.info.consumer, self.contract.info.provider


def merge(sources: Sequence[Source]) -> tuple[list[Contract], list[Finding]]:
    """The contracts, one for each consumer and provider in the order first met, and what is wrong with them.

    Interactions of several files add up. Where a module and a pact speak of the same pair, the module is what
    counts, and a pact that says something else is a `pact-stale` warning. The same description and states with
    another content is a `contract-conflict`; the first one counts. So are interactions of several modules that a
    provider cannot tell apart.
    """
    contracts: list[Contract] = []
    findings: list[Finding] = []
    for pair in dict.fromkeys(source.pair for source in sources):
        ours = [source for source in sources if source.pair == pair]
        written = [source for source in ours if not source.compiled]
        contract, conflicts = _union(written or ours)
        contracts.append(contract)
        findings += conflicts
        if len(written) > 1:
            findings += _alike(contract)
        if written:
            findings += _stale(contract, (source for source in ours if source.compiled))
    return contracts, findings


def _union(sources: Sequence[Source]) -> tuple[Contract, list[Finding]]:
    taken: dict[tuple[str, ...], tuple[AnyInteraction, Source]] = {}
    findings: list[Finding] = []
    for source in sources:
        for one in source.contract.interactions:
            first, origin = taken.setdefault(one.identity, (one, source))
            if first is not one and interaction_text(first) != interaction_text(one):
                findings.append(_conflict(one, origin, source))
    first_contract = sources[0].contract
    if len(sources) == 1 and len(taken) == len(first_contract.interactions):
        return first_contract, findings
    return _joined(sources, tuple(one for one, _ in taken.values())), findings


def _joined(sources: Sequence[Source], interactions: tuple[AnyInteraction, ...]) -> Contract:
    contracts = [source.contract for source in sources]
    known = {
        name: next((value for one in contracts if (value := getattr(one.info, name))), None)
        for name in ("kind", "env", "base")
    }
    info = contracts[0].info.model_copy(update=known | {"base": known["base"] or ""})
    metadata = {key: value for one in reversed(contracts) for key, value in one.metadata.items()}
    extra = {key: value for one in reversed(contracts) for key, value in one.extra.items()}
    return contracts[0].model_copy(
        update={
            "info": info,
            "interactions": tuple(one.model_copy(update={"contract": info}) for one in interactions),
            "conversations": tuple({one.name: one for each in contracts for one in each.conversations}.values()),
            "metadata": metadata,
            "extra": extra,
        }
    )


def _conflict(one: AnyInteraction, first: Source, second: Source) -> Finding:
    same = first.origin == second.origin
    where = f"twice in {Path(first.origin).name}" if same else f"in {first.origin} and in {second.origin}"
    return Finding(
        rule="contract-conflict",
        severity="error",
        blame="contract",
        message=f"{one.description!r} stands {where}, with the same states and another content",
        hint="give one of them another description or another state",
        consumer=one.contract.consumer,
        provider=one.contract.provider,
        interaction=one.description,
        location=_located(one, second),
    )


def _alike(contract: Contract) -> list[Finding]:
    """What a contract refuses within one module, over several: requests that a provider cannot tell apart."""
    seen, findings = Register(), []
    for one in contract.interactions:
        other = seen.like(one)
        if other is None:
            seen.keep(one)
            continue
        findings.append(
            Finding(
                rule="contract-conflict",
                severity="error",
                blame="contract",
                message=f"{one.description!r} {told(other)}; the other one is at {spot(other.place)}",
                hint=HINT,
                consumer=one.contract.consumer,
                provider=one.contract.provider,
                interaction=one.description,
                location=one.place,
            )
        )
    return findings


def _stale(contract: Contract, pacts: Iterable[Source]) -> list[Finding]:
    texts = {one.identity: interaction_text(one) for one in contract.interactions}
    spoken = set(map(str, contract.conversations))
    findings = []
    for pact in pacts:
        differing = [one for one in pact.contract.interactions if texts.get(one.identity) != interaction_text(one)]
        another = pact.contract.info != contract.info
        if not (differing or another or set(map(str, pact.contract.conversations)) != spoken):
            continue
        rest = "its kind, env or base is another" if another else "its conversations are others"
        what = _told(differing, texts) if differing else rest
        findings.append(
            Finding(
                rule="pact-stale",
                severity="warning",
                blame="contract",
                message=f"the pact no longer says what its contract module says: {what}",
                hint="run the consumer's tests: they write it anew",
                consumer=contract.info.consumer,
                provider=contract.info.provider,
                location=_located(differing[0], pact) if differing else Place(file=pact.origin),
            )
        )
    return findings


def _told(differing: Sequence[AnyInteraction], texts: dict[tuple[str, ...], str]) -> str:
    first = differing[0]
    what = "has changed" if first.identity in texts else "is no longer promised"
    more = f", and {len(differing) - 1} more" if len(differing) > 1 else ""
    return f"{first.description!r} {what}{more}"


def _located(one: AnyInteraction, source: Source) -> Place:
    return one.place if one.place.file else Place(file=source.origin, pointer=one.place.pointer)
