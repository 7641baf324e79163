"""What a handler answers: the response, and how it crosses the wire, down to a reset at byte n."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from integtest.model.http import Frame, Headers, Request, Response

Framing = Literal["auto", "length", "chunked", "close", "none"]
Finish = Literal["auto", "keep-alive", "close", "reset"]

FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes written as they are among the frames of a body, outside of any chunk; `at` as in `Frame`."""

    at: float
    data: bytes


Piece = Frame | Raw | bytes
"""One step of a streamed body; plain bytes leave as soon as they are there."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Nothing leaves after `after` bytes, counted on the wire from the status line, or in the body alone."""

    after: int
    of: Literal["wire", "body"] = "wire"


@dataclass(frozen=True, slots=True)
class Drip:
    """At most `size` bytes at a time, `every` seconds apart; `of` says what drips."""

    size: int
    every: float
    of: Literal["wire", "body"] = "body"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response and its delivery.

    In order: `delay` seconds pass, the head leaves, then the body; `cut` ends that early; `hold` seconds
    pass with the connection open (FOREVER: until the client leaves or the server stops); then `finish`.
    """

    status: int = 200
    headers: Headers = ()
    body: bytes | Sequence[Piece] | AsyncIterable[Piece] = b""
    reason: str | None = None
    """None: the standard phrase of the status (RFC 9110, 15)."""
    framing: Framing = "auto"
    """`auto`: Content-Length for bytes, chunks for a streamed body (until close for HTTP/1.0 clients).
    `close`: the body ends with the connection. `none`: the headers given are the only truth."""
    head: bytes | None = None
    """Written in place of status line and headers, whatever it is; b"" for none. The body follows unframed."""
    defaults: bool = True
    """Add Date and Connection where the headers have none."""
    complete: bool = True
    """False: the last chunk is never sent, and the connection ends after the body."""
    delay: float = 0.0
    cut: Cut | None = None
    drip: Drip | None = None
    hold: float = 0.0
    finish: Finish = "auto"
    """`auto`: keep the connection where the client and the framing allow it. `reset`: RST (SO_LINGER 1, 0)."""

    @property
    def is_whole(self) -> bool:
        """True when it can leave in one write, now."""
        return (
            isinstance(self.body, bytes)
            and self.cut is None
            and self.drip is None
            and not self.delay
            and not self.hold
            and self.finish != "reset"
        )

    @property
    def content(self) -> bytes:
        """The octets of a body that is known beforehand, its pieces together; b"" for one that is not."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, AsyncIterable):
            return b""
        return b"".join(p if isinstance(p, bytes) else p.data for p in self.body if not isinstance(p, Raw))

    @property
    def is_honest(self) -> bool:
        """True when a client can tell where it ends, so that the connection may serve another request."""
        return self.complete and self.cut is None and self.head is None and self.framing not in ("close", "none")


class BrokenOff(Exception):  # noqa: N818 - no error of ours: it plays the provider's
    """What a streamed body raises to end its connection right there, after all that it gave has left; with a reset,
    or as a server that closes."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__("the body breaks off")
        self.reset = reset


Handler = Callable[[Request], Answer | Awaitable[Answer]]
"""Answers requests, on the server's event loop, so it must not block. `request.url` is `path?query`, its body
is after transfer decoding. A handler object may have four more methods:
`connected(number) -> Answer | None`: what to say before any request, as the connection's only answer
(`number` counts connections from 1); `accepted(request) -> Answer | None`: what to say once a request's head is
there and its body is not, as the connection's last answer; `unspoken(kind)`: told of a client that speaks another
protocol, and is sent away; `async aclose()`: awaited when the server stops."""

_OF_ONE_CONNECTION = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "content-length")
)


def from_response(response: Response, *, pace: float = 1.0, delay: float = 0.0) -> Answer:
    """Says a recorded response again: its frames at `pace` times their offsets (0: at once), cut where it was
    cut. Fields that belong to one connection are written anew, but the Content-Length of an empty body stays:
    it answers HEAD."""
    lowered = [(name.lower(), name, value) for name, value in response.headers]
    chunked = any(low == "transfer-encoding" for low, _, _ in lowered)
    length = [(name, value) for low, name, value in lowered if low == "content-length"]
    kept = tuple((name, value) for low, name, value in lowered if low not in _OF_ONE_CONNECTION)
    if response.frames:
        body: bytes | tuple[Frame, ...] = tuple(Frame(at=f.at * pace, data=f.data) for f in response.frames)
    else:
        body = response.body
    stated = length and (not body or not response.complete or isinstance(body, tuple))
    return Answer(
        status=response.status,
        reason=response.reason or None,
        headers=(*kept, *length[:1]) if stated and not chunked else kept,
        body=body,
        framing="chunked" if chunked else "auto",
        complete=response.complete,
        delay=delay,
    )
