"""aiohttp's exceptions as transport failures, and back."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Any

import aiohttp

from integtest.adapters.interceptor.os_errors import os_error
from integtest.model.http import FailureKind, FailurePhase, TransportFailure

_KINDS: tuple[tuple[tuple[type[BaseException], ...], FailureKind, FailurePhase | None], ...] = (
    ((aiohttp.ConnectionTimeoutError,), "timeout", "connect"),
    ((aiohttp.ServerTimeoutError,), "timeout", "read"),
    ((TimeoutError,), "timeout", None),
    ((aiohttp.ClientConnectorDNSError,), "dns", "connect"),
    ((aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch), "tls", "connect"),
    ((aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), "other", "connect"),
    ((aiohttp.ClientConnectorError,), "refused", "connect"),
    ((aiohttp.ServerDisconnectedError,), "closed", "read"),
    ((aiohttp.ClientOSError, ConnectionError), "reset", "read"),
    ((aiohttp.ClientResponseError,), "protocol", "read"),
)
"""The first that fits: subclasses stand before what they derive from."""


def failure_of(error: BaseException) -> TransportFailure | None:
    """What went wrong; None where the client failed on its own."""
    if isinstance(error, aiohttp.ClientPayloadError):
        kind: FailureKind = "reset" if _was_reset(error) else "closed"
        return TransportFailure(kind=kind, message=str(error), phase="read")
    for types, kind, phase in _KINDS:
        if isinstance(error, types):
            return TransportFailure(kind=kind, message=_words(error), phase=phase)
    return None


def _was_reset(error: BaseException) -> bool:
    """aiohttp chains what its parser said of the cut, and puts what the connection said into the message alone."""
    return isinstance(error.__cause__, ConnectionResetError) or ConnectionResetError.__name__ in str(error)


def _words(error: BaseException) -> str:
    """The message without what names this machine's proxies and TLS settings."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return str(error.os_error)
    return error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)


def exception_for(failure: TransportFailure, request: Any) -> Exception:
    """The exception that a request fails with before its response's headers came."""
    kind, phase, said = failure.kind, failure.phase, failure.message
    if kind == "timeout":
        return _timeout(phase, request)
    if kind == "closed":
        return aiohttp.ServerDisconnectedError()
    if kind == "protocol":
        return aiohttp.ClientResponseError(request.request_info, (), status=400, message=said)
    if kind in ("refused", "dns", "tls") or phase == "connect":
        return _not_connected(kind, said, request.connection_key)
    return aiohttp.ClientOSError(*os_error(said, errno.ECONNRESET).args)


def _timeout(phase: FailurePhase | None, request: Any) -> Exception:
    if phase == "connect":
        return aiohttp.ConnectionTimeoutError(f"Connection timeout to host {request.url}")
    if phase is None:
        return TimeoutError()
    return aiohttp.SocketTimeoutError("Timeout on reading data from socket")


def _not_connected(kind: FailureKind, said: str, key: Any) -> Exception:
    if kind == "tls" and "certificate" in said.lower():
        return aiohttp.ClientConnectorCertificateError(key, ssl.CertificateError(said))
    error = os_error(said, _NUMBERS.get(kind, errno.ECONNREFUSED))
    types: dict[FailureKind, type[aiohttp.ClientConnectorError]] = {
        "dns": aiohttp.ClientConnectorDNSError,
        "tls": aiohttp.ClientConnectorSSLError,
        "other": aiohttp.ClientProxyConnectionError,
    }
    return types.get(kind, aiohttp.ClientConnectorError)(key, error)


_NUMBERS: dict[FailureKind, int] = {"reset": errno.ECONNRESET, "tls": errno.EPROTO, "dns": socket.EAI_NONAME}


def broken_off(failure: TransportFailure) -> Exception:
    """The exception that the reader of a body meets."""
    if failure.kind == "timeout":
        return aiohttp.SocketTimeoutError("Timeout on reading data from socket")
    if failure.kind == "reset":
        error = aiohttp.ClientPayloadError(failure.message or "Response payload is not completed")
        error.__cause__ = os_error("", errno.ECONNRESET)
        return error
    return aiohttp.ClientPayloadError(failure.message or "Response payload is not completed")
