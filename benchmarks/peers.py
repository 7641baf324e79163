"""Peers that cannot be among the pinned packages: each in a folder of its own, seen by its own processes alone.

cassetter's pytest plugin and pytest-recording's claim the same option; respx brings a pytest plugin that loads
httpx with every run. From here pytest sees neither.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

PINNED = {"respx": "respx==0.23.1", "cassetter": "cassetter==0.16.1"}
FOLDER = Path(__file__).resolve().parent.parent / "build" / "peers"


@lru_cache(maxsize=len(PINNED))
def folder(peer: str) -> Path | None:
    """Where the peer is, installed on demand without what it depends on, which is pinned here; None for one that
    needs no folder, or cannot be had."""
    if peer not in PINNED:
        return None
    place = FOLDER / PINNED[peer]
    if not place.is_dir():
        _install(PINNED[peer], place)
    return place if place.is_dir() else None


def environment(peer: str) -> dict[str, str]:
    """The variables of a process that is to see the peer."""
    found = folder(peer)
    path = os.pathsep.join([*([str(found)] if found else []), *filter(None, [os.environ.get("PYTHONPATH")])])
    return dict(os.environ) | ({"PYTHONPATH": path} if path else {})


def _install(what: str, place: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    installer = [str(uv), "pip"] if uv.exists() else [sys.executable, "-m", "pip"]
    beside = place.with_name(f"{place.name}.new")
    command = [*installer, "install", "-q", "--no-deps", "--target", str(beside), what]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    if done.returncode == 0:
        beside.replace(place)
    else:
        shutil.rmtree(beside, ignore_errors=True)
