"""What a run's cassettes come to: counted as tests end, told in a few lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from integtest.adapters.tape import CassetteTape
    from integtest.model.http import Place

WORDS = {
    "played": "recordings played",
    "recorded": "recorded",
    "replaced": "secrets and strings replaced",
    "recovered": "recovered from an interrupted run",
}


@dataclass
class Seen:
    """All of a run, or one process's part of it. Plain data, so that a worker can send it."""

    counts: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    """How many recordings each cassette had that was used, by its path."""
    unplayed: dict[str, list[str]] = field(default_factory=dict)
    """Where in each of them the recordings stand that no test asked for."""
    warnings: list[str] = field(default_factory=list)
    unclaimed: list[str] | None = None
    """Cassettes that no collected test has as its own; None where the run cannot tell."""


SEEN = pytest.StashKey[Seen]()


def note(config: pytest.Config, tape: CassetteTape) -> None:
    """Count one cassette that is about to be closed."""
    recorded = len(tape.recorded)
    path = str(tape.path.resolve())
    left = sorted({_spot(place) for place in tape.unplayed_places})
    counts = {
        "played": tape.play_count - recorded,
        "recorded": recorded,
        "replaced": tape.replaced,
        "recovered": tape.recovered,
    }
    _add(_seen(config), Seen(counts, {path: len(tape)}, {path: left}))


def warn(config: pytest.Config, line: str) -> None:
    """Tell a line at the end of the run, once."""
    _add(_seen(config), Seen(warnings=[line]))


def dump(session: pytest.Session) -> dict[str, Any]:
    """A worker's part, for the process that controls it."""
    look(session)
    return asdict(_seen(session.config))


def merge(config: pytest.Config, sent: dict[str, Any]) -> None:
    """Add a worker's part."""
    _add(_seen(config), Seen(**sent))


def look(session: pytest.Session) -> None:
    """Look for cassettes that no test uses, where the run was a full one."""
    from integtest.pytest_plugin.orphans import unclaimed

    seen = _seen(session.config)
    if seen.sizes and seen.unclaimed is None:
        seen.unclaimed = unclaimed(session)


def told(config: pytest.Config, *, verbose: bool) -> list[tuple[str, bool]]:
    """The lines for the end of the run, each with whether it is good news; none when no cassette was used."""
    from pathlib import Path

    from integtest.pytest_plugin.cassettes import shown

    seen = config.stash.get(SEEN, None)
    if seen is None:
        return []
    orphans = sorted(shown(Path(path)) for path in set(seen.unclaimed or ()) - set(seen.sizes))
    left = {shown(Path(path)): (len(spots), seen.sizes[path]) for path, spots in seen.unplayed.items() if spots}
    counted = {**seen.counts, "unplayed": sum(n for n, _ in left.values()), "orphaned": len(orphans)}
    words = {**WORDS, "unplayed": "never played", "orphaned": "cassettes orphaned"}
    parts = [f"{counted[name]} {text}" for name, text in words.items() if counted.get(name)]
    lines = [(f"integtest: {' · '.join(parts) or 'no recording was played'}", True)]
    lines += [(f"integtest: {line}", False) for line in dict.fromkeys(seen.warnings)]
    if verbose:
        lines += [(f"integtest: never played: {path}: {n} of {size}", True) for path, (n, size) in left.items()]
        lines += [(f"integtest: orphaned: {path}", True) for path in orphans]
    return lines


def _spot(place: Place) -> str:
    """Where a recording stands in its file, the same for every test that opens it."""
    return str(place.line or place.pointer or "")


def _seen(config: pytest.Config) -> Seen:
    return config.stash.setdefault(SEEN, Seen())


def _add(total: Seen, part: Seen) -> None:
    """A recording that any test asked for was played."""
    for name, number in part.counts.items():
        total.counts[name] = total.counts.get(name, 0) + number
    for path, size in part.sizes.items():
        known = total.unplayed.get(path)
        spots = part.unplayed.get(path, [])
        total.unplayed[path] = spots if known is None else [spot for spot in known if spot in set(spots)]
        total.sizes[path] = max(size, total.sizes.get(path, 0))
    total.warnings += part.warnings
    if part.unclaimed is not None:
        known_orphans = part.unclaimed if total.unclaimed is None else total.unclaimed
        total.unclaimed = [path for path in known_orphans if path in set(part.unclaimed)]
