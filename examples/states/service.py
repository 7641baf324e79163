"""One service as its states' handlers need it: an address from the environment, and errors that say what failed."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

PATIENCE = 60.0
"""Seconds that a service may take to get into a state."""


@dataclass(frozen=True)
class Service:
    """A service by the name of the variable that carries its URL.

    `headers` and `auth` are asked at each call: a credential may be new since the last one.
    """

    url_variable: str
    headers: Callable[[], dict[str, str]] = dict
    auth: Callable[[], tuple[str, str] | None] = lambda: None

    def call(self, method: str, path: str, *, expect: tuple[int, ...] = (200, 201, 204), **more: Any) -> Any:
        """The reply's JSON, or None of an empty one. A status that is not expected raises with what came."""
        url = setting(self.url_variable) + path
        headers = {**self.headers(), **more.pop("headers", {})}
        auth = more.pop("auth", None) or self.auth()
        reply = httpx.request(method, url, headers=headers, auth=auth, timeout=30.0, **more)
        if reply.status_code not in expect:
            raise RuntimeError(f"{method} {path} answered {reply.status_code}: {reply.text[:200]}")
        return reply.json() if reply.content else None


def setting(name: str) -> str:
    """A variable of `python -m examples.services env`."""
    if not (value := os.environ.get(name)):
        raise RuntimeError(f"{name} is not set: export $(python -m examples.services env)")
    return value


def fresh(prefix: str) -> str:
    """A name that nothing has yet."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition; RuntimeError says what did not come about."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise RuntimeError(f"{what} did not come about within {seconds:g} s")
        time.sleep(0.1)
