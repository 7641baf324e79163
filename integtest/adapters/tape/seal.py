"""What clients that no seam sees may reach while a cassette is open."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

from integtest.adapters.tape.hosts import address_of, is_here
from integtest.errors import ClosedNetworkError

Reach = str | re.Pattern[str]
_PORTS = ("80", "443")
_HINT = (
    "use a client that is seen (httpx, requests, urllib3, aiohttp, botocore, http.client), or stand a server in for"
    ' the host: integtest serve --cassette; what tests may reach all the same: [tool.integtest] reach = ["HOST"]'
)


class Seal:
    """Judges connections that no seam made. `recorded` are the hosts that the cassette holds, as host[:port];
    `reach` are patterns of hosts that may be reached, or regular expressions that fit from a host's beginning.
    Where it is not `closed` (recording, or a marker with vcrpy's meaning, which watches HTTP alone) everything may,
    and `passed` tells what did."""

    def __init__(self, name: str, recorded: Collection[str], reach: Sequence[Reach], *, closed: bool) -> None:
        self._name = name
        self._recorded = recorded
        self._reach = tuple(one.lower() if isinstance(one, str) else one for one in reach)
        self._closed = closed
        self.passed: dict[str, None] = {}
        """Connections that went past the cassette, in words, each once."""

    def judge(self, hosts: Sequence[str], port: int | None, client: str | None) -> None:
        """As `ports.Tape.unseen`."""
        if self._allowed(hosts, port):
            return
        who = client or "a client"
        shown = hosts[-1] if port is None else f"{hosts[-1]}:{port}"
        if self._closed:
            what = f"look up {shown}" if port is None else f"connect to {shown}"
            raise ClosedNetworkError(
                f"{who} was about to {what}, and nobody sees what it sends: it was not let through",
                place=self._name,
                hint=_HINT,
            )
        if port is not None:
            self.passed[f"{who} reached {shown} unseen, which no cassette holds"] = None

    def reaches(self, host: str) -> bool:
        """Whether a host is among those that may be reached."""
        host = host.lower()
        return any(fnmatchcase(host, one) if isinstance(one, str) else one.match(host) for one in self._reach)

    def _allowed(self, hosts: Sequence[str], port: int | None) -> bool:
        if any(map(self.reaches, hosts)):
            return True
        if port is None:
            return is_here(hosts[0]) or address_of(hosts[0]) is not None
        return any(map(is_here, hosts)) and not any(self._holds(host.lower(), str(port)) for host in hosts)

    def _holds(self, host: str, port: str) -> bool:
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{port}" in self._recorded or (port in _PORTS and shown in self._recorded)
