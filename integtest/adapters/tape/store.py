"""One cassette's file: read, recovered, merged with what other processes wrote, replaced whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from integtest.adapters.files import atomic_write, cassette_writer, load_cassette, lock
from integtest.adapters.tape.journal import Journal, abandoned
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange


class Store:
    """The file of one cassette. `recovered` counts the exchanges that an interrupted recorder had left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.existed = path.exists()
        self.recovered = self._recover()
        self.cassette = load_cassette(path) if path.exists() else Cassette()
        self._journal = Journal(path)

    def keep(self, exchange: Exchange) -> None:
        """Put a scrubbed exchange on disk at once. UsageError for a kind of file that is only read."""
        self._writer()
        self._journal.append(exchange)

    def finish(self, recorded: Sequence[Exchange], *, replace: bool) -> bool:
        """Write what was recorded: after what the file holds now, or in its place. True when it was written."""
        if not recorded:
            self._journal.close()
            return False
        with lock(self.path.parent):
            self._write(recorded, replace=replace)
        self._journal.remove()
        return True

    def _recover(self) -> int:
        """Take in the journals of recorders that were killed."""
        if not self.path.parent.is_dir():
            return 0
        count = 0
        with lock(self.path.parent):
            for path, cassette in abandoned(self.path):
                if cassette.exchanges:
                    self._write(cassette.exchanges, replace=False)
                count += len(cassette.exchanges)
                path.unlink(missing_ok=True)
        return count

    def _write(self, recorded: Sequence[Exchange], *, replace: bool) -> None:
        dumps = self._writer()
        now = load_cassette(self.path) if self.path.exists() and not replace else Cassette()
        exchanges = (*now.exchanges, *recorded)
        atomic_write(self.path, dumps(now.model_copy(update={"exchanges": exchanges})))

    def _writer(self) -> Callable[[Cassette], bytes]:
        return cassette_writer(self.path)
