"""Binds the flow that writes a project's first files to the disk."""

from __future__ import annotations

from integtest.flows.init import Started, Wanted, start


def start_project(wanted: Wanted) -> Started:
    """Write the files that are not there yet. UsageError for an unknown pack, UnreadableFileError where a file
    cannot be written."""
    from integtest.adapters.starters import starter, write_new
    from integtest.config.hints import near_miss
    from integtest.packs import PACKS

    def hint(name: str) -> str:
        meant = near_miss(name, PACKS)
        return (f"did you mean {meant}? " if meant else "") + "all of them: integtest init --list"

    return start(wanted, starter, write_new, hint)
