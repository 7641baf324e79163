"""A reverse proxy in front of one provider: passes everything on, and has it taken down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from threading import Lock

from integtest.adapters.recorder.bodies import swapped_request
from integtest.adapters.recorder.desk import Desk
from integtest.adapters.recorder.fields import cookie_names, for_upstream, leads_to
from integtest.adapters.recorder.relay import Relay, told
from integtest.adapters.recorder.swap import Swap
from integtest.adapters.recorder.upstream import Upstream
from integtest.adapters.wire.answer import Answer
from integtest.adapters.wire.replay import answer_of
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Headers, Request, media_type
from integtest.rules.secrets import mask_text


class Cookies:
    """Who set which cookie: a client keeps those of all local ports in one jar, and would send one provider's to
    another."""

    def __init__(self) -> None:
        self._owners: dict[str, set[str]] = {}
        self._lock = Lock()

    def note(self, owner: str, headers: Headers) -> None:
        """A provider's response."""
        with self._lock:
            for name in cookie_names(headers):
                self._owners.setdefault(name, set()).add(owner)

    def foreign(self, owner: str) -> set[str]:
        """The names that others set, and this one did not."""
        with self._lock:
            return {name for name, owners in self._owners.items() if owner not in owners}


class Proxy:
    """A handler for `WireServer`. `outward` and `inward` exchange addresses in replies and in requests; they are
    asked for with each request, for the addresses are known when all proxies listen."""

    def __init__(
        self, name: str, upstream: Upstream, desk: Desk, swaps: Callable[[], tuple[Swap, Swap]], cookies: Cookies
    ) -> None:
        self.name = name
        self._upstream, self._desk, self._swaps, self._cookies = upstream, desk, swaps, cookies
        self.elsewhere: dict[str, int] = {}
        """Hosts that redirects led to, where nothing records."""
        self.unsupported: dict[str, int] = {}
        """What came and cannot be recorded, by kind."""

    async def __call__(self, request: Request) -> Answer:
        """The provider's answer, or a recording's where the cassette has one and its mode plays."""
        if kind := _unsupported(request):
            self.unspoken(kind)
            return told(501, f"{self.name}: {kind} is not recorded", hint="call the provider without the recorder")
        outward, inward = self._swaps()
        asked = self._asked(request, inward)
        try:
            played = await self._desk.play(asked)
        except ClosedNetworkError as error:
            return told(501, mask_text(error.message), hint="record it: --mode new_episodes, or --mode all")
        if played is not None:
            return self._played(played, request, outward)
        relay = Relay(self.name, self._upstream, self._desk.slip(), asked, outward)
        if task := asyncio.current_task():  # it delivers the body too
            task.add_done_callback(lambda _: relay.end())
        answer = await relay.answer()
        self._note(relay.headers, answer.headers)
        return answer

    def unspoken(self, kind: str) -> None:
        """Something came that is not recorded."""
        self.unsupported[kind] = self.unsupported.get(kind, 0) + 1

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self._upstream.close()

    def _asked(self, request: Request, inward: Swap) -> Request:
        """The request as the provider is to see it, and as it is recorded: without our credentials."""
        headers = for_upstream(request.headers, self._upstream.host, inward, self._cookies.foreign(self.name))
        url = self._upstream.origin + inward.text(request.url)
        return swapped_request(Request(method=request.method, url=url, headers=headers, body=request.body), inward)

    def _played(self, exchange: Exchange, request: Request, outward: Swap) -> Answer:
        if exchange.response is not None:
            self._cookies.note(self.name, exchange.response.headers)
        return answer_of(exchange, request.method, outward)

    def _note(self, headers: Headers, swapped: Headers) -> None:
        self._cookies.note(self.name, headers)
        if host := leads_to(headers, swapped):
            self.elsewhere[host] = self.elsewhere.get(host, 0) + 1


def _unsupported(request: Request) -> str | None:
    if (request.header("upgrade") or "").lower() == "websocket":
        return "WebSocket"
    return "gRPC" if media_type(request.content_type).startswith("application/grpc") else None


def both_ways(local: Mapping[str, str]) -> tuple[Swap, Swap]:
    """Outward and inward, from the providers' origins to their local addresses."""
    return Swap(local), Swap({address: provider for provider, address in local.items()})
