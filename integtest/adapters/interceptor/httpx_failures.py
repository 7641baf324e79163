"""httpx's and httpx2's exceptions as transport failures, and back."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from integtest.model.http import FailureKind, FailurePhase, TransportFailure

_PHASES: dict[str, FailurePhase] = {
    "ConnectTimeout": "connect",
    "ConnectError": "connect",
    "ProxyError": "connect",
    "WriteTimeout": "send",
    "WriteError": "send",
    "LocalProtocolError": "send",
}
_OWN = ("PoolTimeout", "UnsupportedProtocol")
"""Failures of the client alone: nothing was sent, and nothing came."""


def failure_of(error: Exception) -> TransportFailure | None:
    """What a transport's exception says went wrong; None where the client failed on its own."""
    name = type(error).__name__
    if name in _OWN:
        return None
    return TransportFailure(kind=_kind(name, error), message=str(error), phase=_PHASES.get(name, "read"))


def _kind(name: str, error: Exception) -> FailureKind:
    if name.endswith("Timeout"):
        return "timeout"
    if name == "ConnectError":
        return _connect_kind(error)
    if name in ("ReadError", "WriteError", "CloseError"):
        return "reset"
    if name == "RemoteProtocolError" and ("disconnected" in str(error) or "peer closed" in str(error)):
        return "closed"
    return "protocol" if name.endswith("ProtocolError") else "other"


def _connect_kind(error: BaseException) -> FailureKind:
    """By the socket's own error, which the client's is raised from, or from a group of which it is raised."""
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            return "dns"
        if isinstance(cause, ssl.SSLError | ssl.CertificateError):
            return "tls"
        if isinstance(cause, ConnectionResetError):
            return "reset"
    return "refused"


def causes(error: BaseException) -> list[BaseException]:
    """The error and all that it was raised from."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting and len(found) < 50:
        one = waiting.pop()
        if one is None or one in found:
            continue
        found.append(one)
        waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return found


def exception_for(failure: TransportFailure, client: Any, *, answered: bool = False) -> Exception:
    """The exception that `client`, httpx or httpx2, raises for such a failure. `answered` says that it breaks a
    body off whose headers came."""
    usual = _CUT if answered and failure.kind == "closed" else _MESSAGES.get(failure.kind, failure.kind)
    error: Exception = getattr(client, _name(failure))(failure.message or usual)
    return error


_CUT = "peer closed connection without sending complete message body"
_MESSAGES: dict[FailureKind, str] = {
    "timeout": "timed out",
    "refused": "[Errno 111] Connection refused",
    "dns": "[Errno -2] Name or service not known",
    "closed": "Server disconnected without sending a response.",
    "reset": "[Errno 104] Connection reset by peer",
}


def _name(failure: TransportFailure) -> str:
    kind, phase = failure.kind, failure.phase or "read"
    if kind == "timeout":
        return {"connect": "ConnectTimeout", "send": "WriteTimeout", "read": "ReadTimeout"}[phase]
    if kind in ("refused", "dns", "tls"):
        return "ConnectError"
    if kind == "reset":
        return {"connect": "ConnectError", "send": "WriteError", "read": "ReadError"}[phase]
    if kind == "other":
        return "ProxyError" if phase == "connect" else "ReadError"
    return "LocalProtocolError" if (kind, phase) == ("protocol", "send") else "RemoteProtocolError"
