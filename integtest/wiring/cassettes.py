"""Binds the flows on cassette files to adapters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from integtest.errors import UsageError

if TYPE_CHECKING:
    from integtest.flows.convert import Conversion
    from integtest.model.cassette import Cassette
    from integtest.rules.secrets import Policy


def convert_cassettes(
    source: str, target: str, policy: Policy, *, to: str | None, scrub: bool, force: bool
) -> Conversion:
    """Convert a file, or the cassettes below a folder into another folder. UsageError when there is none, or a
    target exists and `force` is not given; UnreadableFileError when one cannot be read or written."""
    from integtest.adapters.files import atomic_write, cassette_writer
    from integtest.flows.convert import convert

    pairs = _folder(Path(source), Path(target), to) if Path(source).is_dir() else _file(source, target, to)
    for _, path in pairs:
        cassette_writer(path)
        if Path(path).exists() and not force:
            raise UsageError("exists already", place=path, hint="give --force to write over it")

    def write(cassette: Cassette, path: str) -> None:
        atomic_write(path, cassette_writer(path)(cassette))

    return convert(pairs, policy, write, scrub=scrub)


def _file(source: str, target: str, to: str | None) -> list[tuple[Cassette, str]]:
    from integtest.adapters.files import load_cassette

    if to:
        raise UsageError("--to is for folders", hint="the suffix of TARGET tells its kind")
    if Path(target).is_dir():
        raise UsageError("is a folder, and SOURCE is a file", place=target, hint="name the file to write")
    return [(load_cassette(source), target)]


def _folder(source: Path, target: Path, to: str | None) -> list[tuple[Cassette, str]]:
    from integtest.adapters.files import all_cassettes

    if target.is_file():
        raise UsageError("is a file, and SOURCE is a folder", place=str(target), hint="name a folder")
    cassettes = all_cassettes([source])
    if not cassettes:
        raise UsageError(f"no cassette in {source}", hint="name a cassette file, or a folder of them")
    pairs: dict[str, Cassette] = {}
    for cassette in cassettes:
        file = Path(cassette.place.file or "")
        path = str((target / file.relative_to(source)).with_suffix(f".{to or 'yaml'}"))
        if path in pairs:
            raise UsageError(
                f"both {pairs[path].place.file} and {file} would become it",
                place=path,
                hint="convert one by itself",
            )
        pairs[path] = cassette
    return [(cassette, path) for path, cassette in pairs.items()]
