"""One file of the cache: a cassette's exchanges as lines of JSON, and behind them an index by which each is found.

    line line … line, index: one entry of fixed size for each, footer: JSON, trailer: where the footer begins

Nothing in it is trusted: the trailer, the footer, the index and each line are checked, and it is data alone.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from integtest.adapters.tape.hosts import hosts_of, origins_of
from integtest.codecs import cassette_jsonl, exchange_line
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place
from integtest.rules.freshness import Age, age_of
from integtest.rules.replay.library import MARK_BYTES, Mark

_INDEX = struct.Struct(f"<QIII?{MARK_BYTES}s{MARK_BYTES}s")
"""Offset, length and checksum of a line; the line in the cassette, 0 for none; whether there is an exact digest;
the digests."""
_TRAILER = struct.Struct("<QI16s8s")
_MAGIC = b"itcache1"


class Spot(NamedTuple):
    """Where an exchange stands in the cache's file and in the cassette."""

    offset: int
    length: int
    check: int
    line: int


class Index(NamedTuple):
    """What is known of a cassette without reading an exchange."""

    spots: Sequence[Spot]
    marks: Sequence[Mark]
    pointers: Sequence[str] | None
    hosts: frozenset[str]
    origins: list[str]
    age: Age

    def place(self, file: str, number: int) -> Place:
        """Where the exchange of this number stands in the cassette."""
        pointer = self.pointers[number] if self.pointers else None
        return Place(file=file, line=self.spots[number].line or None, pointer=pointer)


class UnfitError(Exception):
    """The cassette holds what the cache cannot give back just so."""


def write(target: Path, digest: str, cassette: Cassette, marks: Iterable[Mark]) -> None:
    """Put a cassette whose content has this digest into the cache, whole or not at all. OSError where that fails,
    UnfitError where the cassette would not come out as it went in."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = target.with_name(f"{target.name}.{token_hex(8)}.tmp")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            offset, index = 0, []
            for exchange, mark in zip(cassette.exchanges, marks, strict=True):
                line = _line(exchange)
                spot = (offset, len(line), crc32(line), exchange.place.line or 0)
                index.append(_INDEX.pack(*spot, mark.exact is not None, mark.key, mark.exact or b""))
                stream.write(line)
                offset += len(line)
            stream.write(_end(offset, b"".join(index), digest, cassette))
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def read(handle: int, digest: str) -> Index | None:
    """The index of an open file of the cache, None where it is none of ours, is damaged, or was made of another
    content than has this digest."""
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            return None
        return _read(handle, found.st_size, digest)
    except (OSError, ValueError, TypeError, KeyError, struct.error):
        return None


def exchange(handle: int, spot: Spot, place: Place) -> Exchange | None:
    """One exchange; None where its line is damaged."""
    try:
        line = os.pread(handle, spot.length, spot.offset)
    except OSError:
        return None
    if len(line) != spot.length or crc32(line) != spot.check:
        return None
    return exchange_line.read(line, place)


def _line(one: Exchange) -> bytes:
    """Its line, after a look whether the same comes out again."""
    try:
        line = cassette_jsonl.line(one)
        same = exchange_line.read(line, one.place) == one
    except (KeyError, TypeError, ValueError) as error:
        raise UnfitError(str(error)) from None
    if not same:
        raise UnfitError("an exchange would come out otherwise")
    return line


def _end(offset: int, index: bytes, digest: str, cassette: Cassette) -> bytes:
    pointers = [one.place.pointer or "" for one in cassette.exchanges]
    footer = orjson.dumps(
        {
            "cassette": digest,
            "index": [offset, len(index), blake2b(index, digest_size=16).hexdigest()],
            "hosts": sorted(hosts_of(cassette.exchanges)),
            "origins": origins_of(cassette.exchanges),
            "pointers": pointers if any(pointers) else None,
            "age": _plain(age_of(cassette.exchanges)),
        }
    )
    seal = blake2b(footer, digest_size=16).digest()
    return index + footer + _TRAILER.pack(offset + len(index), len(footer), seal, _MAGIC)


def _read(handle: int, size: int, digest: str) -> Index | None:
    start, length, seal, magic = _TRAILER.unpack(os.pread(handle, _TRAILER.size, size - _TRAILER.size))
    if magic != _MAGIC or start + length + _TRAILER.size != size:
        return None
    footer = os.pread(handle, length, start)
    if blake2b(footer, digest_size=16).digest() != seal:
        return None
    facts: dict[str, Any] = orjson.loads(footer)
    at, extent, sum_ = facts["index"]
    index = os.pread(handle, extent, at)
    if facts["cassette"] != digest or blake2b(index, digest_size=16).hexdigest() != sum_:
        return None
    spots, marks = [], []
    for offset, long, check, line, is_exact, key, exact in _INDEX.iter_unpack(index):
        spots.append(Spot(offset, long, check, line))
        marks.append(Mark(key, exact if is_exact else None))
    return Index(spots, marks, facts["pointers"], frozenset(facts["hosts"]), facts["origins"], _age(*facts["age"]))


def _plain(age: Age) -> list[str | int | None]:
    return [None if age.oldest is None else age.oldest.isoformat(), *age[1:]]


def _age(oldest: str | None, unknown: int, total: int, max_age: str | None) -> Age:
    return Age(None if oldest is None else datetime.fromisoformat(oldest), unknown, total, max_age)
