"""The seam of http.client, and so of urllib.request, xmlrpc.client and httplib2: a connection is not opened before
its request is known, and then only where no recording answers it.

Only connections are met whose `connect` is known here: a subclass with its own (a Unix socket's, urllib3's) is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.http_client_socket import Deferred, head_of
from integtest.adapters.interceptor.wrapping import ours, wrap
from integtest.ports import Tape

_WITH_TIMEOUT = ("HTTPConnectionWithTimeout", "HTTPSConnectionWithTimeout")
"""httplib2's connections, which connect by themselves."""


def install(client: Any) -> None:
    """Put the seam into `client`, the module http.client or httplib2."""
    if client.__name__ == "httplib2":
        for name in _WITH_TIMEOUT:
            wrap(getattr(client, name), "connect", _connect)
        return
    wrap(client.HTTPConnection, "connect", _connect)
    wrap(client.HTTPSConnection, "connect", _connect)
    wrap(client.HTTPConnection, "putrequest", _putrequest)
    wrap(client.HTTPConnection, "request", _request)


def _connect(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def connect(conn: Any) -> None:
        if (tape := _tape(conn)) is None:
            original(conn)
        else:
            conn.sock = Deferred(conn, tape)

    return connect


def _putrequest(original: Callable[..., None]) -> Callable[..., None]:
    def putrequest(conn: Any, *args: Any, **options: Any) -> None:
        tape, held = _tape(conn), conn.sock
        waiting = isinstance(held, Deferred)
        if tape is None and waiting:
            conn.sock = None
        elif tape is not None and not (waiting and held.tape is tape):
            if held is not None:
                held.close()
            conn.sock = Deferred(conn, tape)
        original(conn, *args, **options)

    return putrequest


def _request(original: Callable[..., None]) -> Callable[..., None]:
    """A request is whole now: a connection that fails, fails here."""

    def request(conn: Any, *args: Any, **options: Any) -> None:
        original(conn, *args, **options)
        if isinstance(conn.sock, Deferred):
            conn.sock.settle()

    return request


def _tape(conn: Any) -> Tape | None:
    if not state.any_open() or not ours(type(conn).connect):
        return None
    return state.chosen(head_of(conn))
