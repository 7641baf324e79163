"""TOML files that may configure integtest: where they are, and their table."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integtest.errors import ConfigError

_LARGEST = 4 * 1024 * 1024
_OWN_NAME = "integtest.toml"
_SHARED_NAME = "pyproject.toml"


@dataclass(frozen=True)
class Source:
    """A file and its table for integtest; `prefix` is the table's dotted name, "" when it is the whole file."""

    file: Path
    table: dict[str, Any]
    prefix: str


def shown(file: Path) -> str:
    """`file` as a person in the working folder would write it."""
    try:
        relative = os.path.relpath(file)
    except ValueError:  # another drive
        return str(file)
    far = Path(relative).parts[:3] == ("..",) * 3
    return str(file.absolute()) if far else relative


def search(start: Path) -> Source | None:
    """The nearest configuration at or above `start`, no farther up than the top of its git repository."""
    for folder in (start.absolute(), *start.absolute().parents):
        for name in (_OWN_NAME, _SHARED_NAME):
            file = folder / name
            source = _source(file) if file.is_file() else None
            if source:
                return source
        if (folder / ".git").exists():
            return None
    return None


def read(file: Path) -> Source:
    """The configuration in `file`; ConfigError when it is missing, malformed, or has none."""
    source = _source(file)
    if source is None:
        raise ConfigError(
            "has no [tool.integtest] table", place=shown(file), hint="name the file that has it, or add the table"
        )
    return source


def _source(file: Path) -> Source | None:
    document = _document(file)
    tool = document.get("tool")
    if isinstance(tool, dict) and "integtest" in tool:
        if not isinstance(tool["integtest"], dict):
            raise ConfigError("must be a table", place=f"{shown(file)}: tool.integtest")
        return Source(file, tool["integtest"], "tool.integtest")
    return None if file.name == _SHARED_NAME else Source(file, document, "")


def _document(file: Path) -> dict[str, Any]:
    place = shown(file)
    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"cannot be read: {reason}", place=place, hint="name a TOML file") from None
    if len(data) > _LARGEST:
        raise ConfigError(f"is larger than {_LARGEST // 1024**2} MB: not a configuration", place=place)
    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8 text", place=f"{place}:{line}") from None
    except RecursionError:
        raise ConfigError("is nested too deeply", place=place) from None
    except tomllib.TOMLDecodeError as error:
        raise _malformed(error, place) from None


def _malformed(error: tomllib.TOMLDecodeError, place: str) -> ConfigError:
    """The parser puts the position into its text: `… (at line 3, column 7)`."""
    found = re.fullmatch(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    text = found[1] if found else str(error)
    where = f"{place}:{found[2]}:{found[3]}" if found and found[2] else f"{place}: at its end"
    return ConfigError(f"is not TOML: {text[:1].lower()}{text[1:]}", place=where)
