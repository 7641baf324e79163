"""Files: read within limits, written whole or not at all, locked between processes."""

from __future__ import annotations

import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import TypeVar

from integtest.adapters import cassette_cache
from integtest.codecs.cassette_read import NoCassetteError
from integtest.errors import IntegtestError, UnreadableFileError, UsageError
from integtest.model.cassette import Cassette
from integtest.model.finding import Finding
from integtest.model.http import Place

T = TypeVar("T")

MAX_BYTES = 100 * 1024 * 1024
"""What a file may have unless a caller says otherwise: 100 MiB."""

LARGE_BYTES = 1024 * 1024 * 1024
"""What a cassette of JSON Lines may have: the form for large recordings."""

_POLL = 0.02
CASSETTES = (".yaml", ".yml", ".json", ".jsonl", ".har")
"""Suffixes of the files that are read as cassettes in a folder."""
_CODECS = {".json": "cassette_json", ".jsonl": "cassette_jsonl", ".har": "har"}
"""The codec of a cassette by its suffix, vcrpy's YAML for others; imported when one is read or written, for a run
without cassettes shall not pay for YAML."""
WRITTEN = (".yaml", ".yml", ".json", ".jsonl")
"""Suffixes of those that are written too."""


def read_bytes(path: str | Path, limit: int = MAX_BYTES) -> bytes:
    """What a regular file holds, at most `limit` bytes; UnreadableFileError otherwise."""
    file = Path(path)
    try:
        found = file.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableFileError("is a folder, not a file", place=str(path))
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFileError("is no regular file", place=str(path), hint="a pipe or device is not read")
        if found.st_size > limit:
            raise too_large(found.st_size, limit, str(path))
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise UnreadableFileError(_reason(error), place=str(path)) from None
    if len(data) > limit:
        raise too_large(len(data), limit, str(path))
    return data


def too_large(size: int, limit: int, place: str) -> UnreadableFileError:
    """The error for what is larger than its reader allows."""
    return UnreadableFileError(
        f"is too large: {_megabytes(size)}, and at most {_megabytes(limit)} are read",
        place=place,
        hint="split it, or leave it out",
    )


def atomic_write(path: str | Path, data: bytes) -> None:
    """Put `data` into a file so that every reader sees the old content or the new, never a part.

    Folders on the way are made; a link is followed; the file's permissions are kept. UnreadableFileError, with the
    old content untouched, where that is not possible.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # /dev/stdout, /dev/null, a pipe: nothing to swap
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _swap(target, data)
        if target.suffix.lower() in CASSETTES:
            cassette_cache.forget(target)
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableFileError(f"cannot be written: {_reason(error)}", place=str(path)) from None


@contextmanager
def lock(folder: str | Path, timeout: float = 30.0) -> Iterator[None]:
    """Hold a folder against other processes and threads that lock it too; it is made where it is missing.

    The kernel frees the lock of a process that dies, so that none is ever stale. UnreadableFileError when another
    holds it for longer than `timeout` seconds.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UnreadableFileError(f"cannot be locked: {_reason(error)}", place=str(folder)) from None
    try:
        _acquire(handle, str(folder), time.monotonic() + timeout, timeout)
        yield
    finally:
        os.close(handle)


def load_cassette(path: str | Path, limit: int | None = None) -> Cassette:
    """The cassette in a file: vcrpy's YAML, or by its suffix vcrpy's JSON, JSON Lines or HAR; UnreadableFileError
    where it is none, or larger than `limit` bytes, `limit_of` by default."""
    return parse_cassette(read_bytes(path, limit_of(path) if limit is None else limit), path)


def parse_cassette(data: bytes, path: str | Path) -> Cassette:
    """The cassette in a file's bytes, by its suffix; UnreadableFileError where it is none."""
    try:
        loaded: Cassette = _codec(Path(path).suffix.lower()).loads(data, Place(file=str(path)))
    except IntegtestError as error:
        error.hint = error.hint or "restore the file from version control, or record it again"
        raise
    return loaded


def limit_of(path: str | Path) -> int:
    """How many bytes a cassette of this suffix may have."""
    return LARGE_BYTES if Path(path).suffix.lower() == ".jsonl" else MAX_BYTES


def _codec(suffix: str) -> ModuleType:
    return import_module(f"integtest.codecs.{_CODECS.get(suffix, 'cassette_yaml')}")


def cassette_writer(path: str | Path) -> Callable[[Cassette], bytes]:
    """What makes the bytes of a cassette file, by its suffix; UsageError for a kind that is not written."""
    suffix = Path(path).suffix.lower()
    if suffix not in WRITTEN:
        raise UsageError(
            f"cassettes are not written as {suffix or 'a file without a suffix'}",
            place=str(path),
            hint=f"name it with one of {', '.join(WRITTEN)}",
        )
    dumps: Callable[[Cassette], bytes] = _codec(suffix).dumps
    return dumps


def load_cassettes(paths: Sequence[str | Path], limit: int | None = None) -> tuple[list[Cassette], list[Finding]]:
    """The cassettes in files and folders, each once, and one finding for each that cannot be read.

    Documents of another kind that a folder holds beside its cassettes are passed over; named, they are a finding.
    """
    return load_each(paths, lambda file: load_cassette(file, limit))


def load_each(paths: Sequence[str | Path], load: Callable[[Path], T]) -> tuple[list[T], list[Finding]]:
    """As `load_cassettes`, by another way to load a file."""
    loaded: list[T] = []
    findings: list[Finding] = []
    seen: set[Path] = set()
    for path in paths:
        folder = Path(path).is_dir()
        for file in walk(Path(path), CASSETTES) if folder else [Path(path)]:
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            try:
                loaded.append(load(file))
            except IntegtestError as error:
                if not (folder and isinstance(error, NoCassetteError)):
                    findings.append(_unreadable(file, error))
    return loaded, findings


def all_cassettes(paths: Sequence[str | Path]) -> list[Cassette]:
    """As `load_cassettes`; the first one that cannot be read raises UnreadableFileError."""
    return load_all(paths, load_cassette)


def load_all(paths: Sequence[str | Path], load: Callable[[Path], T]) -> list[T]:
    """As `load_each`; the first one that cannot be read raises UnreadableFileError."""
    loaded, unread = load_each(paths, load)
    for one in unread:
        where = one.location
        place = f"{where.file}:{where.line}" if where.line else where.file
        raise UnreadableFileError(one.message, place=place, hint=one.hint)
    return loaded


def _unreadable(file: Path, error: IntegtestError) -> Finding:
    line = (error.place or "").removeprefix(f"{file}:")
    return Finding(
        rule="cassette-unreadable",
        severity="error",
        blame="recording",
        message=f"the cassette cannot be read: {error.message}",
        hint=error.hint,
        location=Place(file=str(file), line=int(line) if line.isdigit() else None),
    )


def walk(folder: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    """The files below a folder with these suffixes, sorted; hidden ones and links that lead out are passed over."""
    root = folder.resolve()
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            file = Path(parent, name)
            if not name.startswith(".") and file.suffix.lower() in suffixes and _inside(file, root):
                yield file


def _inside(file: Path, root: Path) -> bool:
    return not file.is_symlink() or file.resolve().is_relative_to(root)


def _swap(target: Path, data: bytes) -> None:
    beside, handle = _beside(target)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if target.exists():
                os.fchmod(stream.fileno(), stat.S_IMODE(target.stat().st_mode))
            os.fsync(stream.fileno())
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _beside(target: Path) -> tuple[Path, int]:
    """A new file, held as long as it is open, so that nobody takes it for a leftover."""
    while True:
        beside = target.with_name(f".{target.name[:80]}.{token_hex(8)}.tmp")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with suppress(OSError):  # a file system without locks has no leftovers removed either
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink:
            return beside, handle
        os.close(handle)


def remove_leftovers(path: Path) -> None:
    """Take away what `atomic_write` of this file left unfinished when its process was killed."""
    begun = re.compile(rf"\.{re.escape(path.name[:80])}\.[0-9a-f]{{16}}\.tmp")
    with suppress(OSError):
        for one in [one for one in path.parent.iterdir() if begun.fullmatch(one.name)]:
            handle = os.open(one, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                one.unlink(missing_ok=True)
            except BlockingIOError:
                continue
            finally:
                os.close(handle)


def _acquire(handle: int, folder: str, deadline: float, timeout: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise UnreadableFileError(
                    f"is locked by another process for more than {timeout:g} s",
                    place=folder,
                    hint="is another run writing there?",
                ) from None
            time.sleep(_POLL)
        except OSError as error:
            raise UnreadableFileError(f"cannot be locked: {_reason(error)}", place=folder) from None
        else:
            return


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error) or type(error).__name__).lower()


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.3g} MiB"
