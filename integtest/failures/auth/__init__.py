"""Auth: tokens that expire, keys that change, clocks that differ, credentials that go astray, sessions that end."""

from __future__ import annotations

from integtest.failures.auth import credentials, sessions, tokens, trust

__all__ = ["credentials", "sessions", "tokens", "trust"]
