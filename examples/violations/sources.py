"""Where it stands that a service should do otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from integtest.model.contract import Interaction


@dataclass(frozen=True)
class Violation:
    """A promise that a service should keep, and the sentence that says so."""

    promise: Interaction
    source: str
    sentence: str

    @property
    def service(self) -> str:
        """Its name in the catalog of services."""
        return self.promise.contract.provider


VIOLATIONS: list[Violation] = []


def violates(source: str, sentence: str, promise: Interaction) -> Interaction:
    """Note that the promise follows from `sentence` of `source`, and is not kept."""
    VIOLATIONS.append(Violation(promise, source, sentence))
    return promise
