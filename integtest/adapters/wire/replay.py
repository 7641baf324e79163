"""Answers from recordings over a socket: their frames in their time, their cuts and failures as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from threading import Lock
from urllib.parse import urlsplit

import orjson

from integtest.adapters.recorder.bodies import swapped, swapped_request
from integtest.adapters.recorder.fields import for_client, is_text
from integtest.adapters.recorder.swap import Swap, SwapStream
from integtest.adapters.tape.hosts import origin, origins_of
from integtest.adapters.wire.answer import FOREVER, Answer, from_response
from integtest.model.http import Exchange, Frame, Request, Response, header_values
from integtest.rules.replay import Library, Mark, Matching
from integtest.rules.secrets import KeyMasker, Policy, mask_request, mask_text

ANYWHERE = Matching(on=("method", "path", "query", "body"))
"""Where a recording was made does not matter to a server: it stands for all of those places."""


def answer_of(exchange: Exchange, method: str, outward: Swap, latency: float = 0.0) -> Answer:
    """What a client meets: the response with its addresses exchanged, its times by the factor `latency`; what broke
    off breaks off, and where nothing came nothing comes."""
    delay = (exchange.latency or 0.0) * latency
    response, error = exchange.response, exchange.error
    if response is None:
        if error is not None and error.kind == "timeout":
            return Answer(head=b"", hold=FOREVER, finish="close")
        silent = error is None or error.kind == "closed"
        return Answer(head=b"", delay=delay, finish="close" if silent else "reset")
    broken = error is not None or not response.complete
    answer = from_response(_exchanged(response, outward, broken), pace=latency, delay=delay)
    if method == "HEAD" and answer.framing == "chunked":
        answer = replace(answer, framing="auto", headers=(*answer.headers, ("Transfer-Encoding", "chunked")))
    if error is not None and error.kind == "timeout":
        answer = replace(answer, hold=FOREVER)
    return replace(answer, finish="reset") if error is not None and error.kind == "reset" else answer


def _exchanged(response: Response, outward: Swap, broken: bool) -> Response:
    """The response as a client of this server is to see it."""
    framing = [(n, v) for n, v in response.headers if n.lower() == "transfer-encoding"]
    length = [("Content-Length", v) for v in header_values(response.headers, "content-length")[:1]]
    if response.frames:
        headers, frames = response.headers, response.frames
        if is_text(headers) and not header_values(headers, "content-encoding"):
            frames = _frames(frames, outward)
        body, same = response.body, sum(len(f.data) for f in frames) == len(response.body)
    else:
        headers, body = swapped(response.headers, response.body, outward)
        frames, same = (), body == response.body
    kept = (*for_client(headers, outward), *(framing or (length if same else ())))
    return response.model_copy(
        update={"headers": kept, "body": body, "frames": frames, "complete": response.complete and not broken}
    )


def _frames(frames: Sequence[Frame], outward: Swap) -> tuple[Frame, ...]:
    stream = SwapStream(outward)
    fed = [Frame(at=frame.at, data=stream.feed(frame.data)) for frame in frames]
    return (*fed, Frame(at=frames[-1].at, data=stream.flush())) if frames else ()


class Replay:
    """A handler for `WireServer` that stands for the providers of all `exchanges`. `latency` is the factor on
    recorded times. `matching` compares what a server sees of a request. `told` gets a line for each request,
    without secrets. `marks` and `origins` are what an earlier run found out of the exchanges. Safe to use from
    several threads."""

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        *,
        latency: float = 0.0,
        matching: Matching = ANYWHERE,
        policy: Policy | None = None,
        told: Callable[[str], None] | None = None,
        marks: Iterable[Mark | None] | None = None,
        origins: Sequence[str] | None = None,
    ) -> None:
        self._library = Library(exchanges, matching, mask=KeyMasker(policy).mask, marks=marks)
        self._origins = origins_of(exchanges) if origins is None else origins
        self._latency, self._told = latency, told
        self._outward, self._inward = Swap({}), Swap({})
        self._lock = Lock()
        self.played = self.missed = 0

    def __len__(self) -> int:
        return len(self._library)

    @property
    def marks(self) -> list[Mark]:
        """What each recording is looked up by."""
        return self._library.marks

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """Recordings that nobody asked for."""
        return self._library.unplayed

    def at(self, url: str) -> None:
        """Where it is served: recorded addresses lead here."""
        self._outward = Swap(dict.fromkeys(self._origins, url))
        self._inward = Swap({url: self._origins[0]}) if len(self._origins) == 1 else Swap({})

    def __call__(self, request: Request) -> Answer:
        """The recording, or 501 with the nearest one and what differs."""
        asked = self._as_recorded(request)
        for one in asked:
            if (found := self._library.take(one)) is not None:
                with self._lock:
                    self.played += 1
                answer = answer_of(found, request.method, self._outward, self._latency)
                self._log(request, str(answer.status) if found.response else f"no answer ({_failure(found)})")
                return answer
        return self._missed(asked[0])

    def _as_recorded(self, request: Request) -> list[Request]:
        """The request as it was sent to each of the recorded places: what is kept of it depends on that."""
        request = swapped_request(request, self._inward)
        url = self._inward.text(request.url)
        others = [(name, value) for name, value in request.headers if name.lower() != "host"]
        return [
            request.model_copy(update={"url": place + url, "headers": (("Host", urlsplit(place).netloc), *others)})
            for place in self._origins
        ] or [request]

    def _missed(self, request: Request) -> Answer:
        with self._lock:
            self.missed += 1
        miss = self._library.miss(request)
        shown = mask_request(request)
        target = shown.url.removeprefix(origin(shown.url)) if "://" in shown.url else shown.url
        what = f"no recording answers {shown.method} {target}"
        self._log(request, f"missed: {miss.told()}")
        near = miss.nearest.request if miss.nearest else None
        body = {
            "error": what,
            "reason": mask_text(miss.told()),
            "nearest": f"{near.method} {mask_request(near).url}" if near else None,
            "differences": [mask_text(line) for line in miss.differences],
        }
        return Answer(501, (("Content-Type", "application/json"),), orjson.dumps(body))

    def _log(self, request: Request, what: str) -> None:
        if self._told is not None:
            self._told(mask_text(f"{request.method} {mask_request(request).url} -> {what}"))


def _failure(exchange: Exchange) -> str:
    return exchange.error.kind if exchange.error else "closed"
