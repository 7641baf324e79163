"""Binds failure modes of a user's own to the catalogue."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from integtest.adapters.imports import load_module
from integtest.errors import ConfigError
from integtest.failures.catalogue import modes


def load_modes(names: Sequence[str], folder: Path) -> None:
    """Import the modules that declare them, from `folder` or from where Python finds packages. ConfigError for one
    that cannot be imported, or declares none."""
    if not names:
        return
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    for name in names:
        known = {one.id for one in modes()}
        if name in sys.modules:
            continue
        load_module(name)
        if known == {one.id for one in modes()}:
            raise ConfigError(
                f'the module "{name}" declares no failure mode',
                place="modes",
                hint='a mode is a function with @mode("name", …) from integtest.failures.catalogue',
            )
