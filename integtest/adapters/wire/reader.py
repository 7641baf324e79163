"""Bytes to requests (RFC 9110, RFC 9112) on httptools, without I/O: whatever comes, a request or a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

import httptools

from integtest.adapters.wire.writer import Turn
from integtest.model.http import Request

_HTTP2 = b"PRI * HTTP/2.0\r\n"
"""How a client begins that takes HTTP/2 for granted, as gRPC does (RFC 9113, 3.4)."""
_FRAMING = ("content-length", "transfer-encoding")
_ORIGIN = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may send: octets of a request's line and fields, and of its body."""

    head: int = 65_536
    body: int = 64 * 1024 * 1024


class Sink(Protocol):
    """What a reader tells, in the order of the bytes."""

    wants_heads: bool

    def on_head(self, turn: Turn, request: Request) -> None:
        """A request's head is there, its body is not; only when `wants_heads`."""
        ...

    def on_expect(self) -> None:
        """The client waits for a 100 (Continue) before it sends the body (RFC 9110, 10.1.1)."""
        ...

    def on_request(self, turn: Turn, request: Request) -> None:
        """A request is complete."""
        ...

    def on_http2(self) -> None:
        """The client speaks HTTP/2 alone; nothing more is read."""
        ...

    def on_refusal(self, turn: Turn, status: int, why: str) -> None:
        """What came cannot be served; nothing more is read."""
        ...


class Reader:
    """Reads one connection's bytes, split anywhere."""

    def __init__(self, sink: Sink, limits: Limits) -> None:
        self._sink = sink
        self._limits = limits
        self._begun: bytes | None = b""
        """What came so far, while that may still be how an HTTP/2 client begins."""
        self.stopped = False
        """What still comes is dropped."""
        self._start()

    def stop(self) -> None:
        """Read nothing more."""
        self.stopped = True
        self._body.clear()

    def feed(self, data: bytes) -> None:
        """Reads on; never raises."""
        if self._begun is not None and not self.stopped:
            data = self._first(data)
        while data and not self.stopped:
            self._silence += len(data)
            try:
                data = self._parse(data)
            except httptools.HttpParserError as error:
                self._refuse(400, f"malformed request: {error}")
        if self._silence > self._limits.head:
            self._refuse(431, f"a request's head or trailer is over {self._limits.head} bytes")

    def _first(self, data: bytes) -> bytes:
        """What is to be read of the first bytes: nothing yet, while they may begin HTTP/2."""
        data = (self._begun or b"") + data
        if len(data) < len(_HTTP2) and _HTTP2.startswith(data):
            self._begun = data
            return b""
        self._begun = None
        if data.startswith(_HTTP2):
            self.stop()
            self._sink.on_http2()
        return data

    def _parse(self, data: bytes) -> bytes:
        """What is left of `data`: something after an offer to upgrade, which a server need not take
        (RFC 9110, 7.8)."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._resume()
            return data[upgrade.args[0] :]
        return b""

    def _start(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._again = False
        self._begin()

    def _resume(self) -> None:
        """After an offer to upgrade httptools reads no body: a fresh parser does, from the head's framing alone."""
        self._parser = httptools.HttpRequestParser(self)
        if self._again:
            framing = "".join(f"{n}: {v}\r\n" for n, v in self._headers if n.lower() in _FRAMING)
            self._parser.feed_data(f"POST / HTTP/1.1\r\n{framing}\r\n".encode("latin-1"))
            self._again = False

    def _begin(self) -> None:
        self._in_head = True
        self._has_body = False
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._head_size = 0
        self._body: list[bytes] = []
        self._body_size = 0
        self._silence = 0  # octets since something came of them
        self._turn = Turn("GET", keep=False)

    def _refuse(self, status: int, why: str) -> None:
        if not self.stopped:
            self.stop()
            self._sink.on_refusal(self._turn, status, why)

    # What httptools calls.

    def on_url(self, url: bytes) -> None:
        if not self._in_head:
            return
        self._url += url
        self._head_size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # what comes later is a trailer
            self._headers.append((name.decode("latin-1"), value.decode("latin-1")))
            self._head_size += len(name) + len(value) + 4

    def on_headers_complete(self) -> None:
        self._silence = 0
        if self.stopped or self._again:
            return
        self._in_head = False
        version = self._parser.get_http_version()
        self._turn = Turn(self._parser.get_method().decode(), keep=False, http10=version == "1.0")
        fields: dict[str, list[str]] = {}
        for name, value in self._headers:
            fields.setdefault(name.lower(), []).append(value)
        self._has_body = "transfer-encoding" in fields or fields.get("content-length", ["0"]) != ["0"]
        if fault := self._fault(version, fields):
            self._refuse(*fault)
            return
        if self._sink.wants_heads:
            self._sink.on_head(self._turn, self._request())
        if "expect" in fields and not self._turn.http10 and not self.stopped:
            self._sink.on_expect()

    def on_body(self, body: bytes) -> None:
        if self.stopped:
            return
        self._silence = 0
        self._body.append(body)
        self._body_size += len(body)
        if self._body_size > self._limits.body:
            self._refuse(413, f"the request's body is over {self._limits.body} bytes")

    def on_message_complete(self) -> None:
        if self.stopped:
            return
        if self._parser.should_upgrade() and self._has_body:
            self._again = True
            return
        keep = self._parser.should_keep_alive()
        turn, request = Turn(self._turn.method, keep, self._turn.http10), self._request()
        self._begin()
        self.stopped = not keep
        self._sink.on_request(turn, request)

    def _request(self) -> Request:
        """The request so far, its target in origin form (RFC 9112, 3.2)."""
        url = self._url.decode("latin-1")
        if not url.startswith("/") and (origin := _ORIGIN.match(url)):
            path = url[origin.end() :]
            url = path if path.startswith("/") else f"/{path}"
        body = b"".join(self._body)
        return Request(method=self._turn.method, url=url, headers=tuple(self._headers), body=body)

    def _fault(self, version: str, fields: dict[str, Any]) -> tuple[int, str] | None:
        """Why a request with this head cannot be served: status and reason."""
        limits = self._limits
        if version not in ("1.0", "1.1"):
            return 505, f"HTTP/{version} is not spoken here, HTTP/1.1 is"
        if self._turn.method == "CONNECT":
            return 501, "this server is no proxy"
        if len(fields.get("host", ())) != 1 and not self._turn.http10:
            return 400, "an HTTP/1.1 request has exactly one Host field"
        if self._head_size > limits.head:
            return 431, f"the request's head is over {limits.head} bytes"
        if int(fields.get("content-length", ("0",))[0]) > limits.body:
            return 413, f"the request's body is over {limits.body} bytes"
        if fields.get("expect", ["100-continue"])[0].lower() != "100-continue":
            return 417, f"cannot meet the expectation {fields['expect'][0]!r}"
        return None
