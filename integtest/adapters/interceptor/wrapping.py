"""Putting a function of ours in place of a client's, once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

_MARK = "__integtest_seam__"


def wrap(owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace `owner.name` by `make(original)`, unless that is done already, be it under the wrappers of others."""
    original = getattr(owner, name)
    if ours(original):
        return
    wrapper = functools.wraps(original)(make(original))
    setattr(wrapper, _MARK, True)
    setattr(owner, name, wrapper)


def unwrap(owner: Any, name: str) -> None:
    """Put the original back, unless somebody wrapped ours meanwhile."""
    wrapper = owner.__dict__.get(name)
    # What others put there may be a method of C, which has no namespace.
    if getattr(wrapper, "__dict__", {}).get(_MARK):
        setattr(owner, name, wrapper.__wrapped__)


def ours(function: Any) -> bool:
    """Whether a function is one that `wrap` put there, be it under the wrappers of others."""
    for _ in range(20):
        if function is None:
            return False
        if getattr(function, _MARK, False):
            return True
        function = getattr(function, "__wrapped__", None)
    return False


def is_outermost(function: Any) -> bool:
    """Whether a function is ours, and nobody has wrapped it since, with or without `functools.wraps`."""
    known = getattr(function, "__dict__", {})
    return _MARK in known and not hasattr(known["__wrapped__"], _MARK)
