"""Oversight: approvals that do not stand, sinks that take nothing, policies that say nothing, guardrails that are
away. A service that cannot be overseen stops acting; one that cannot be watched goes on."""

from __future__ import annotations

from integtest.failures.oversight import approvals, policies, sinks

__all__ = ["approvals", "policies", "sinks"]
