"""Semantics: what comes is well formed, and means something else, or says that it cannot be done."""

from __future__ import annotations

from integtest.failures.semantics import addresses, sentinels, settings, statuses, times, units

__all__ = ["addresses", "sentinels", "settings", "statuses", "times", "units"]
