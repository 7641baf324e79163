"""What a recorder took down, on disk at once: one scrubbed exchange a line, beside the cassette.

Its process holds a lock on it that the kernel frees when the process dies, so that a journal which nobody holds
is one to recover. Its last line, just before the cassette is replaced, is the digest of what the cassette will be:
a recorder that is killed between that and the journal's removal leaves nothing to recover.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from integtest.adapters.files import lock
from integtest.codecs import cassette_jsonl
from integtest.errors import UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place

SUFFIX = ".journal"
_DONE = b'{"written":"'
_LONGEST = 160
"""Characters of a cassette's name that a journal's name repeats; a file's name has at most 255 bytes."""


class Journal:
    """Appends exchanges; made at the first one. `close` leaves the file, `remove` takes it away.

    A process that was forked while it was open writes one of its own: its parent's is none of its business.
    """

    def __init__(self, cassette: Path) -> None:
        self._cassette = cassette
        self._lock = Lock()
        self._handle: int | None = None
        self._owner = os.getpid()
        self.path: Path | None = None

    def append(self, exchange: Exchange) -> None:
        """Write one exchange; it is with the kernel when this returns, so that a killed process loses nothing.
        UnreadableFileError when it cannot be; what was written before stays whole."""
        self._write(cassette_jsonl.line(exchange))

    def about_to_write(self, data: bytes) -> None:
        """`data` is put into the cassette next, and holds all of this."""
        if self.path is not None:
            self._write(_done(data))

    def remove(self) -> None:
        """Everything in it is safe elsewhere."""
        with self._lock:
            if self.path is not None and self._owner == os.getpid():
                self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = self.path = None

    def _write(self, data: bytes) -> None:
        with self._lock:
            if self._handle is None or self._owner != os.getpid():
                self._open()
            assert self._handle is not None  # noqa: S101 for the type checker
            _write(self._handle, data, str(self.path))

    def _open(self) -> None:
        """Under the folder's lock, for who recovers holds it too, and must not take this for an abandoned one."""
        self._owner = os.getpid()
        try:
            with lock(self._cassette.parent):
                self._handle, self.path = _created(self._cassette)
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _write(self._handle, cassette_jsonl.header(), str(self.path))
        except OSError as error:
            raise UnreadableFileError(
                f"cannot be recorded to: {(error.strerror or str(error)).lower()}",
                place=str(self._cassette),
                hint="make its folder writable, or name another cassette",
            ) from None


def abandoned(cassette: Path) -> Iterator[tuple[Path, Cassette]]:
    """The journals of this cassette whose recorder is gone, each held while the caller looks at it; empty where the
    cassette has all of it. The caller holds the folder's lock."""
    for path in _of(cassette, SUFFIX):
        try:
            handle = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield path, _left(path, cassette)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)


def _left(path: Path, cassette: Path) -> Cassette:
    """What a journal holds that its cassette lacks."""
    data = _bytes(path)
    lines = data.split(b"\n")[:-1]
    if not lines:
        return Cassette()
    done = [line for line in lines if line.startswith(_DONE)]
    if done and cassette.exists() and _done(_bytes(cassette)).rstrip() == done[-1]:
        return Cassette()
    kept = b"".join(line + b"\n" for line in lines if not line.startswith(_DONE))
    try:
        return cassette_jsonl.loads(kept, Place(file=str(path)))
    except UnreadableFileError as error:
        raise UnreadableFileError(
            f"is what an interrupted recorder left, and is damaged: {error.message}",
            place=error.place,
            hint="take that line out, or delete the file, and lose what it recorded",
        ) from None


def _bytes(path: Path) -> bytes:
    """All of it: our own files have no limit, for what was recorded must not be lost by its size."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError((error.strerror or str(error)).lower(), place=str(path)) from None


def _done(data: bytes) -> bytes:
    return _DONE + hashlib.sha256(data).hexdigest().encode() + b'"}\n'


def _created(cassette: Path) -> tuple[int, Path]:
    for number in range(10_000):
        path = cassette.with_name(f".{_stem(cassette)}.{os.getpid()}-{number}{SUFFIX}")
        with suppress(FileExistsError):
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600), path
    raise FileExistsError("ten thousand journals of this process are there already")


def _of(cassette: Path, suffix: str) -> list[Path]:
    """The journals of a cassette, and of no other whose name begins as its does."""
    name = re.compile(rf"\.{re.escape(_stem(cassette))}\.\d+-\d+{re.escape(suffix)}")
    try:
        return sorted(path for path in cassette.parent.iterdir() if name.fullmatch(path.name))
    except OSError:
        return []


def _stem(cassette: Path) -> str:
    name = cassette.name
    if len(name.encode()) <= _LONGEST:
        return name
    short = name.encode()[: _LONGEST - 20].decode(errors="ignore")
    return f"{short}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _write(handle: int, data: bytes, place: str) -> None:
    """All of `data` or nothing of it: half a line would spoil the next one."""
    before = os.fstat(handle).st_size
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(handle, view) :]
    except OSError as error:
        with suppress(OSError):
            os.ftruncate(handle, before)
        raise UnreadableFileError(
            f"cannot be written: {(error.strerror or str(error)).lower()}",
            place=place,
            hint="what was recorded before is kept: make room, and the next start takes it into the cassette",
        ) from None
