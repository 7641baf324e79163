"""Pact's own matching engine, in process."""

from integtest.adapters.pact_engine.engine import Engine

__all__ = ["Engine"]
