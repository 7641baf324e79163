"""Cassettes in use: played, recorded, kept safe."""

from integtest.adapters.tape.store import Store
from integtest.adapters.tape.tape import CassetteTape, RecordMode

__all__ = ["CassetteTape", "RecordMode", "Store"]
