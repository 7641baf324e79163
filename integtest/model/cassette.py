"""An ordered set of exchanges in a file, with provenance."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from integtest.model.base import Frozen
from integtest.model.http import Exchange, Place


class Cassette(Frozen):
    """Exchanges in the order recorded; `metadata` is what the file says of itself."""

    exchanges: tuple[Exchange, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)
    place: Place = Place()
