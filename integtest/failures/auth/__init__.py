"""Auth: tokens that expire, keys that change, clocks that differ, credentials that go astray, sessions that end."""

from __future__ import annotations

from integtest.failures.auth import credentials, keys, sessions, tokens, trust

__all__ = ["credentials", "keys", "sessions", "tokens", "trust"]
