"""What http.client raises, as transport failures, and back."""

from __future__ import annotations

import errno
import socket
import ssl
from http import client as http_client

from integtest.adapters.interceptor.os_errors import os_error
from integtest.model.http import FailureKind, TransportFailure

_KINDS: tuple[tuple[type[BaseException], FailureKind], ...] = (
    (socket.gaierror, "dns"),
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    (http_client.RemoteDisconnected, "closed"),
    (http_client.IncompleteRead, "closed"),
    (EOFError, "closed"),
    (ConnectionError, "reset"),
    (http_client.HTTPException, "protocol"),
    (OSError, "other"),
)
"""The first that fits: subclasses stand before what they derive from."""


def failure_of(error: BaseException, *, connected: bool) -> TransportFailure | None:
    """What went wrong; None where the client failed on its own."""
    for one, kind in _KINDS:
        if isinstance(error, one):
            return TransportFailure(kind=kind, message=str(error), phase="read" if connected else "connect")
    return None


def exception_for(failure: TransportFailure) -> Exception:
    """What the program sees of a failure, from the socket or from http.client on top of it."""
    said = failure.message
    if failure.kind == "timeout":
        return TimeoutError(said or "timed out")
    if failure.kind == "dns":
        return socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if failure.kind == "refused":
        return os_error(said if "[Errno" in said else "", errno.ECONNREFUSED)
    if failure.kind == "tls":
        return ssl.SSLError(1, said or "certificate verify failed")
    if failure.kind == "closed":
        return http_client.RemoteDisconnected(said or "Remote end closed connection without response")
    if failure.kind == "protocol":
        return http_client.BadStatusLine(said)
    return os_error(said if failure.kind == "reset" else "", errno.ECONNRESET)
