"""What a recording session came to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from integtest.model.base import Frozen
from integtest.model.finding import Finding
from integtest.model.http import Place


class Recorded(Frozen):
    """One provider's part."""

    name: str
    url: str
    variables: tuple[str, ...] = ()
    cassette: Path
    recorded: int = 0
    """Exchanges written in this session."""
    replaced: int = 0
    """Secrets and strings that were replaced."""
    in_doubt: int = 0
    """Exchanges left out because nobody can tell whether they hold a secret."""
    played: int = 0
    """Requests that the cassette answered already."""
    kept: int = 0
    """Places whose values stay because contracts compare them."""
    recovered: int = 0
    """Exchanges that an interrupted recorder had left."""
    failed: int = 0
    """Recorded exchanges that the provider broke off, or never answered."""
    silent: int = 0
    """Recorded exchanges that it never answered."""
    unreachable: str | None = None
    """Why it answered nothing at all, where it was asked and did not."""
    kept_old: bool = False
    """Nothing was written, for the cassette that was there has better than failures."""
    elsewhere: dict[str, int] = {}
    """Redirects that led to hosts where nothing recorded."""
    unsupported: dict[str, int] = {}
    """What came and is not recorded, by kind."""
    doubts: tuple[Finding, ...] = ()
    problem: Finding | None = None
    """Why something could not be written."""


def findings_of(parts: Sequence[Recorded]) -> tuple[Finding, ...]:
    """What somebody must act on. Nothing recorded at all is an error: it is never taken for a recording."""
    nothing = not any(part.recorded or part.played or part.recovered for part in parts)
    found: list[Finding] = []
    for part in parts:
        found += [doubt.model_copy(update={"provider": part.name}) for doubt in part.doubts]
        found += [part.problem] if part.problem else []
        if part.unreachable:
            found.append(_silent(part))
        elif not (part.recorded or part.played or part.in_doubt or part.problem):
            found.append(_unused(part, nothing=nothing))
        for host in part.elsewhere:
            found.append(_left(part, host))
        for kind, count in part.unsupported.items():
            found.append(_unsupported(part, kind, count))
    return tuple(found)


def _unused(part: Recorded, *, nothing: bool) -> Finding:
    named = " or ".join(part.variables)
    return Finding(
        rule="nothing-recorded",
        severity="error" if nothing else "warning",
        blame="consumer",
        provider=part.name,
        message="nothing was recorded: "
        + ("nothing that came can be" if part.unsupported else "no request came to its address"),
        hint="see what came, below"
        if part.unsupported
        else f"does the client read its address from {named}, when it is called?",
        location=Place(file=str(part.cassette)),
    )


def _silent(part: Recorded) -> Finding:
    kept = "the cassette that was there is left as it was" if part.kept_old else "the cassette holds failures alone"
    return Finding(
        rule="provider-unreachable",
        severity="error",
        blame="provider",
        provider=part.name,
        message=f"it answered none of {part.silent} requests ({part.unreachable}); {kept}",
        hint="is the provider up, and its address right? then record again"
        + ("" if part.kept_old else " with --mode all"),
        location=Place(file=str(part.cassette)),
    )


def _left(part: Recorded, host: str) -> Finding:
    return Finding(
        rule="redirect-elsewhere",
        severity="warning",
        blame="recording",
        provider=part.name,
        message=f"a redirect led to {host}: what followed was not recorded",
        hint=f"record it too: --upstream NAME=https://{host}",
    )


def _unsupported(part: Recorded, kind: str, count: int) -> Finding:
    return Finding(
        rule="not-recordable",
        severity="warning",
        blame="recording",
        provider=part.name,
        message=f"{count} {kind} requests were refused: integtest does not record {kind}",
        hint="keep them out of the recording: call the provider itself",
    )
