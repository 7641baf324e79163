"""urllib3's exceptions, and those of http.client below it, as transport failures, and back."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from typing import Any

import urllib3.exceptions as own

from integtest.adapters.interceptor.os_errors import os_error
from integtest.model.http import FailureKind, FailurePhase, TransportFailure

_KINDS: tuple[tuple[tuple[type[BaseException], ...], FailureKind, FailurePhase], ...] = (
    ((own.ProxyError,), "other", "connect"),
    ((own.NameResolutionError, socket.gaierror), "dns", "connect"),
    ((own.NewConnectionError, ConnectionRefusedError), "refused", "connect"),
    ((own.ConnectTimeoutError,), "timeout", "connect"),
    ((own.ReadTimeoutError, TimeoutError), "timeout", "read"),
    ((own.SSLError, ssl.SSLError, ssl.CertificateError), "tls", "connect"),
    ((http.client.RemoteDisconnected, EOFError), "closed", "read"),
    ((ConnectionError,), "reset", "read"),
    ((http.client.HTTPException, own.ProtocolError), "protocol", "read"),
    ((OSError,), "other", "connect"),
)
"""The first that fits: subclasses stand before what they derive from."""


def failure_of(error: BaseException) -> TransportFailure | None:
    """What went wrong; None where the client failed on its own."""
    if isinstance(error, own.LocationValueError | own.InvalidHeader):
        return None
    for types, kind, phase in _KINDS:
        if isinstance(error, types):
            return TransportFailure(kind=kind, message=_words(error), phase=phase)
    return None


def _words(error: BaseException) -> str:
    """The message without the addresses of objects: a recording is the same every time."""
    message = str(getattr(error, "_message", None) or error)
    return message.partition(">: ")[2] or message


def exception_for(failure: TransportFailure, pool: Any, conn: Any, url: str) -> Exception:
    """The exception that a pool's request fails with, before a retry is thought of."""
    kind, phase = failure.kind, failure.phase
    said = failure.message
    if kind == "timeout":
        if phase == "connect":
            return own.ConnectTimeoutError(conn, said or f"Connection to {pool.host} timed out.")
        return own.ReadTimeoutError(pool, url, said or "Read timed out.")
    if kind == "dns":
        return own.NameResolutionError(pool.host, conn, _gaierror())
    if kind == "refused" or (kind, phase) == ("reset", "connect"):
        refused = f"Failed to establish a new connection: {os_error('', errno.ECONNREFUSED)}"
        return own.NewConnectionError(conn, said or refused)
    if kind == "other" and phase == "connect":
        return own.ProxyError(said or "Unable to connect to proxy", OSError(said))
    if kind == "tls":
        return own.SSLError(said or "certificate verify failed")
    return broken_off(failure)


def broken_off(failure: TransportFailure) -> Exception:
    """What the socket, or http.client on top of it, raises while a response is read."""
    if failure.kind == "timeout":
        return TimeoutError(failure.message or "timed out")
    if failure.kind == "tls":
        return ssl.SSLError(1, failure.message)
    if failure.kind == "closed":
        return http.client.RemoteDisconnected(failure.message or "Remote end closed connection without response")
    if failure.kind == "protocol":
        return http.client.BadStatusLine(failure.message)
    return os_error(failure.message if failure.kind == "reset" else "", errno.ECONNRESET)


def _gaierror() -> socket.gaierror:
    return socket.gaierror(socket.EAI_NONAME, "Name or service not known")
