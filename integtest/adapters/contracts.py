"""Contracts from wherever a user points: modules, pacts, folders of both, URLs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from integtest.adapters import contract_module, contract_url
from integtest.adapters.contract_merge import Source, merge
from integtest.adapters.files import MAX_BYTES, read_bytes, walk
from integtest.codecs import pact_read
from integtest.codecs.json_document import parse
from integtest.errors import ContractError, UnreadableFileError
from integtest.model.contract import Contract
from integtest.model.finding import Finding
from integtest.model.http import Place

_PASSED_OVER = ("approvals", "node_modules")
_FEW = 3
"""Files that are named one by one; more are counted."""


@dataclass(frozen=True)
class Loaded:
    """Contracts, one for each consumer and provider; what is wrong with them; what was passed over."""

    contracts: tuple[Contract, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def load(target: str | Path) -> list[Contract]:
    """The contracts of one target, at least one.

    A target is a module file (`contracts/auth.py`), a dotted module (`contracts.auth`), a pact of any version, a
    folder of them, or an http(s) URL of a pact. ContractError where there is none, where a module cannot be
    imported, or where two files contradict each other; UnreadableFileError where a file or URL cannot be read.
    """
    loaded = load_all([target])
    for finding in loaded.findings:
        if finding.severity == "error":
            raise ContractError(finding.message, place=finding.location.file, hint=finding.hint)
    return list(loaded.contracts)


def load_all(targets: Sequence[str | Path], limit: int = MAX_BYTES) -> Loaded:
    """The contracts of all targets, merged as `contract_merge.merge` says; a file named twice is read once."""
    sources: list[Source] = []
    notes: list[str] = []
    seen: set[Path] = set()
    for target in targets:
        sources += _sources(str(target), seen, notes, limit)
    contracts, findings = merge(sources)
    return Loaded(tuple(contracts), tuple(findings), tuple(notes))


def _sources(target: str, seen: set[Path], notes: list[str], limit: int) -> list[Source]:
    if target.startswith(("http://", "https://")):
        origin = contract_url.shown(target)
        data = contract_url.fetch(target, limit=limit)
        return [Source(pact_read.loads(data, Place(file=origin)), origin, compiled=True)]
    path = Path(target)
    if path.is_dir():
        return _from_folder(path, seen, notes, limit)
    if not path.exists() and not _is_path(target):
        return _some([Source(one, target, compiled=False) for one in contract_module.from_name(target)], target)
    return _from_file(path, seen, limit)


def _from_file(path: Path, seen: set[Path], limit: int) -> list[Source]:
    if not path.exists():
        raise UnreadableFileError("no such file or folder", place=str(path))
    if path.resolve() in seen:
        return []
    seen.add(path.resolve())
    if path.suffix == ".py":
        return _some(_from_module(path), str(path))
    return [Source(pact_read.loads(read_bytes(path, limit), Place(file=str(path))), str(path), compiled=True)]


def _from_folder(folder: Path, seen: set[Path], notes: list[str], limit: int) -> list[Source]:
    found: list[Source] = []
    files = _files(folder)
    fresh = [file for file in files if file.resolve() not in seen]
    passed_over: list[Path] = []
    for file in fresh:
        seen.add(file.resolve())
        if file.suffix == ".py":
            made = _from_module(file)
        else:
            document = parse(read_bytes(file, limit), Place(file=str(file)))
            if not pact_read.is_pact(document):
                passed_over.append(file)
                continue
            made = [Source(pact_read.from_document(document, Place(file=str(file))), str(file), compiled=True)]
        found += made
    if not found and len(fresh) == len(files):
        raise ContractError(
            "holds no contract", place=str(folder), hint="a contract module or a pact is looked for"
        )
    notes += _noted(folder, passed_over)
    return found


def _noted(folder: Path, passed_over: Sequence[Path]) -> list[str]:
    if len(passed_over) > _FEW:
        return [f"{len(passed_over)} JSON files below {folder} are no pacts and were passed over"]
    return [f"{file} is no pact and was passed over" for file in passed_over]


def _files(folder: Path) -> list[Path]:
    """Modules before pacts, so that neither hides behind the other's name."""
    files = list(walk(folder, (".py", ".json")))
    files = [file for file in files if not set(file.relative_to(folder).parts[:-1]) & set(_PASSED_OVER)]
    modules = [file for file in files if file.suffix == ".py" and not _private(file.name)]
    return [*modules, *(file for file in files if file.suffix == ".json")]


def _private(name: str) -> bool:
    return name.startswith(("_", "test_")) or name == "conftest.py"


def _from_module(file: Path) -> list[Source]:
    return [Source(one, str(file), compiled=False) for one in contract_module.from_file(file)]


def _some(found: list[Source], target: str) -> list[Source]:
    if not found:
        raise ContractError(
            "contains no contract",
            place=target,
            hint='a contract is made with Contract(consumer="…", provider="…")',
        )
    return found


def _is_path(target: str) -> bool:
    return "/" in target or "\\" in target or target.endswith((".py", ".json"))
