"""This process's HTTP clients, met at four seams: httpx and httpx2, urllib3, aiohttp, http.client. What connects
without meeting one is kept in while a tape plays.

What a request meets there is the tape of its context (`use`). Nothing is patched before the first tape is opened,
and a seam without an open tape costs one look at a variable.
"""

from integtest.adapters.interceptor.clients import seen_clients
from integtest.adapters.interceptor.opening import use

__all__ = ["seen_clients", "use"]
