"""The network while a tape is open: a connection that no seam made, or a name looked up for one, asks the tape.

It sees what Python's own sockets do, those of asyncio included. Clients that connect in C or Rust (pycurl, gRPC,
uvloop's transports) pass it by.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Lock
from typing import Any

from integtest.adapters.interceptor import state, unowned
from integtest.adapters.interceptor.callers import caller
from integtest.adapters.interceptor.wrapping import unwrap, wrap
from integtest.errors import ClosedNetworkError

_lock = Lock()
_names: dict[str, set[str]] = {}
"""The names that led to an address, for the tape to judge by and an error to tell."""
_MOST_NAMES = 4096


def install() -> None:
    """Watch connections and look-ups; done again with every tape, for other tools patch the same places."""
    with _lock:
        wrap(socket.socket, "connect", _connecting)
        wrap(socket.socket, "connect_ex", _connecting)
        wrap(socket, "getaddrinfo", _looking_up)


def uninstall_when_idle() -> None:
    """Put all back when no tape is open."""
    with _lock:
        if not state.any_open():
            unwrap(socket.socket, "connect")
            unwrap(socket.socket, "connect_ex")
            unwrap(socket, "getaddrinfo")
            _names.clear()


def _connecting(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(sock: socket.socket, address: Any, /) -> Any:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            host = str(address[0])
            _ask((host, *sorted(_names.get(host, ()))), int(address[1]))
        return original(sock, address)

    return connect


def _looking_up(original: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name:
            _ask((name,), None)
        found = original(host, port, *args, **options)
        if name and len(_names) < _MOST_NAMES:
            for *_, address in found:
                _names.setdefault(str(address[0]), set()).add(name)
        return found

    return getaddrinfo


def _ask(hosts: tuple[str, ...], port: int | None) -> None:
    """Every tape that may be meant has a say; ClosedNetworkError when one refuses."""
    tapes = state.in_charge()
    client = caller() if tapes else None
    for tape in tapes:
        try:
            tape.unseen(hosts, port, client)
        except ClosedNetworkError as refusal:
            if len(tapes) > 1:
                unowned.tell(refusal)
            raise
