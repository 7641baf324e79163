"""A tape in memory."""

from __future__ import annotations

from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request
from integtest.rules.replay import Library, Matching


class MemoryTape:
    """Plays what its library holds; with `recording`, keeps what it does not hold, else refuses it."""

    def __init__(
        self,
        exchanges=(),
        *,
        recording=False,
        name="memory.yaml",
        latency=0.0,
        loopback=True,
        sealed=False,
        **matching,
    ):
        self.library = Library(exchanges, Matching(**matching))
        self.recording = recording
        self.name = name
        self.latency = latency
        self.loopback = loopback
        self.sealed = sealed
        self.unseen_by: list = []
        self.refused: list[str] = []
        self.kept: list[Exchange] = []
        self.asked: list[Request] = []

    def passes(self, request):
        return not self.loopback and "://127.0.0.1" in request.url

    def play(self, request):
        self.asked.append(request)
        exchange = self.library.take(request)
        if exchange is None and not self.recording:
            raise ClosedNetworkError(
                f"{request.method} {request.url} is in no cassette ({self.name}): {self.library.miss(request).told()}",
                hint="record it: --integtest-record=new_episodes",
            )
        return exchange

    def refuse(self, message):
        self.refused.append(message)

    def unseen(self, hosts, port, client):
        self.unseen_by.append((tuple(hosts), port, client))
        if self.sealed:
            raise ClosedNetworkError(f"{client} was about to reach {hosts[0]}:{port}")

    def keep(self, exchange):
        self.kept.append(exchange)

    def rewound(self, **options):
        """A tape that plays what this one kept."""
        return MemoryTape(self.kept, **options)
