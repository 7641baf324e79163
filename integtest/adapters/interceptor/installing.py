"""Putting the seams into the clients: those imported already, and those imported later."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from wrapt import register_post_import_hook

_SEAMS = {
    "httpx": "httpx_seam",
    "httpx2": "httpx_seam",
    "urllib3": "urllib3_seam",
    "requests": "requests_seam",
    "aiohttp": "aiohttp_seam",
    "http.client": "http_client_seam",
    "httplib2": "http_client_seam",
}
"""The module of a client, and ours that knows it."""

_registered: set[str] = set()


def install() -> None:
    """Install the seams of every client that is imported, and of each other one as soon as it is.

    Done again whenever a tape is opened: a test tool may have put a client's own method back meanwhile.
    """
    for client, seam in _SEAMS.items():
        if client not in _registered:
            _registered.add(client)
            register_post_import_hook(_hook(seam), client)
        elif client in sys.modules:
            _hook(seam)(sys.modules[client])


def _hook(seam: str) -> Callable[[Any], None]:
    def install_into(client: Any) -> None:
        import_module(f"integtest.adapters.interceptor.{seam}").install(client)

    return install_into
