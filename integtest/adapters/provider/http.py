"""A provider over HTTP/1.1: connections kept alive, redirects and content codings left as they come."""

from __future__ import annotations

import asyncio
import ssl
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from integtest._version import __version__
from integtest.adapters.provider.faults import failure_of
from integtest.errors import ConfigError
from integtest.model.http import Exchange, Headers, Request, Response, TransportFailure

MAX_BODY = 64 * 1024 * 1024
"""Bytes of one response body; what is longer is cut and reported."""
_MAX_LINE = 64 * 1024
_IDLE = 2.0
"""Seconds that an idle connection is kept: shorter than servers' own limits, so that none is closed under us."""
_SELF_MADE = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade"}
)
"""Fields of the connection (RFC 9110, 7.6.1) and of framing: the client writes them, a contract cannot."""


class HttpTransport:
    """Fulfils `ports.Transport`. `base` is the provider's URL, its path a prefix of every request's.

    No proxy, netrc or cookie of the environment is used. ConfigError when `base` is not an HTTP URL or
    `ca_file` cannot be read. To be used within one event loop.
    """

    def __init__(
        self, base: str, *, connections: int = 16, ca_file: str | None = None, max_body: int = MAX_BODY
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f'"{base}" is not an http or https URL', hint="write http://host:port/prefix")
        self.base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._connections = connections
        self._tls = _tls(ca_file) if parts.scheme == "https" else None
        self._max_body = max_body
        self._session: ClientSession | None = None

    async def open(self, *, timeout: float, probe: bool = False) -> TransportFailure | None:
        """With `probe`, connects once and says why it failed; nothing is sent."""
        if not probe:
            return None
        url = URL(self.base)
        try:
            async with asyncio.timeout(timeout):
                _, writer = await asyncio.open_connection(url.host, url.port, ssl=self._tls)
                writer.close()
        except (OSError, TimeoutError) as error:
            return failure_of(error, timeout)
        return None

    async def send(self, request: Request, *, timeout: float) -> Exchange:
        """Send and read the whole answer. The exchange's request carries the absolute URL."""
        sent = request.model_copy(update={"url": self.base + request.url})
        began = perf_counter()
        latency = None
        response = body = None
        error = None
        try:
            async with self._open_session().request(
                request.method,
                URL(sent.url, encoded=True),
                data=request.body or None,
                headers=[(n, v) for n, v in request.headers if n.lower() not in _SELF_MADE],
                allow_redirects=False,
                timeout=ClientTimeout(total=timeout, ceil_threshold=timeout + 1),
            ) as response:
                latency = perf_counter() - began
                body = bytearray()
                error = await self._read(response, body)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, EOFError) as fault:
            error = failure_of(fault, timeout, answered=response is not None)
        return Exchange(
            request=sent,
            response=None if response is None else _response(response, bytes(body or b""), error is None),
            error=error,
            latency=latency,
            duration=perf_counter() - began,
        )

    async def _read(self, response: ClientResponse, body: bytearray) -> TransportFailure | None:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > self._max_body:
                del body[self._max_body :]
                response.close()
                return TransportFailure(kind="other", message=f"the body is longer than {self._max_body} bytes")
        return None

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(
                    limit=self._connections, ssl=self._tls or True, keepalive_timeout=_IDLE, ttl_dns_cache=300
                ),
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                max_line_size=_MAX_LINE,
                max_field_size=_MAX_LINE,
                headers={"User-Agent": f"integtest/{__version__}", "Accept": "*/*"},
                skip_auto_headers=("Accept-Encoding", "Content-Type"),
                **_more_headers(),
            )
        return self._session


def _response(seen: ClientResponse, body: bytes, complete: bool) -> Response:
    headers: Headers = tuple((_text(name), _text(value)) for name, value in seen.raw_headers)
    return Response(status=seen.status, reason=seen.reason or "", headers=headers, body=body, complete=complete)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _tls(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"the certificates cannot be read: {error}", place=ca_file) from error
    return context


def _more_headers() -> dict[str, Any]:
    """Real providers send more fields than aiohttp's default takes; older aiohttp has no such limit."""
    known = ClientSession.__init__.__kwdefaults__ or {}
    return {"max_headers": 1000} if "max_headers" in known else {}
