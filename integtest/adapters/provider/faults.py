"""Exceptions of sockets, TLS and HTTP as transport failures in plain words."""

from __future__ import annotations

import os
import socket
import ssl

from integtest.adapters.provider.connection import AnswerError
from integtest.model.http import FailureKind, TransportFailure


def failure_of(
    error: BaseException, timeout: float, *, connected: bool, answered: bool = False
) -> TransportFailure:
    """What went wrong. `connected` says whether there was a connection, `answered` whether an answer's head had
    come. `timeout` in seconds."""
    if isinstance(error, TimeoutError) and not isinstance(error, ConnectionError):
        what = (
            "the headers came, but the body did not end"
            if answered
            else "no answer"
            if connected
            else "no connection"
        )
        return TransportFailure(kind="timeout", message=f"{what} within {timeout:g} s")
    if isinstance(error, AnswerError):
        kind: FailureKind = "other" if answered else "protocol"
        what = "the answer cannot be read" if answered else "the answer is not HTTP"
        return TransportFailure(kind=kind, message=printable(f"{what}: {error}"))
    if isinstance(error, ssl.SSLError):
        return TransportFailure(kind="tls", message=printable(getattr(error, "verify_message", "") or str(error)))
    if isinstance(error, socket.gaierror):
        return TransportFailure(kind="dns", message=printable(error.strerror or str(error)))
    if not connected:
        return TransportFailure(kind="refused", message=_reason(error))
    if isinstance(error, EOFError):
        when = "before its answer was complete" if answered else "without an answer"
        return TransportFailure(kind="closed", message=f"the provider closed the connection {when}")
    return TransportFailure(kind="reset", message=f"the provider reset the connection ({_reason(error)})")


def printable(text: str) -> str:
    """One short printable line: a broken answer may carry anything."""
    line = " ".join(text.split())[:200]
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno).lower()
    return printable(str(error)) or type(error).__name__
