"""The way to one provider: connections kept alive, nothing followed, decoded, stored or added on the way."""

from __future__ import annotations

import io
import ssl
from collections.abc import AsyncIterator

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from integtest.errors import ConfigError
from integtest.model.http import Headers, Request

_IDLE = 2.0
"""Seconds that an idle connection is kept: shorter than servers' own limits, so that none is closed under us."""
_HEAD = 256 * 1024
_AT_ONCE = 512 * 1024
_CONNECT = 10.0
_OWN = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

FAULTS = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What sending and reading raise."""


class Upstream:
    """One provider. `silence` is how many seconds it may say nothing; `credentials` are put into each request, in
    the place of the client's own. To be used within one event loop. ConfigError when `ca_file` cannot be read."""

    def __init__(
        self, origin: str, *, credentials: Headers = (), silence: float = 60.0, ca_file: str | None = None
    ) -> None:
        self.origin = origin
        self.host = origin.partition("://")[2]
        self._credentials = credentials
        self._silence = silence
        self._tls = _tls(ca_file)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request) -> aiohttp.ClientResponse:
        """The response's head; its body is read with `pieces`. Raises one of FAULTS."""
        own = {name.lower() for name, _ in self._credentials}
        fields = [(name, value) for name, value in request.headers if name.lower() not in own]
        body = request.body
        return await self._opened().request(
            request.method,
            URL(request.url, encoded=True),
            headers=CIMultiDict([*fields, *self._credentials]),
            data=(io.BytesIO(body) if len(body) > _AT_ONCE else body) or None,
            allow_redirects=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls, limit=0, keepalive_timeout=_IDLE),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT, sock_read=self._silence),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=_OWN,
                max_line_size=_HEAD,
                max_field_size=_HEAD,
                trust_env=False,
            )
        return self._session


def head_of(response: aiohttp.ClientResponse) -> Headers:
    """The fields as received, in their order."""
    return tuple((_text(name), _text(value)) for name, value in response.raw_headers)


async def pieces(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body as it comes, chunk by chunk where it is chunked. Raises one of FAULTS when it breaks off."""
    if "transfer-encoding" in response.headers:
        async for data, _ in response.content.iter_chunks():
            if data:
                yield data
    else:
        async for data in response.content.iter_any():
            yield data


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
            raise ConfigError(f"the certificates cannot be read: {error}", place=ca_file) from None
    return context
