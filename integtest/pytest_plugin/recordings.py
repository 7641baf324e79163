"""What a run's cassettes come to: counted as tests end, told in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from integtest.adapters.tape import CassetteTape

COUNTS = pytest.StashKey[dict[str, int]]()
WORDS = {
    "played": "recordings played",
    "recorded": "recorded",
    "replaced": "secrets and strings replaced",
    "recovered": "recovered from an interrupted run",
    "unplayed": "never played",
}


def note(config: pytest.Config, tape: CassetteTape) -> None:
    """Count one cassette that is about to be closed."""
    recorded = len(tape.recorded)
    add(
        config,
        {
            "played": tape.play_count - recorded,
            "recorded": recorded,
            "replaced": tape.replaced,
            "recovered": tape.recovered,
            "unplayed": len(tape.unplayed),
        },
    )


def add(config: pytest.Config, counts: dict[str, int]) -> None:
    """Add counts, of this process or of another."""
    total = config.stash.setdefault(COUNTS, {})
    for name, number in counts.items():
        total[name] = total.get(name, 0) + number


def told(config: pytest.Config) -> str | None:
    """The line for the end of the run, None when no cassette was used."""
    counts = config.stash.get(COUNTS, None)
    if counts is None:
        return None
    parts = [f"{counts[name]} {words}" for name, words in WORDS.items() if counts.get(name)]
    return f"integtest: {' · '.join(parts) or 'no recording was played'}"
