"""Which recording answers a request: pure lookup over exchanges, flat in their number."""

from integtest.rules.replay.library import Library, Mark
from integtest.rules.replay.matching import Matching
from integtest.rules.replay.nearest import Miss

__all__ = ["Library", "Mark", "Matching", "Miss"]
