"""Looks for secrets in cassettes that are there already, and takes them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from integtest.flows.scrub.done import Scrubbing
from integtest.model.cassette import Cassette
from integtest.model.finding import Finding
from integtest.rules.secrets import Checker, Policy, Scrubber, doubt_findings


def check(cassettes: Iterable[Cassette], policy: Policy) -> Scrubbing:
    """Every secret that stands in a cassette is a finding; nothing is written."""
    checker, findings, exchanges, number = Checker(policy), [], 0, 0
    for number, cassette in enumerate(cassettes, 1):  # noqa: B007 counted on
        exchanges += len(cassette.exchanges)
        for exchange in cassette.exchanges:
            findings += checker.exchange(exchange)
    return Scrubbing(tuple(findings), number, exchanges)


def scrub(cassettes: Iterable[Cassette], policy: Policy, write: Callable[[Cassette], None]) -> Scrubbing:
    """Replace what is secret and hand each changed cassette to `write`; one in doubt is left as it is, and told."""
    findings: list[Finding] = []
    read = exchanges = written = replaced = 0
    for cassette in cassettes:
        read, exchanges = read + 1, exchanges + len(cassette.exchanges)
        result = Scrubber(policy).cassette(cassette)
        if result.doubts:
            findings += doubt_findings(result.doubts, cassette.place.file)
        elif result.cassette != cassette:
            write(result.cassette)
            written, replaced = written + 1, replaced + len(result.replaced)
    return Scrubbing(tuple(findings), read, exchanges, written, replaced)
