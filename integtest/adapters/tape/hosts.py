"""Hosts as URLs and sockets name them."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

from integtest.model.http import Exchange, Request

_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"[^:/?#]*://([^/?#]*)")


def host_of(request: Request) -> str:
    """host[:port] as the URL has it, without userinfo."""
    found = _AUTHORITY.match(request.url)
    return found[1].rpartition("@")[2].lower() if found else ""


def origin(url: str) -> str:
    """Scheme, host and port in lower case; the scheme's own port is left out. ValueError for a bad port."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").lower(), parts.port
    host = f"[{host}]" if ":" in host else host
    scheme = parts.scheme.lower()
    return f"{scheme}://{host}" if port in (None, _PORTS.get(scheme)) else f"{scheme}://{host}:{port}"


def hosts_of(exchanges: Iterable[Exchange]) -> frozenset[str]:
    """The hosts that were asked."""
    return frozenset(host_of(exchange.request) for exchange in exchanges)


def origins_of(exchanges: Iterable[Exchange]) -> list[str]:
    """The schemes, hosts and ports that were asked, in the order met; what is no address is passed over."""
    found: dict[str, None] = {}
    for exchange in exchanges:
        if "://" in exchange.request.url:
            with suppress(ValueError):
                found[origin(exchange.request.url)] = None
    return list(found)


@lru_cache(maxsize=1024)
def is_loopback(authority: str) -> bool:
    """Whether host[:port] is this machine by its name or address."""
    host = urlsplit(f"//{authority}").hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = address_of(host)
    return address is not None and address.is_loopback


def is_here(host: str) -> bool:
    """Whether a socket that connects to `host` stays on this machine, by its own name too."""
    address = address_of(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    return is_loopback(host.lower()) or host.lower() == socket.gethostname().lower()


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that `host` is, None where it is a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
