"""Tests that share a cassette, recorded anew: a run replaces what earlier runs recorded, and nothing of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from integtest.codecs import cassette_jsonl
from integtest.pytest_plugin import STARTED

if TYPE_CHECKING:
    from integtest.adapters.tape import CassetteTape
    from integtest.model.http import Exchange

_OWN = pytest.StashKey[dict[tuple[str, str], set[bytes]]]()
"""What each test recorded into each cassette, as lines: a test that runs again replaces that."""


def spare(item: pytest.Item, tape: CassetteTape) -> None:
    """Have the tape keep what other tests of this run recorded, in other processes too."""
    own = item.config.stash.setdefault(_OWN, {}).get(_key(item, tape), set())
    # Recordings tell whole seconds: in doubt one is kept twice rather than lost.
    begun = datetime.fromtimestamp(STARTED, UTC).replace(microsecond=0)

    def keeps(exchange: Exchange) -> bool:
        at = exchange.provenance.recorded_at
        return at is not None and at >= begun and cassette_jsonl.line(exchange) not in own

    tape.spares = keeps


def remember(item: pytest.Item, tape: CassetteTape) -> None:
    """What this test wrote."""
    if tape.mode == "all":
        written = {cassette_jsonl.line(exchange) for exchange in tape.written}
        item.config.stash.setdefault(_OWN, {})[_key(item, tape)] = written


def _key(item: pytest.Item, tape: CassetteTape) -> tuple[str, str]:
    return item.nodeid, str(tape.path.resolve())
