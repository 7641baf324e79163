"""Contracts, cassettes and failure modes for the integrations of AI services.

Names load on first use, so that importing the package (as pytest does with its plugin) costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from integtest._version import __version__

_HOMES: dict[str, str] = {}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'integtest' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*_HOMES, "__version__"])


__all__ = ["__version__"]
