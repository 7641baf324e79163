"""One endpoint that a consumer called, or promised to rely on."""

from __future__ import annotations

from integtest.model.base import Frozen


class Integration(Frozen):
    """`call` is method and path, `{id}` for what is most likely an id. `provider` is None where no contract is with
    this host; `host` is empty where nothing was seen."""

    host: str
    provider: str | None
    call: str
    seen: int = 0
    """How often it was recorded."""
    contracts: tuple[str, ...] = ()
    """Descriptions of the promises that have its method and path."""
    cassettes: tuple[str, ...] = ()
    """Files in which it is recorded."""

    @property
    def lacks(self) -> str | None:
        """What is missing: `contract` or `cassette`; None where it has both."""
        return "contract" if not self.contracts else "cassette" if not self.cassettes else None
