"""What was seen: HTTP messages as they crossed the wire (RFC 9110, RFC 9112)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator

from integtest.model.base import Frozen
from integtest.model.budget import seconds

Headers = tuple[tuple[str, str], ...]
"""Field lines in the order received; a name may repeat, its case is kept."""

FailureKind = Literal["timeout", "refused", "reset", "closed", "dns", "tls", "protocol", "other"]
FailurePhase = Literal["connect", "send", "read"]


def header_values(headers: Headers, name: str) -> list[str]:
    """All values of a field, in order; names compare without case (RFC 9110, 5.1)."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def media_type(content_type: str | None) -> str:
    """The type/subtype of a Content-Type, lower case, without parameters; "" when absent."""
    return (content_type or "").split(";", 1)[0].strip().lower()


class Request(Frozen):
    """A request as sent. `url` is absolute where it was recorded, `path?query` on a server's side."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a field, or None."""
        return next(iter(header_values(self.headers, name)), None)

    @property
    def path(self) -> str:
        """The path, still percent-encoded; "/" when the URL has none."""
        return urlsplit(self.url).path or "/"

    @property
    def query(self) -> list[tuple[str, str]]:
        """Decoded name-value pairs in order, blank values kept."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def content_type(self) -> str | None:
        return self.header("content-type")


class Frame(Frozen):
    """One piece of a streamed body: `at` seconds after the response's headers."""

    at: float
    data: bytes


class Response(Frozen):
    """A response as received. `body` is after transfer decoding, before content decoding."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    frames: tuple[Frame, ...] = ()
    complete: bool = True
    """False when the provider cut the body short."""
    http_version: str = "HTTP/1.1"
    """As httpx names it: HTTP/1.0, HTTP/1.1 or HTTP/2."""

    def header(self, name: str) -> str | None:
        """The first value of a field, or None."""
        return next(iter(header_values(self.headers, name)), None)

    @property
    def content_type(self) -> str | None:
        return self.header("content-type")


class TransportFailure(Frozen):
    """What came instead of a response."""

    kind: FailureKind
    message: str = ""
    phase: FailurePhase | None = None
    """How far the request had come; None when unknown."""
    trace: tuple[str, ...] = ()
    """The lines of the traceback, where the provider is an app that raised."""


def _duration(text: str) -> str:
    if seconds(text) <= 0:
        raise ValueError(f"{text!r} lets nothing be old enough to be played")
    return text


class Provenance(Frozen):
    """Where an exchange comes from and when it was seen."""

    recorded_at: datetime | None = None
    source: str | None = None
    tool: str | None = None
    git_commit: str | None = None
    consumer_version: str | None = None
    provider_version: str | None = None
    max_age: Annotated[str, AfterValidator(_duration)] | None = None
    """How old the recording may be, such as "30d"."""


class Place(Frozen):
    """A place in a file: `line` counts from 1, `pointer` is a JSON pointer (RFC 6901) or a Pact path."""

    file: str | None = None
    line: int | None = None
    pointer: str | None = None


class Exchange(Frozen):
    """One thing seen: a request and what came of it. Times in seconds."""

    request: Request
    response: Response | None = None
    error: TransportFailure | None = None
    latency: float | None = None
    """From the request's last byte to the response's headers."""
    duration: float | None = None
    """From the request's first byte to the body's last."""
    provenance: Provenance = Provenance()
    place: Place = Place()
