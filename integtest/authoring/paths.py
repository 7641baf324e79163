"""Pact paths: `$.a['b c'][0]`, `$.list[*].x`, `$.map.*`."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def sayable(key: str) -> bool:
    """Whether a Pact path can name this key: the language has no escape for a quote, and no empty key."""
    return bool(key) and "'" not in key


def child(path: str, key: str) -> str:
    """The path of a key below `path`."""
    return f"{path}.{key}" if _PLAIN.fullmatch(key) else f"{path}['{key}']"
