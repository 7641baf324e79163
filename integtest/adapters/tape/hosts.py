"""Hosts as URLs and sockets name them."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import urlsplit

from integtest.model.http import Request

_AUTHORITY = re.compile(r"[^:/?#]*://([^/?#]*)")


def host_of(request: Request) -> str:
    """host[:port] as the URL has it, without userinfo."""
    found = _AUTHORITY.match(request.url)
    return found[1].rpartition("@")[2].lower() if found else ""


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
