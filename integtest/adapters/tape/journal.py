"""What a recorder took down, on disk at once: one scrubbed exchange a line, beside the cassette.

Its process holds a lock on it that the kernel frees when the process dies, so that a journal which nobody holds
is one to recover.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from integtest.adapters.files import read_bytes
from integtest.codecs import cassette_jsonl
from integtest.errors import UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place

SUFFIX = ".journal"


class Journal:
    """Appends exchanges; made at the first one. `close` leaves the file, `remove` takes it away."""

    def __init__(self, cassette: Path) -> None:
        self._cassette = cassette
        self._lock = Lock()
        self._handle: int | None = None
        self.path: Path | None = None

    def append(self, exchange: Exchange) -> None:
        """Write one exchange; it is with the kernel when this returns, so that a killed process loses nothing."""
        with self._lock:
            if self._handle is None:
                self._open()
            assert self._handle is not None  # noqa: S101 for the type checker
            _write(self._handle, cassette_jsonl.line(exchange), str(self.path))

    def remove(self) -> None:
        """Everything in it is safe elsewhere."""
        with self._lock:
            if self.path is not None:
                self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def _open(self) -> None:
        folder = self._cassette.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(10_000):
                path = folder / f".{self._cassette.name}.{os.getpid()}-{number}{SUFFIX}"
                with suppress(FileExistsError):
                    self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
                    break
            assert self._handle is not None  # noqa: S101 ten thousand names are never all taken
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UnreadableFileError(
                f"cannot be recorded to: {error.strerror}",
                place=str(self._cassette),
                hint="make its folder writable, or name another cassette",
            ) from None
        self.path = path
        _write(self._handle, cassette_jsonl.header(), str(path))


def abandoned(cassette: Path) -> Iterator[tuple[Path, Cassette]]:
    """The journals of this cassette whose recorder is gone, each held while the caller looks at it."""
    for path in sorted(cassette.parent.glob(f".{_escaped(cassette.name)}.*{SUFFIX}")):
        try:
            handle = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            data = read_bytes(path)
            if data.partition(b"\n")[1]:
                yield path, cassette_jsonl.loads(data, Place(file=str(path)), cut=True)
            else:
                path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)


def _write(handle: int, data: bytes, place: str) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(handle, view) :]
    except OSError as error:
        raise UnreadableFileError(f"cannot be written: {error.strerror}", place=place) from None


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
