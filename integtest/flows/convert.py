"""Turns cassettes of one kind into another, never one with a secret in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from integtest.model.cassette import Cassette
from integtest.model.finding import Finding
from integtest.rules.secrets import Checker, Policy, Scrubber, doubt_findings


@dataclass(frozen=True)
class Conversion:
    """What became of it: nothing is written where there are findings."""

    findings: tuple[Finding, ...] = ()
    cassettes: int = 0
    exchanges: int = 0
    replaced: int = 0


def convert(
    sources: Sequence[tuple[Cassette, str]], policy: Policy, write: Callable[[Cassette, str], None], *, scrub: bool
) -> Conversion:
    """Hand each cassette with its target to `write`, scrubbed with `scrub`; all of them, or none when one holds
    a secret or is in doubt."""
    ready: list[tuple[Cassette, str]] = []
    findings: list[Finding] = []
    replaced = 0
    checker = Checker(policy)
    for cassette, target in sources:
        if scrub:
            done = Scrubber(policy).cassette(cassette)
            findings += doubt_findings(done.doubts, cassette.place.file)
            replaced += len(done.replaced)
            ready.append((done.cassette, target))
        else:
            found = [one for exchange in cassette.exchanges for one in checker.exchange(exchange)]
            findings += [one.model_copy(update={"hint": "take it out on the way: --scrub"}) for one in found]
            ready.append((cassette, target))
    if findings:
        return Conversion(tuple(findings))
    for cassette, target in ready:
        write(cassette, target)
    return Conversion((), len(ready), sum(len(cassette.exchanges) for cassette, _ in ready), replaced)
