"""Time that passes when nothing else happens: waits of the code under test take no time, and are measured."""

from __future__ import annotations

from integtest.adapters.clock.clock import VirtualClock
from integtest.adapters.clock.deadline import DeadlinePassed

__all__ = ["DeadlinePassed", "VirtualClock"]
