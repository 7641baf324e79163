"""Where cassettes that were read once are kept ready to be played: outside the project, for this user alone.

One file for each cassette and way of looking up in it. Everything there can be deleted at any time; whatever goes
wrong with it, the cassette itself is read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

VARIABLE = "INTEGTEST_CASSETTE_CACHE"
SUFFIX = ".cassette-cache"
_OFF = ("off", "0", "no", "false")
_UNUSED = 30 * 24 * 3600
"""Seconds after which a file that nobody used is taken away."""


def folder() -> Path | None:
    """The folder that the variable names, else the user's cache folder (XDG Base Directory Specification); None
    where the variable says `off`, or nobody has a home."""
    said = os.environ.get(VARIABLE, "")
    if said.lower() in _OFF:
        return None
    if said:
        return Path(said)
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    with suppress(RuntimeError):
        return (base if base.is_absolute() else Path.home() / ".cache") / "integtest" / "cassettes"
    return None


def entry(cassette: Path, way: str) -> Path | None:
    """The file for a cassette and a way of looking up in it, be it there or not; None where nothing is kept."""
    where = folder()
    return None if where is None else where / f"{_name(cassette)}-{way}{SUFFIX}"


def forget(cassette: Path) -> None:
    """Keep nothing more of a cassette: it was replaced, and what is in it no longer may be a secret elsewhere."""
    for file in _entries(cassette):
        with suppress(OSError):
            file.unlink()


def sweep(where: Path) -> None:
    """Take away what nobody used for long, and what a process that was killed left half-written."""
    with suppress(OSError):
        for file in where.iterdir():
            age = time.time() - file.stat().st_mtime
            if age > (_UNUSED if file.suffix == SUFFIX else 3600) and file.suffix in (SUFFIX, ".tmp"):
                file.unlink(missing_ok=True)


def _entries(cassette: Path) -> Iterator[Path]:
    where = folder()
    if where is None:
        return
    with suppress(OSError):
        yield from where.glob(f"{_name(cassette)}-*{SUFFIX}")


def _name(cassette: Path) -> str:
    return blake2b(os.fsencode(os.path.realpath(cassette)), digest_size=16).hexdigest()
