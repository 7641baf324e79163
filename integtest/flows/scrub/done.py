"""What became of some recordings."""

from __future__ import annotations

from dataclasses import dataclass

from integtest.model.finding import Finding


@dataclass(frozen=True)
class Scrubbing:
    """What became of some cassettes. `written` counts files, `replaced` values."""

    findings: tuple[Finding, ...] = ()
    cassettes: int = 0
    exchanges: int = 0
    written: int = 0
    replaced: int = 0


def together(*parts: Scrubbing) -> Scrubbing:
    """All of them as one."""
    return Scrubbing(
        findings=tuple(finding for part in parts for finding in part.findings),
        cassettes=sum(part.cassettes for part in parts),
        exchanges=sum(part.exchanges for part in parts),
        written=sum(part.written for part in parts),
        replaced=sum(part.replaced for part in parts),
    )
