"""The socket of a connection that is put off: it takes a request, and is read from as the tape says."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from http import client as http_client
from typing import Any

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.chunks import Unchunker
from integtest.adapters.interceptor.fields import from_wire
from integtest.adapters.interceptor.http_client_played import is_chunked, played
from integtest.adapters.interceptor.http_client_taken import end_with, live
from integtest.adapters.interceptor.playing import Reel, ask
from integtest.adapters.interceptor.taking import Take
from integtest.model.http import Headers, Request
from integtest.ports import Tape

_DEFAULT: Any = getattr(socket, "_GLOBAL_DEFAULT_TIMEOUT", None)


def head_of(conn: Any, method: str = "GET", target: str = "/", headers: Headers = ()) -> Request:
    """The request without its body. `target` is a path, or absolute where a proxy gets it."""
    if target.startswith("/") or "://" not in target:
        target = f"{_origin(conn)}/{target.removeprefix('/')}"
    return Request(method=method, url=target, headers=headers)


def _origin(conn: Any) -> str:
    """scheme://host[:port] that the connection is for, be it through a proxy's tunnel."""
    tunnel = getattr(conn, "_tunnel_host", None)
    host, port = (tunnel, conn._tunnel_port) if tunnel else (conn.host, conn.port)
    secure = isinstance(conn, http_client.HTTPSConnection)
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}" + (
        "" if port in (None, 443 if secure else 80) else f":{port}"
    )


class Deferred:
    """Stands for the socket of `conn` as long as `tape` answers its requests, one after the other."""

    def __init__(self, conn: Any, tape: Tape) -> None:
        self.tape = tape
        self._conn = conn
        self._sent: list[bytes] = []
        self._answer: Callable[[], Any] | None = None

    def sendall(self, data: Any) -> None:
        """Take a part of the request; TypeError as a socket's, for what is no bytes."""
        self._sent.append(bytes(memoryview(data)))

    def settle(self) -> Callable[[], Any]:
        """Decide what answers: called when the request is whole. What fails while connecting is raised here."""
        raw, self._sent = b"".join(self._sent), []
        request = _parsed(self._conn, raw)
        if exchange := ask(self.tape, request):
            reel = Reel(exchange, request.method, self.tape.latency)
            if reel.response is None and reel.failure is not None and reel.failure.phase == "connect":
                played(reel, request.method, _limit(self._conn))
            self._answer = partial(played, reel, request.method, _limit(self._conn))
        else:
            take = Take(self.tape, request)
            self._answer = partial(live, self._send(raw, take), request.method, take)
        return self._answer

    def makefile(self, *_: Any, **__: Any) -> Any:
        """What the response is read from."""
        answer, self._answer = self._answer or self.settle(), None
        return answer()

    def _send(self, raw: bytes, take: Take) -> Any:
        """A socket of the network's, the request sent."""
        connected = False
        try:
            with state.beneath():
                self._conn.sock = None
                self._conn.connect()
                real, connected = self._conn.sock, True
                take.begin()
                real.sendall(raw)
                take.sent()
        except BaseException as error:
            end_with(take, error, connected=connected)
            raise
        finally:
            self._conn.sock = self
        return real

    def close(self) -> None:
        """Nothing is open."""

    def shutdown(self, how: int) -> None:
        """Nothing is open."""

    def settimeout(self, value: float | None) -> None:
        """The connection's own time-out counts."""
        self._conn.timeout = value

    def gettimeout(self) -> float | None:
        """Seconds that the client waits for the next bytes."""
        return _limit(self._conn)

    def setsockopt(self, *_: Any) -> None:
        """There is no socket yet."""


def _parsed(conn: Any, raw: bytes) -> Request:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.replace(b"\r\n\t", b" ").replace(b"\r\n ", b" ").split(b"\r\n")
    method, _, rest = first.partition(b" ")
    fields = from_wire(
        (name, value.strip()) for name, found, value in (line.partition(b":") for line in lines) if found
    )
    target = rest.rpartition(b" ")[0].decode("latin-1")
    request = head_of(conn, method.decode("latin-1"), target, fields)
    if is_chunked(fields):
        body = b"".join(Unchunker().feed(body))
    return request.model_copy(update={"body": body}) if body else request


def _limit(conn: Any) -> float | None:
    timeout = conn.timeout
    return socket.getdefaulttimeout() if timeout is _DEFAULT else timeout
