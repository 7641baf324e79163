"""Which HTTP clients are installed, and what sees their traffic."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from integtest.model.check import Client

How = Literal["seam", "proxy", "not recorded"]

_SEAMS: dict[str, tuple[int, int]] = {
    "aiohttp": (3, 12),
    "botocore": (1, 31),
    "httpx": (0, 20),
    "httpx2": (0, 0),
    "requests": (2, 30),
    "urllib3": (2, 0),
}
"""The first version that is met at a seam: for requests and botocore, the first that takes urllib3 2."""

_OTHERS: dict[str, How] = {
    "httplib2": "seam",
    "awscrt": "proxy",
    "curl-cffi": "proxy",
    "niquests": "proxy",
    "primp": "proxy",
    "pycurl": "proxy",
    "pyreqwest": "proxy",
    "tornado": "proxy",
    "treq": "proxy",
    "urllib3-future": "proxy",
    "grpcio": "not recorded",
    "grpclib": "not recorded",
    "python-socketio": "not recorded",
    "websocket-client": "not recorded",
    "websockets": "not recorded",
    "wsproto": "not recorded",
}

_BELOW_PYTHON = frozenset({"awscrt", "curl-cffi", "grpcio", "primp", "pycurl", "pyreqwest"})
"""Clients whose sockets are opened in C, C++ or Rust: the guard sees Python's own only."""


def seen_clients() -> list[Client]:
    """Each installed client and what sees it, sorted by name. http.client stands for what the standard library
    sends by itself, as urllib.request does."""
    found = [*_at_seams(), *_elsewhere(), ("http.client", platform.python_version(), "seam")]
    return [
        Client(name=name, version=version, seen_by=how, stopped=name not in _BELOW_PYTHON)
        for name, version, how in sorted(found)
    ]


def _at_seams() -> Iterator[tuple[str, str, How]]:
    for name, first in _SEAMS.items():
        if (installed := _version(name)) is not None:
            below = _below(name)
            met = _numbers(installed) >= first and (below is None or _numbers(below) >= _SEAMS["urllib3"])
            yield name, installed, "seam" if met else "proxy"


def _elsewhere() -> Iterator[tuple[str, str, How]]:
    for name, how in _OTHERS.items():
        if (installed := _version(name)) is not None:
            yield name, installed, how


def _below(name: str) -> str | None:
    """The version of urllib3 under a client that stands on it."""
    return _version("urllib3") if name in ("requests", "botocore") else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
