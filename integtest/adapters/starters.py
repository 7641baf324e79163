"""The starters that come with the packs, and files that are never written over."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from integtest.errors import UnreadableFileError


def starter(name: str) -> str:
    """The text of a starter, by its name without `.txt`."""
    found = files("integtest.packs").joinpath("starters", *f"{name}.txt".split("/"))
    try:
        return found.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableFileError(
            f"cannot be read: {error.strerror or error}", place=str(found), hint="install integtest anew"
        ) from None


def write_new(path: str, text: str) -> bool:
    """Write a file that is not there yet, with the folders above it; False, and nothing done, where one is.
    UnreadableFileError where that is not possible."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        if target.is_dir() or not target.parent.is_dir():
            raise UnreadableFileError(
                "cannot be written: a folder, or a file where one should be", place=path
            ) from None
        return False
    except OSError as error:
        raise UnreadableFileError(f"cannot be written: {error.strerror or error}", place=path) from None
    return True
