"""HTTPS on loopback: a certificate authority that lives as long as its server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integtest.adapters.wire.protocol import Connection, Site
from integtest.errors import UsageError

_HANDSHAKE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Authority:
    """A server's context, and the PEM of the authority that clients are to trust."""

    context: ssl.SSLContext
    pem: bytes


def authority(host: str) -> Authority:
    """A new authority and a certificate for `host` and the loopback names; UsageError without the extra."""
    try:
        import trustme
    except ImportError as error:
        raise UsageError(
            "a server with TLS needs the trustme package", hint='pip install "integtest[tls]"'
        ) from error
    ca = trustme.CA(organization_name="integtest")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    ca.issue_cert(*dict.fromkeys(["localhost", "127.0.0.1", "::1", host])).configure_cert(context)
    return Authority(context, ca.cert_pem.bytes())


class Handshake(asyncio.Protocol):
    """A connection until TLS stands. It is known to the site meanwhile, so that stopping leaves none behind."""

    def __init__(self, site: Site, context: ssl.SSLContext) -> None:
        self._site = site
        self._context = context
        self._early: list[bytes] = []
        self._eof = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio's own type says less
        self._transport = transport
        transport.pause_reading()  # what comes next is for TLS
        self._site.connections.add(self)
        self._task = asyncio.get_running_loop().create_task(self._shake())

    def data_received(self, data: bytes) -> None:
        self._early.append(data)  # it may come with the handshake's last bytes

    def eof_received(self) -> None:
        self._eof = True

    async def _shake(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(
                self._transport,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=_HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=1.0,
            )
        except (OSError, ConnectionError):  # the client's refusal, which the client reports
            self._transport.abort()
        else:
            if secured is not None and not self._eof:
                self._hand_over(secured)
        finally:
            self._site.connections.discard(self)

    def _hand_over(self, secured: asyncio.Transport) -> None:
        connection = Connection(self._site, self._transport)
        secured.set_protocol(connection)
        connection.connection_made(secured)
        for data in self._early:
            connection.data_received(data)

    def abort(self) -> None:
        """Ends it now."""
        self._transport.abort()

    @property
    def sock(self) -> Any:
        """The connection's socket."""
        return self._transport.get_extra_info("socket")


def factory(site: Site, secret: Authority | None) -> Callable[[], asyncio.Protocol]:
    """What makes the protocol of each new connection."""
    return (lambda: Handshake(site, secret.context)) if secret else (lambda: Connection(site))
