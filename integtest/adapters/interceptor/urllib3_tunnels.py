"""Tunnels through proxies: opened when a request really goes out, not before it is known whether it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from integtest.adapters.interceptor import state


class Tunnels:
    """Tunnels that were put off, by their connections. urllib3 opens one before a request comes to our seam."""

    def __init__(self) -> None:
        self._put_off: WeakKeyDictionary[Any, Callable[..., None]] = WeakKeyDictionary()

    def put_off(self, original: Callable[..., None]) -> Callable[..., None]:
        """What stands for `HTTPSConnectionPool._prepare_proxy`."""

        def _prepare_proxy(pool: Any, conn: Any) -> None:
            if not state.any_open():
                return original(pool, conn)
            self._put_off[conn] = original
            return None

        return _prepare_proxy

    def open(self, pool: Any, conn: Any) -> None:
        """Open the tunnel now, if it was put off. Fails as `urlopen` has it fail: the proxy timed out, or an
        OSError (TLS errors are)."""
        original = self._put_off.pop(conn, None)
        if original is None or not conn.is_closed:
            return
        try:
            original(pool, conn)
        except OSError as error:
            pool._raise_timeout(err=error, url=pool.proxy.url, timeout_value=conn.timeout)
            raise
