"""Whose code opens a connection: the nearest caller that is neither ours nor the standard library's plumbing."""

from __future__ import annotations

import sys
from types import FrameType

_PLUMBING = frozenset(
    {
        "anyio",
        "asyncio",
        "concurrent",
        "contextlib",
        "contextvars",
        "functools",
        "integtest",
        "selectors",
        "socket",
        "ssl",
        "threading",
        "trio",
        "wrapt",
    }
)


def caller() -> str | None:
    """The top-level package of the client, `http.client` and the like with their second part; None in a thread
    that knows none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        top = name.partition(".")[0]
        if top and top not in _PLUMBING:
            return name if top in ("http", "urllib") else top
        frame = frame.f_back
    return None
