"""First files of a project: contracts from packs, or one of its own with a test; nothing is written over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from integtest.errors import UsageError
from integtest.model.check import Check
from integtest.packs import PACKS

CONSUMER = "my-service"
"""The consumer's name in starters, in whose place the real one is written."""

Read = Callable[[str], str]
"""The text of a starter by its name below the starters' folder, without `.txt`."""
WriteNew = Callable[[str, str], bool]
"""Writes text into a new file; False where one is there already, which is left as it is."""


@dataclass(frozen=True)
class Wanted:
    """What to start with. `folder` is where contracts go, `configured` whether a configuration is in force."""

    uses: tuple[str, ...]
    consumer: str
    folder: str = "contracts"
    configured: bool = False


@dataclass(frozen=True)
class Started:
    """What became of each file, and what to type next."""

    checks: tuple[Check, ...]
    next_command: str


def menu() -> tuple[Check, ...]:
    """Every pack and what it holds."""
    return tuple(Check(name=name, status="ok", detail=text) for name, text in PACKS.items())


def consumer_of(folder: str) -> str:
    """A consumer's name made of a folder's."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", folder).strip("-.") or CONSUMER


def start(wanted: Wanted, read: Read, write_new: WriteNew, hint: Callable[[str], str | None]) -> Started:
    """Write the files; UsageError, with nothing written, for a pack that there is not. `hint` says which pack was
    probably meant."""
    for name in wanted.uses:
        if name not in PACKS:
            raise UsageError(f"there is no pack {name!r}", place="--use", hint=hint(name))
    _check_consumer(wanted.consumer)
    texts, beside = (
        {path: _filled(read(name), wanted) for path, name in files(wanted)} for files in (_files, _beside)
    )
    needed = [_check(path, True) for path, text in beside.items() if write_new(path, text)]
    checks = [_check(path, write_new(path, text)) for path, text in texts.items()]
    return Started((*needed, *checks), _next(wanted, texts))


def _check_consumer(name: str) -> None:
    if not re.fullmatch(r"[^\"\\\x00-\x1f]+", name) or not name.strip():
        raise UsageError(
            f"{name!r} is no name for a consumer", place="--consumer", hint="letters, digits and hyphens"
        )


def _files(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Each path to write and the starter that goes there."""
    for name in dict.fromkeys(wanted.uses):
        yield f"{wanted.folder}/{name}.py", f"{name}.py"
    if not wanted.uses:
        yield f"{wanted.folder}/first.py", "project/first.py"
        yield "test_first.py", "project/test_first.py"


def _beside(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """What the others need, where it is not there yet: a configuration, and a package to import from."""
    if not wanted.configured:
        yield "integtest.toml", "project/integtest.toml"
    yield f"{wanted.folder}/__init__.py", "project/__init__.py"


def _filled(text: str, wanted: Wanted) -> str:
    module = wanted.folder.strip("/").replace("/", ".")
    named = text.replace(f'"{CONSUMER}"', f'"{wanted.consumer}"')
    return named.replace("from contracts.", f"from {module}.").replace('"contracts', f'"{wanted.folder}')


def _check(path: str, written: bool) -> Check:
    if written:
        return Check(name=path, status="ok", detail="written: it is yours to edit")
    return Check(
        name=path, status="warn", detail="is there already: left as it is", hint="move it away to have a new one"
    )


def _next(wanted: Wanted, texts: dict[str, str]) -> str:
    if not wanted.uses:
        return "next: pytest test_first.py"
    paths = [f"{wanted.folder}/{name}.py" for name in dict.fromkeys(wanted.uses)]
    providers = dict.fromkeys(found for path in paths for found in re.findall(r'provider="([^"]+)"', texts[path]))
    contracts = " ".join(f"--contract {path}" for path in paths)
    addresses = " ".join(f"--provider {provider}=URL" for provider in providers)
    return f"next: edit what was written, then: integtest verify {contracts} {addresses}"
