"""What `doctor` asks of the place where integtest runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from integtest.errors import IntegtestError
from integtest.model.cassette import Cassette
from integtest.model.check import Check, Client
from integtest.model.contract import Contract
from integtest.model.finding import Finding


class Environment(Protocol):
    """What can be asked of the place where integtest runs. Each method may raise IntegtestError."""

    def python(self) -> str:
        """The interpreter's version and where it is."""
        ...

    def installed(self, distribution: str) -> str | None:
        """The version of an installed distribution, or None."""
        ...

    def engine(self) -> None:
        """Have Pact's engine judge a good and a bad body."""
        ...

    def clients(self) -> Sequence[Client]:
        """The installed clients, and what sees each of them."""
        ...

    def pytest_plugins(self) -> Sequence[str]:
        """The installed distributions that bring a pytest plugin."""
        ...

    def pytest_markers(self) -> Sequence[str]:
        """The markers that pytest knows when it starts here with its plugins."""
        ...

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        ...

    def contracts(self, target: str) -> Sequence[Contract]:
        """The contracts in a module, a pact, a folder, or at a URL."""
        ...

    def cassettes(self, paths: Sequence[str]) -> tuple[Sequence[Cassette], Sequence[Finding]]:
        """The cassettes that are there, and what cannot be read."""
        ...

    def now(self) -> datetime:
        """The time, with its zone."""
        ...

    def reach(self, url: str, timeout: float) -> str:
        """Open a connection to where `url` points; the address reached."""
        ...

    def load(self, name: str) -> Any:
        """The object `module:object`."""
        ...


def check(name: str, look: Callable[[], str | Check]) -> Check:
    """What `look` says; what it raises is a failed check."""
    try:
        found = look()
    except IntegtestError as error:
        where = f"{error.place}: " if error.place else ""
        return Check(name=name, status="fail", detail=f"{where}{error.message}", hint=error.hint)
    except Exception as error:  # noqa: BLE001 - a doctor that dies of the illness is of no use
        return Check(name=name, status="fail", detail=f"{type(error).__name__}: {error}")
    return found if isinstance(found, Check) else Check(name=name, status="ok", detail=found)
