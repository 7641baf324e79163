"""What a run proved: gathered in each process, merged in one, written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from integtest.codecs import pact_v4
from integtest.model.contract import Contract, Interaction
from integtest.model.http import Place

if TYPE_CHECKING:
    from integtest.pytest_plugin.consumer import ContractFixture

Identity = tuple[str, ...]


class Proofs:
    """Interactions that passing tests exercised, interactions of tests that failed, and their contracts."""

    def __init__(self) -> None:
        self.proven: set[Identity] = set()
        self.failed: set[Identity] = set()
        self.contracts: dict[tuple[str, str], Contract] = {}
        self.summary: list[tuple[str, bool]] = []

    def add(self, under_test: ContractFixture, outcomes: Mapping[str, str]) -> None:
        """The result of one test: proven when each of its phases passed, failed when one failed.
        A test that was skipped, expected to fail, or is being run again says nothing."""
        from integtest.authoring.contract import contract_of

        for interaction in under_test.interactions:
            self.keep(contract_of(interaction).build())
        if "failed" in outcomes.values():
            self.failed |= _identities(under_test.interactions)
        elif all(outcomes.get(phase) == "passed" for phase in ("setup", "call", "teardown")):
            self.proven |= _identities(under_test.exercised())

    def dump(self) -> dict[str, Any]:
        """Plain data that a worker can send."""
        return {
            "proven": [list(identity) for identity in sorted(self.proven)],
            "failed": [list(identity) for identity in sorted(self.failed)],
            "contracts": [pact_v4.dumps(contract).decode() for contract in self.contracts.values()],
        }

    def merge(self, sent: Mapping[str, Any]) -> None:
        """What another process dumped."""
        self.proven |= {tuple(identity) for identity in sent["proven"]}
        self.failed |= {tuple(identity) for identity in sent["failed"]}
        for text in sent["contracts"]:
            self.keep(pact_v4.loads(text.encode(), Place(file="a test worker")))

    def keep(self, contract: Contract) -> None:
        """A contract may be spread over several modules: what they declare adds up."""
        pair = (contract.info.consumer, contract.info.provider)
        held = self.contracts.setdefault(pair, contract)
        if held.interactions != contract.interactions:
            known = _identities(held.interactions)
            more = tuple(one for one in contract.interactions if one.identity not in known)
            self.contracts[pair] = held.model_copy(update={"interactions": held.interactions + more})

    def counts(self) -> tuple[int, int]:
        """How many interactions of the contracts in use are proven, and how many are not."""
        declared = {i.identity for contract in self.contracts.values() for i in contract.interactions}
        good = declared & (self.proven - self.failed)
        return len(good), len(declared) - len(good)


def _identities(interactions: Iterable[Interaction]) -> set[Identity]:
    return {interaction.identity for interaction in interactions}
