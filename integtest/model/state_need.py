"""A provider state that contracts rely on."""

from __future__ import annotations

from typing import Any

from integtest.model.base import Frozen


class StateNeed(Frozen):
    """`params` are the sets of parameters it is used with; `used_by` are pairs of consumer and description.
    `handled` tells whether the provider's handlers know it; None when that cannot be told: no handlers were given,
    they are a URL, or one function for all states."""

    provider: str
    name: str
    params: tuple[dict[str, Any], ...] = ()
    used_by: tuple[tuple[str, str], ...] = ()
    handled: bool | None = None
