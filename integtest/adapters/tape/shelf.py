"""Recordings to play from: of a cassette that is read and interpreted, or of the cache that an earlier run left."""

from __future__ import annotations

import json
import os
import stat
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import blake2b, file_digest, pbkdf2_hmac, sha256
from pathlib import Path
from typing import overload

from integtest._version import __version__
from integtest.adapters import cassette_cache
from integtest.adapters.files import limit_of, parse_cassette, read_bytes
from integtest.adapters.tape import cache_file
from integtest.adapters.tape.hosts import hosts_of, origins_of
from integtest.errors import UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place
from integtest.rules.freshness import Age, age_of
from integtest.rules.replay import Mark, Matching
from integtest.rules.secrets import Policy

SMALLEST = 256 * 1024
"""Bytes of a cassette that is worth keeping: a smaller one is read in the time it takes to look for it."""
_ROUNDS = 50_000
_CODE = ("codecs", "model", "rules", "rules/replay", "rules/secrets", "adapters/tape")
"""Folders of the package on which it depends what becomes of a cassette."""


class Recordings(Sequence[Exchange]):
    """The exchanges of a cassette from the cache, each read when it is asked for first.

    A line that was damaged meanwhile makes the cassette be read itself; UnreadableFileError where that has changed
    by then.
    """

    def __init__(self, path: Path, digest: str, handle: int, index: cache_file.Index) -> None:
        self._path, self._digest, self._handle, self._index = path, digest, handle, index
        self._read: dict[int, Exchange] = {}
        weakref.finalize(self, os.close, handle)

    def __len__(self) -> int:
        return len(self._index.spots)

    @overload
    def __getitem__(self, number: int) -> Exchange: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Exchange]: ...

    def __getitem__(self, number: int | slice) -> Exchange | Sequence[Exchange]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if number < 0:
            number += len(self)
        return self._read.get(number) or self._fetch(number)

    def _fetch(self, number: int) -> Exchange:
        place = self._index.place(str(self._path), number)
        found = cache_file.exchange(self._handle, self._index.spots[number], place)
        if found is None:
            cassette_cache.forget(self._path)
            self._read = dict(enumerate(self._anew().exchanges))
            return self._read[number]
        self._read[number] = found
        return found

    def _anew(self) -> Cassette:
        data = read_bytes(self._path, limit_of(self._path))
        if sha256(data).hexdigest() == self._digest:
            return parse_cassette(data, self._path)
        raise UnreadableFileError(
            "changed while it was played, and what was kept of it is damaged",
            place=str(self._path),
            hint="run again",
        )


class Shelf:
    """A cassette's exchanges; from the cache with the `marks` that an earlier run worked out. `is_new` tells that
    they came from the cassette, and are worth to be kept in the cache."""

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        index: cache_file.Index | None = None,
        write: Callable[[Iterable[Mark]], None] | None = None,
        file: str = "",
    ) -> None:
        self.exchanges = exchanges
        self._index, self._file = index, file
        self.marks = index.marks if index else None
        self.is_new = write is not None
        self._write = write

    @cached_property
    def age(self) -> Age:
        """How old they are, and may be; no recording of the cache is read for it."""
        return self._index.age if self._index else age_of(self.exchanges)

    @cached_property
    def origins(self) -> list[str]:
        """The schemes, hosts and ports that were asked, in the order met."""
        return self._index.origins if self._index else origins_of(self.exchanges)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts that were asked, as host[:port]."""
        return self._index.hosts if self._index else hosts_of(self.exchanges)

    def place(self, number: int) -> Place:
        """Where an exchange stands in the cassette."""
        return self._index.place(self._file, number) if self._index else self.exchanges[number].place

    def keep(self, marks: Iterable[Mark]) -> None:
        """Put it into the cache, where it is new; no harm where it cannot be."""
        if self._write is not None:
            with suppress(OSError, cache_file.UnfitError):
                self._write(marks)


def open_shelf(path: Path, matching: Matching, policy: Policy) -> Shelf:
    """The recordings in a cassette. The cache counts only where it was made of the bytes that the file holds now,
    by this very code, for this way of looking up."""
    entry = _entry(path, matching, policy)
    if entry is not None and (kept := _kept(path, entry)):
        return kept
    data = read_bytes(path, limit_of(path))
    cassette = parse_cassette(data, path)
    if entry is None:
        return Shelf(cassette.exchanges)
    digest = sha256(data).hexdigest()

    def write(marks: Iterable[Mark]) -> None:
        cache_file.write(entry, digest, cassette, marks)
        cassette_cache.sweep(entry.parent)

    return Shelf(cassette.exchanges, write=write)


def _entry(path: Path, matching: Matching, policy: Policy) -> Path | None:
    """The cache's file, be it there or not; None for a cassette that is none, or not worth it."""
    try:
        found = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or not SMALLEST <= found.st_size <= limit_of(path):
        return None
    return cassette_cache.entry(path, _way(path.suffix.lower(), matching, policy))


def _kept(path: Path, entry: Path) -> Shelf | None:
    try:
        handle = os.open(entry, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    index = None
    try:
        with path.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
        index = cache_file.read(handle, digest)
        with suppress(OSError):
            os.utime(entry)
    except OSError:
        return None
    finally:
        if index is None:
            os.close(handle)
    return index and Shelf(Recordings(path, digest, handle, index), index, file=str(path))


def _way(suffix: str, matching: Matching, policy: Policy) -> str:
    """What the keys of a cassette depend on besides its content, as a digest."""
    known = tuple(sorted((name, value.get_secret_value()) for name, value in policy.known.items()))
    told = [suffix, matching.model_dump_json(), policy.model_dump_json(exclude={"known"}), _known(known), _code()]
    return blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=8)
def _known(known: tuple[tuple[str, str], ...]) -> str:
    """A few bytes that change with the secret values, too few and too slowly made to find a value by them."""
    if not known:
        return ""
    return pbkdf2_hmac("sha256", json.dumps(known).encode(), b"integtest cassette cache", _ROUNDS, 4).hex()


@lru_cache(maxsize=1)
def _code() -> str:
    """The code that makes exchanges and keys of a file: another integtest, or an edited one, reads for itself."""
    root, total = Path(__file__).parents[2], sha256(__version__.encode())
    for folder in _CODE:
        for file in sorted((root / folder).glob("*.py")):
            total.update(file.read_bytes())
    return total.hexdigest()
