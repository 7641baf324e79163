"""Which contracts and interactions a run is about; nothing selected is an error that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from integtest.errors import UsageError
from integtest.flows.verify.job import Job
from integtest.flows.verify.tally import Tally
from integtest.model.contract import Contract
from integtest.rules.naming import nearest


@dataclass(frozen=True)
class Selection:
    """What is verified."""

    contracts: tuple[Contract, ...]
    tallies: tuple[Tally, ...]

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of the selected contracts' providers, each once."""
        return tuple(dict.fromkeys(contract.info.provider for contract in self.contracts))


def select(job: Job) -> Selection:
    """The contracts of the wanted consumer and their wanted interactions.
    UsageError when nothing is left, or when a provider is given that no contract has."""
    contracts = _of_consumer(job)
    _check_providers(job, contracts)
    tallies = tuple(
        Tally(interaction)
        for contract in contracts
        for interaction in contract.interactions
        if job.interactions is None or interaction.identity in job.interactions
    )
    if contracts and not tallies:
        raise _nothing_promised(job, contracts)
    if tallies and not (job.recordings or job.targets or job.unread):
        raise _no_source(contracts)
    return Selection(contracts, tallies)


def _of_consumer(job: Job) -> tuple[Contract, ...]:
    if not job.contracts:
        if job.recordings or job.unread:
            return ()
        what = "no contract" if job.targets else "no contract, cassette or provider"
        raise UsageError(
            f"nothing to verify: {what} is given",
            hint="for example: integtest verify --contract contracts --provider NAME=URL",
        )
    if job.consumer is None:
        return job.contracts
    found = tuple(contract for contract in job.contracts if contract.info.consumer == job.consumer)
    if not found:
        known = {contract.info.consumer for contract in job.contracts}
        raise UsageError(
            f'nothing to verify: no contract has the consumer "{job.consumer}"', hint=_meant(job.consumer, known)
        )
    return found


def _check_providers(job: Job, contracts: Sequence[Contract]) -> None:
    known = {contract.info.provider for contract in contracts}
    for name, target in job.targets.items():
        if contracts and name not in known and not target.optional:
            raise UsageError(f'no contract has the provider "{name}"', hint=_meant(name, known))


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f'did you mean "{near}"?' if near else f"the contracts have: {', '.join(sorted(known))}"


def _nothing_promised(job: Job, contracts: Sequence[Contract]) -> UsageError:
    if job.interactions is not None and any(contract.interactions for contract in contracts):
        return UsageError(
            "nothing to verify: no interaction of these contracts was selected",
            hint="select one by its description and states as the contract has them",
        )
    places = ", ".join(contract.place.file or contract.info.provider for contract in contracts)
    return UsageError("nothing to verify: the contracts hold no interaction", place=places)


def _no_source(contracts: Sequence[Contract]) -> UsageError:
    names = ", ".join(sorted({contract.info.provider for contract in contracts}))
    first = contracts[0].info.provider
    return UsageError(
        f"nothing to verify with: no cassette, and no address for any provider ({names})",
        hint=f"add --provider {first}=http://127.0.0.1:8000, or --cassette PATH",
    )
