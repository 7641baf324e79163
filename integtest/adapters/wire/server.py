"""The wire server: one event loop in one thread, on loopback, whatever its handler answers."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path
from threading import Event, Lock, Thread, current_thread
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from integtest.adapters.wire.answer import Handler
from integtest.adapters.wire.protocol import Site
from integtest.adapters.wire.reader import Limits
from integtest.adapters.wire.tls import Authority, authority, factory
from integtest.errors import ListenError, UsageError

_BACKLOG = 1024
_PATIENCE = 5.0
"""Seconds that stopping waits for a handler that blocks the loop."""


class WireServer:
    """Serves `handler` over HTTP/1.1 on loopback, from a thread of its own, to sync and async clients alike.

    `port` 0 lets the system choose; `tls` needs the extra `integtest[tls]`. Raises UsageError for a host that is
    not loopback, ListenError when the port cannot be had. May be started again after it was stopped.
    """

    def __init__(
        self,
        handler: Handler,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        *,
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
    ) -> None:
        self.handler = handler
        self.host = host
        self._bind_to = (_loopback(host), port)
        self._authority = authority(host) if tls else None
        self._lock = Lock()
        self._life: _Life | None = None
        self._held: tuple[int, socket.socket] | None = None
        self._site = Site(handler, limits)

    def start(self) -> Self:
        """Opens the port and serves; does nothing when it already does."""
        with self._lock:
            if self._life is None:
                self._life = _Life(_listen(*self._bind_to), self._site, self._authority)
        return self

    def stop(self) -> None:
        """Closes the port and every connection, and ends the thread; does nothing when that is done."""
        with self._lock:
            life, self._life = self._life, None
            held, self._held = self._held, None
        if held:
            held[1].close()
        if life:
            life.end()

    def pause(self) -> None:
        """Closes the port and every connection as `stop` does, and keeps the number: clients are refused until
        `resume`."""
        port = self.port
        self.stop()
        with self._lock:
            self._held = (port, _listen(self._bind_to[0], port))

    def resume(self) -> None:
        """Serves on the same port again."""
        with self._lock:
            held, self._held = self._held, None
            if held is not None and self._life is None:
                self._life = _Life(_listen(self._bind_to[0], held[0]), self._site, self._authority)
                held[1].close()

    def drop_connections(self) -> None:
        """Resets every connection; the port stays open."""
        life = self._life
        if life is not None:
            life.drop_connections()

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._authority else 'http'}://{host}:{self.port}"

    @property
    def port(self) -> int:
        """The port that it listens on, or that it keeps while it is paused."""
        held = self._held
        return held[0] if held is not None else self._living().port

    @property
    def ca_file(self) -> str | None:
        """A PEM file with the authority that signed the certificate, while the server runs; None without TLS."""
        return self._living().ca_file

    @property
    def errors(self) -> tuple[BaseException, ...]:
        """The last 100 exceptions that the handler raised; each was answered with 500."""
        return tuple(self._site.errors)

    def _living(self) -> _Life:
        life = self._life
        if life is None:
            raise ListenError("the server is not running", hint='use "with server:", or call start()')
        return life

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Life:
    """A server from start to stop."""

    def __init__(self, sock: socket.socket, site: Site, secret: Authority | None) -> None:
        self.site = site
        self.port: int = sock.getsockname()[1]
        self._sock = sock
        self._secret = secret
        self._folder = Path(tempfile.mkdtemp(prefix="integtest-")) if secret else None
        self.ca_file = self._write_authority()
        self._pid = os.getpid()
        self._ready = Event()
        self._thread = Thread(target=self._run, name=f"integtest-wire-{self.port}", daemon=True)
        self._failure: BaseException | None = None
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise ListenError(
                f"cannot serve on port {self.port}: {self._failure}", hint="leave the port to the system: port 0"
            ) from self._failure
        _LIVES.add(self)

    def end(self) -> None:
        """ListenError when a handler blocks the loop for too long."""
        if self._pid != os.getpid():
            return
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
        if current_thread() is not self._thread:
            self._thread.join(_PATIENCE)
            if self._thread.is_alive():
                raise ListenError(
                    f"the server on port {self.port} does not stop: its handler blocks",
                    hint="a handler must return, or await; it may not wait",
                )
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def drop_connections(self) -> None:
        """Resets what is open now."""
        if not self._loop.is_closed():
            for link in list(self.site.connections):
                self._loop.call_soon_threadsafe(link.abort)

    def let_go(self) -> None:
        """In a forked child, where no thread serves: without this the child would hold the parent's port and
        connections open. The numbers stay taken, so that closing the objects later harms no other file."""
        nothing = os.open(os.devnull, os.O_RDWR)
        for sock in (self._sock, *(link.sock for link in list(self.site.connections))):
            if sock.fileno() >= 0:
                os.dup2(nothing, sock.fileno(), inheritable=False)
        os.close(nothing)

    def _write_authority(self) -> str | None:
        if self._folder is None or self._secret is None:
            return None
        path = self._folder / "ca.pem"
        path.write_bytes(self._secret.pem)
        return str(path)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to
            self._failure = error
            self.site.errors.append(error)
        finally:
            self._sock.close()
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._note)
        self._stopping = asyncio.Event()
        make = factory(self.site, self._secret)
        server = await self._loop.create_server(make, sock=self._sock, backlog=_BACKLOG)
        self._ready.set()
        await self._stopping.wait()
        server.close()
        while self.site.connections:
            for link in list(self.site.connections):
                link.abort()
            await asyncio.sleep(0)
        close = getattr(self.site.handler, "aclose", None)
        if close is not None:
            await close()

    def _note(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.site.errors.append(context.get("exception") or RuntimeError(context["message"]))


_LIVES: WeakSet[_Life] = WeakSet()


def _after_fork() -> None:
    for life in list(_LIVES):
        life.let_go()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _loopback(host: str) -> str:
    """The address of a loopback host; UsageError for any other."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise UsageError(
            f"will not listen on {host!r}: integtest's servers are for this machine alone",
            hint="use 127.0.0.1, ::1 or localhost",
        )
    return str(address)


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket that is not yet open for connections."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except (OSError, OverflowError) as error:
        sock.close()
        raise ListenError(
            f"cannot listen on {host} port {port}: {error}", hint="use port 0 to let the system choose a free one"
        ) from error
    return sock
