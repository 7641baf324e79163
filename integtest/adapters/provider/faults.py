"""Exceptions of sockets and HTTP clients, as transport failures in plain words."""

from __future__ import annotations

import os
import ssl

import aiohttp

from integtest.model.http import FailureKind, TransportFailure


def failure_of(error: BaseException, timeout: float, *, answered: bool = False) -> TransportFailure:
    """What went wrong. `timeout` in seconds; `answered` says whether the headers of an answer had come."""
    kind = _kind(error)
    if kind == "timeout":
        what = "the headers came, but the body did not end" if answered else "no answer"
        return TransportFailure(kind=kind, message=f"{what} within {timeout:g} s")
    return TransportFailure(kind=kind, message=_MESSAGES.get(kind, "") or _words(error))


_MESSAGES: dict[FailureKind, str] = {
    "refused": "",
    "reset": "the provider reset the connection",
    "closed": "the provider closed the connection before its answer was complete",
}


def _kind(error: BaseException) -> FailureKind:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return "refused"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "reset" if isinstance(error.__cause__, ConnectionResetError) else "closed"
    if isinstance(error, aiohttp.ServerDisconnectedError | EOFError):
        return "closed"
    return _lower_kind(error)


def _lower_kind(error: BaseException) -> FailureKind:
    if isinstance(error, aiohttp.ClientResponseError):
        return "protocol"
    if isinstance(error, ConnectionError | aiohttp.ClientOSError):
        return "reset"
    return "dns" if type(error).__name__ == "gaierror" else "refused" if isinstance(error, OSError) else "other"


def _words(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, OSError):
        return f"{error.host}:{error.port}: {_reason(error.os_error)}"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the answer is not HTTP: {_first_lines(error.message)}"
    if isinstance(error, OSError):
        return _reason(error)
    return _first_lines(str(error)) or type(error).__name__


def _reason(error: OSError) -> str:
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return _first_lines(error.strerror or str(error))


def _first_lines(text: str) -> str:
    """Two printable lines as one: a broken answer may carry anything."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" ^\n")][:2]
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in " ".join(lines))[:200]
