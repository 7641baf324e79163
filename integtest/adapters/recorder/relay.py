"""One exchange through the recorder: the provider's answer goes on as it comes, and is taken down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NoReturn

import orjson

from integtest.adapters.interceptor.aiohttp_failures import failure_of
from integtest.adapters.interceptor.taking import Take
from integtest.adapters.recorder.bodies import LARGEST, coding, swapped
from integtest.adapters.recorder.desk import Slip
from integtest.adapters.recorder.fields import for_client, is_text
from integtest.adapters.recorder.swap import Swap, SwapStream
from integtest.adapters.recorder.upstream import FAULTS, Upstream, head_of, pieces
from integtest.adapters.wire.answer import Answer, BrokenOff
from integtest.model.http import Headers, Request, TransportFailure, header_values, media_type

if TYPE_CHECKING:
    import aiohttp

_LOOK = "look into the provider's log"
_NEXT = {
    "refused": "is it up, and its port right?",
    "dns": "is its host's name right?",
    "tls": "name the authority that signed its certificate: --ca-file FILE",
    "timeout": "is it stuck? --timeout TIME waits longer",
    "protocol": "is it a web server, and http:// or https:// right?",
}
"""What to do where a provider gave no answer."""
_STREAMS = ("text/event-stream", "application/x-ndjson", "application/jsonl", "application/stream+json")


class Relay:
    """Carries one request to `upstream`. `answer` gives what the client gets; `end` lets go, whatever happened."""

    def __init__(self, name: str, upstream: Upstream, slip: Slip, request: Request, outward: Swap) -> None:
        self._name, self._upstream, self._slip, self._outward = name, upstream, slip, outward
        self._request = request
        self._take = Take(slip, request)
        self._response: aiohttp.ClientResponse | None = None
        self.headers: Headers = ()
        """The provider's fields, once they came."""

    async def answer(self) -> Answer:
        """The answer, its body still to come where it is not short."""
        self._take.begin()
        try:
            response = await self._upstream.send(self._request)
        except FAULTS as error:
            return await self._no_answer(error)
        self._response, self.headers = response, head_of(response)
        version = "HTTP/1.0" if response.version == (1, 0) else "HTTP/1.1"
        self._take.answered(response.status, response.reason or "", self.headers, version)
        length = self._length()
        if self._request.method == "HEAD" or response.status in (204, 304) or length == 0:
            return await self._bodiless(response)
        if is_text(self.headers) and self._is_short(length):
            return await self._whole(response)
        return self._streamed(response, length)

    def end(self) -> None:
        """The client has all, or has left."""
        if self._response is not None:
            self._response.close()
        self._take.let_go()

    async def _bodiless(self, response: aiohttp.ClientResponse) -> Answer:
        await self._finish()
        length = header_values(self.headers, "content-length")[:1]
        kept = tuple(("Content-Length", value) for value in length)
        if not length and response.status not in (204, 304):
            kept = (("Transfer-Encoding", "chunked"),)
        return self._said(response, (*for_client(self.headers, self._outward), *kept))

    async def _whole(self, response: aiohttp.ClientResponse) -> Answer:
        """A short text is looked through as a whole, so that its length can be told, and its coding undone."""
        body = bytearray()
        try:
            async for data in pieces(response):
                self._take.piece(data)
                body += data
                if len(body) > LARGEST:
                    return self._streamed(response, None, bytes(body))
        except FAULTS as error:
            await self._broke(error)
            return self._said(response, for_client(self.headers, self._outward), _cut(bytes(body), error))
        await self._finish()
        headers, new = swapped(self.headers, bytes(body), self._outward)
        return self._said(response, for_client(headers, self._outward), new)

    def _streamed(self, response: aiohttp.ClientResponse, length: int | None, begun: bytes = b"") -> Answer:
        headers = for_client(self.headers, self._outward)
        stream = None if begun or coding(self.headers) or not is_text(self.headers) else SwapStream(self._outward)
        if length is None or stream is not None:
            return self._said(response, headers, self._pieces(response, None, stream, begun))
        return self._said(response, (*headers, ("Content-Length", str(length))), self._pieces(response, length))

    async def _pieces(
        self,
        response: aiohttp.ClientResponse,
        length: int | None,
        stream: SwapStream | None = None,
        begun: bytes = b"",
    ) -> AsyncIterator[bytes]:
        if begun:
            yield begun
        try:
            async for data in pieces(response):
                self._take.piece(data)
                if length is not None:
                    length -= len(data)
                    if length <= 0:  # the client takes this for the end: it must be safe by then
                        await self._finish()
                ready = stream.feed(data) if stream else data
                if ready:
                    yield ready
        except FAULTS as error:
            if stream and (rest := stream.flush()):
                yield rest
            await self._break_off(error)
        await self._finish()
        if stream and (rest := stream.flush()):
            yield rest

    async def _break_off(self, error: BaseException) -> NoReturn:
        await self._broke(error)
        failure = failure_of(error)
        raise BrokenOff(reset=failure is not None and failure.kind == "reset") from None

    async def _finish(self) -> None:
        self._take.ended()
        await self._slip.on_disk()

    async def _broke(self, error: BaseException) -> TransportFailure:
        failure = failure_of(error) or TransportFailure(kind="other", message=f"{type(error).__name__}: {error}")
        self._take.broke(failure)
        await self._slip.on_disk()
        return failure

    async def _no_answer(self, error: BaseException) -> Answer:
        failure = await self._broke(error)
        status = 504 if failure.kind == "timeout" else 502
        why = failure.message or type(error).__name__
        what = f"{self._name}: {self._upstream.origin} gave no answer ({failure.kind}): {why}"
        return told(status, what, hint=_NEXT.get(failure.kind, _LOOK))

    def _said(
        self, response: aiohttp.ClientResponse, headers: Headers, body: bytes | AsyncIterator[bytes] = b""
    ) -> Answer:
        # Date is the provider's, or none.
        return Answer(response.status, headers, body, response.reason or "")

    def _length(self) -> int | None:
        found = header_values(self.headers, "content-length")
        chunked = header_values(self.headers, "transfer-encoding")
        return int(found[0]) if found and not chunked and found[0].isdigit() else None

    def _is_short(self, length: int | None) -> bool:
        kind = media_type(next(iter(header_values(self.headers, "content-type")), None))
        if kind in _STREAMS:
            return False
        return bool(coding(self.headers)) if length is None else length <= LARGEST


async def _cut(body: bytes, error: BaseException) -> AsyncIterator[bytes]:
    if body:
        yield body
    failure = failure_of(error)
    raise BrokenOff(reset=failure is not None and failure.kind == "reset")


def told(status: int, what: str, **more: str) -> Answer:
    """An answer of the recorder's own."""
    return Answer(status, (("Content-Type", "application/json"),), orjson.dumps({"error": what, **more}))
