"""Compiled pacts on disk: only what a passing test exercised, safe under parallel runs."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from integtest.adapters.files import atomic_write, lock, read_bytes
from integtest.codecs import pact_v4
from integtest.model.contract import AnyInteraction, Contract
from integtest.model.http import Place

Identity = tuple[str, ...]

_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()+@,=-]+")
_MAX_NAME = 200


def update(
    folder: str | Path,
    contract: Contract,
    proven: Collection[Identity],
    failed: Collection[Identity],
    declared: Collection[Identity] | None = None,
) -> Path | None:
    """Bring the pact of `contract` in `folder` up to date with a run; its path when the file was written.

    In it stand the interactions that `contract` declares and that are in `proven`, or stood in the file with
    the same content; never one in `failed`, never one that changed without being proven anew. `declared` adds
    identities that other modules declare for the same pair: what the file holds of them stays. Interactions that
    nobody declares any more go; without any left, the file goes too. A file that says the same already is not
    touched; one that cannot be read is an UnreadableFileError and stays as it is.
    """
    folder = Path(folder)
    wanted = {one.identity for one in contract.interactions if one.identity in proven} - set(failed)
    if not wanted and not folder.is_dir():
        return None
    with lock(folder):
        path = _path(folder, contract)
        before = read_bytes(path) if path.exists() else None
        held = pact_v4.loads(before, Place(file=str(path))).interactions if before is not None else ()
        kept = _kept(contract, held, wanted, failed, declared or ())
        if not kept:
            path.unlink(missing_ok=True)
            return None
        after = pact_v4.dumps(contract.model_copy(update={"interactions": tuple(kept)}))
        if after == before:
            return None
        atomic_write(path, after)
        return path


def file_name(consumer: str, provider: str) -> str:
    """`consumer-provider.json`, as Pact's tools name it; other characters give way to "_" and a digest."""
    name = f"{consumer}-{provider}"
    safe = _UNSAFE.sub("_", name)[:_MAX_NAME].lstrip(". ")
    return f"{safe}.json" if safe == name else f"{safe}-{_digest(consumer, provider)}.json"


def _kept(
    contract: Contract,
    held: Collection[AnyInteraction],
    wanted: Collection[Identity],
    failed: Collection[Identity],
    declared: Collection[Identity],
) -> list[AnyInteraction]:
    ours = {one.identity: one for one in contract.interactions}
    on_disk = {one.identity: one for one in held if one.identity not in failed}
    kept = []
    for identity, one in ours.items():
        same = identity in on_disk and pact_v4.interaction_text(on_disk[identity]) == pact_v4.interaction_text(one)
        if identity in wanted or same:
            kept.append(one)
    return kept + [one for identity, one in on_disk.items() if identity in declared and identity not in ours]


def _path(folder: Path, contract: Contract) -> Path:
    """Where the pact stands: "a-b" with "c" and "a" with "b-c" must not share a file."""
    consumer, provider = contract.info.consumer, contract.info.provider
    plain = folder / file_name(consumer, provider)
    apart = plain.with_name(f"{plain.stem}-{_digest(consumer, provider)}.json")
    if apart.exists() or not plain.exists():
        return apart if apart.exists() else plain
    found = pact_v4.loads(read_bytes(plain), Place(file=str(plain))).info
    return plain if (found.consumer, found.provider) == (consumer, provider) else apart


def _digest(consumer: str, provider: str) -> str:
    return sha256(f"{consumer}\0{provider}".encode()).hexdigest()[:8]
