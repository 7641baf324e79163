"""A counter in a file, for processes that start anew."""

from __future__ import annotations

from pathlib import Path

from integtest.adapters.files import atomic_write, lock


def count_up(folder: str, rounds: int) -> None:
    """Add one, so many times, under the folder's lock."""
    counter = Path(folder, "counter")
    for _ in range(rounds):
        with lock(folder):
            atomic_write(counter, str(int(counter.read_text()) + 1).encode())
