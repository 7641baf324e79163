"""One cassette's file: read, recovered, merged with what other processes wrote, replaced whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from integtest.adapters.files import atomic_write, cassette_writer, limit_of, load_cassette, lock, remove_leftovers
from integtest.adapters.tape.journal import Journal, abandoned
from integtest.codecs import cassette_jsonl
from integtest.errors import IntegtestError, UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange


class Store:
    """The file of one cassette. `recovered` counts the exchanges that an interrupted recorder had left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.existed = path.exists()
        self.recovered = self._recover()
        self._journal = Journal(path)

    def keep(self, exchange: Exchange) -> None:
        """Put a scrubbed exchange on disk at once. UsageError for a kind of file that is only read."""
        self._writer()
        self._journal.append(exchange)

    def finish(self, recorded: Sequence[Exchange], *, replaced: Iterable[Exchange] = ()) -> bool:
        """Write what was recorded: after what the file holds now, without what is `replaced` of it; then
        what others left that are gone by now. True when it was written. Where that fails the journal stays, and the
        next start has it."""
        if not recorded:
            self._journal.close()
            return False
        try:
            with lock(self.path.parent):
                self._write(recorded, replaced, self._journal)
                self._journal.remove()
                self._take_in()
        except IntegtestError as error:
            self._journal.close()
            error.hint = error.hint or "what was recorded is kept beside it, and the next start takes it in"
            raise
        return True

    def discard(self) -> None:
        """Forget what was kept."""
        self._journal.remove()

    def _recover(self) -> int:
        """Take in the journals of recorders that were killed."""
        if not self.path.parent.is_dir():
            return 0
        with lock(self.path.parent):
            return self._take_in()

    def _take_in(self) -> int:
        count = 0
        for path, cassette in abandoned(self.path):
            if cassette.exchanges:
                self._write(cassette.exchanges)
            count += len(cassette.exchanges)
            path.unlink(missing_ok=True)
        remove_leftovers(self.path)
        return count

    def _write(
        self, recorded: Sequence[Exchange], replaced: Iterable[Exchange] = (), journal: Journal | None = None
    ) -> None:
        dumps = self._writer()
        now = load_cassette(self.path) if self.path.exists() else Cassette()
        kept = _without(now.exchanges, replaced)
        data = dumps(now.model_copy(update={"exchanges": (*kept, *recorded)}))
        if len(data) > (limit := limit_of(self.path)):
            raise _outgrown(self.path, len(data), limit)
        if journal is not None:
            journal.about_to_write(data)
        atomic_write(self.path, data)

    def _writer(self) -> Callable[[Cassette], bytes]:
        return cassette_writer(self.path)


def _without(exchanges: Sequence[Exchange], replaced: Iterable[Exchange]) -> Sequence[Exchange]:
    """What others recorded while a cassette was open stays: it replaces only what it found."""
    found = Counter(map(cassette_jsonl.line, replaced))
    if not found:
        return exchanges
    kept = []
    for exchange in exchanges:
        line = cassette_jsonl.line(exchange)
        if found[line]:
            found[line] -= 1
        else:
            kept.append(exchange)
    return kept


def _outgrown(path: Path, size: int, limit: int) -> UnreadableFileError:
    """Nobody could read it again; what was recorded stays in its journal, which is a cassette of JSON Lines."""
    would, most = size >> 20, limit >> 20
    return UnreadableFileError(
        f"was not written: it would have {would} MiB, and a cassette of {path.suffix} is read up to {most} MiB",
        place=str(path),
        hint=f"its recordings are kept in .{path.name}.*.journal: rename that to {path.stem}.jsonl, "
        "and record what is large as JSON Lines (record --cassette NAME.jsonl)",
    )
