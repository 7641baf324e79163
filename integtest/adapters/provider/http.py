"""A provider over HTTP/1.1: connections kept alive, redirects and content codings left as they come."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from time import perf_counter
from urllib.parse import quote, unquote, urlsplit

from integtest._version import __version__
from integtest.adapters.provider.connection import AnswerError, Connection
from integtest.adapters.provider.faults import failure_of
from integtest.errors import ConfigError
from integtest.model.http import Exchange, Request, Response, TransportFailure

MAX_BODY = 64 * 1024 * 1024
"""Bytes of one response body; what is longer is cut and reported."""
_IDLE = 2.0
"""Seconds that an idle connection is kept: shorter than servers' own limits, so that none is closed under us."""
_SETTLED = 0.01
"""Seconds after which a close that follows an answer has arrived."""
_SELF_MADE = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade"}
)
"""Fields of the connection (RFC 9110, 7.6.1) and of framing: the client writes them, a contract cannot."""
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
_FAULTS = (AnswerError, OSError, EOFError)
_URL_SAFE = "%/:?#[]@!$&'()*+,;=~"


class HttpTransport:
    """Fulfils `ports.Transport`. `base` is the provider's URL, its path a prefix of every request's; credentials
    in it become an Authorization field (RFC 7617).

    No proxy, netrc or cookie of the environment is used. ConfigError when `base` is not an HTTP URL or
    `ca_file` cannot be read. To be used within one event loop.
    """

    def __init__(self, base: str, *, ca_file: str | None = None, max_body: int = MAX_BODY) -> None:
        try:
            parts = urlsplit(base)
            port = parts.port
        except ValueError as error:
            hint = "write http://host:port/prefix"
            raise ConfigError(f'"{base}" is not a URL: {error}', hint=hint) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f'"{base}" is not an http or https URL', hint="write http://host:port/prefix")
        self._host = parts.hostname
        self._port = port or (443 if parts.scheme == "https" else 80)
        self._authority = parts.netloc.rpartition("@")[2]
        self._prefix = parts.path.rstrip("/")
        self.base = f"{parts.scheme}://{self._authority}{self._prefix}"
        self._credentials = _basic(parts.username, parts.password)
        self._tls = _tls(ca_file) if parts.scheme == "https" else None
        self._max_body = max_body
        self._idle: list[Connection] = []
        self._keeps = False

    @property
    def login(self) -> bool:
        """Whether the address holds one, which goes with every request that has none."""
        return self._credentials is not None

    async def open(self, *, timeout: float, probe: bool = False) -> TransportFailure | None:
        """With `probe`, connects once and says why it failed; nothing is sent."""
        if not probe:
            return None
        try:
            async with asyncio.timeout(timeout):
                connection = await self._connect()
        except _FAULTS as error:
            return failure_of(error, timeout, connected=False)
        connection.close()
        return None

    async def send(self, request: Request, *, timeout: float) -> Exchange:
        """Send and read the whole answer. The exchange's request carries the absolute URL."""
        sent = request.model_copy(update={"url": self.base + request.url})
        try:
            head = self._head(request)
        except ValueError as wrong:
            return Exchange(request=sent, error=TransportFailure(kind="other", message=f"not sent: {wrong}"))
        began = perf_counter()
        connection: Connection | None = None
        error = None
        try:
            async with asyncio.timeout(timeout):
                connection = await self._connection(request.method)
                try:
                    await self._carry(connection, head, request)
                except (OSError, EOFError):
                    if connection.answered or not connection.reused or request.method not in _IDEMPOTENT:
                        raise
                    # The provider closed it while it was idle: that says nothing about this request.
                    connection = None
                    connection = await self._connect()
                    await self._carry(connection, head, request)
        except _FAULTS as fault:
            answered = connection is not None and connection.status > 0
            error = failure_of(fault, timeout, connected=connection is not None, answered=answered)
        finally:
            self._put_back(connection)
        answer = connection if connection is not None and connection.status else None
        return Exchange(
            request=sent,
            response=None if answer is None else _response(answer, complete=error is None),
            error=error,
            latency=None if answer is None or answer.headers_at is None else answer.headers_at - began,
            duration=perf_counter() - began,
        )

    async def close(self) -> None:
        """Close all connections."""
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def _carry(self, connection: Connection, head: bytes, request: Request) -> None:
        await connection.exchange(head, request.body, bodiless=request.method == "HEAD")

    async def _connection(self, method: str) -> Connection:
        """An idle connection, or a new one. What may not be sent twice goes over an idle one only where the
        provider is known to keep them: some close without a word, and the close may still be on its way."""
        if method not in _IDEMPOTENT:
            await asyncio.sleep(0)  # Lets a close that has arrived be seen.
            self._keeps |= any(one.fresh(_IDLE) and one.idle() > _SETTLED for one in self._idle)
        while self._idle and (self._keeps or method in _IDEMPOTENT):
            connection = self._idle.pop()
            if connection.fresh(_IDLE):
                connection.reused = True
                return connection
            connection.close()
        return await self._connect()

    async def _connect(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._max_body),
            self._host,
            self._port,
            ssl=self._tls,
            happy_eyeballs_delay=0.25,
        )
        return connection

    def _put_back(self, connection: Connection | None) -> None:
        if connection is None:
            return
        if connection.fresh(_IDLE):
            self._keeps |= connection.reused
            self._idle.append(connection)
        else:
            connection.close()

    def _head(self, request: Request) -> bytes:
        """The request's head; ValueError when it holds what cannot be sent."""
        target = quote(f"{self._prefix}{request.url}" or "/", safe=_URL_SAFE)
        lines = [f"{request.method} {target if target.startswith('/') else '/' + target} HTTP/1.1"]
        given = {name.lower() for name, _ in request.headers}
        for name, value in self._defaults():
            if name.lower() not in given:
                lines.append(f"{name}: {value}")
        lines += [f"{name}: {value}" for name, value in request.headers if name.lower() not in _SELF_MADE]
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(request.body)}")
        for line in lines:
            if "\r" in line or "\n" in line or "\0" in line:
                raise ValueError(f"a header field holds a line break: {line!r:.80}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _defaults(self) -> tuple[tuple[str, str], ...]:
        common = (("Host", self._authority), ("User-Agent", f"integtest/{__version__}"), ("Accept", "*/*"))
        return (*common, ("Authorization", self._credentials)) if self._credentials else common


def _response(seen: Connection, *, complete: bool) -> Response:
    return Response(
        status=seen.status,
        reason=seen.reason.decode("latin-1"),
        headers=seen.headers(),
        body=bytes(seen.body),
        complete=complete,
    )


def _basic(user: str | None, password: str | None) -> str | None:
    if user is None:
        return None
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _tls(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"the certificates cannot be read: {error}", place=ca_file) from error
    return context
