"""Header fields on their way through: those of one connection stay behind, addresses and cookies fit the place."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from integtest.adapters.recorder.swap import Swap
from integtest.model.http import Headers, header_values, media_type

_OF_ONE_CONNECTION = frozenset(
    (
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te"),
        *("trailer", "transfer-encoding", "upgrade", "expect", "content-length"),
    )
)
"""RFC 9110, 7.6.1; and what each side writes anew."""
_OF_ONE_SITE = frozenset(("strict-transport-security", "alt-svc", "public-key-pins"))
"""They would send a browser away from a local plain server."""
_TEXT = ("json", "xml", "javascript", "x-www-form-urlencoded", "ndjson", "jsonl", "yaml", "graphql")


def end_to_end(headers: Headers) -> Headers:
    """The fields without those of the connection that they came over."""
    named = {
        name.strip().lower() for line in header_values(headers, "connection") for name in line.split(",") if name
    }
    return tuple((n, v) for n, v in headers if n.lower() not in _OF_ONE_CONNECTION and n.lower() not in named)


def for_upstream(headers: Headers, host: str, inward: Swap, dropped: Collection[str]) -> Headers:
    """A client's fields as the provider is to see them. `dropped`: names of cookies that are another one's."""
    out = [("Host", host)]
    for name, value in end_to_end(headers):
        lowered = name.lower()
        if lowered == "cookie":
            kept = [pair for pair in value.split("; ") if pair.partition("=")[0] not in dropped]
            out += [(name, "; ".join(kept))] if kept else []
        elif lowered != "host":
            out.append((name, inward.text(value)))
    return tuple(out)


def for_client(headers: Headers, outward: Swap) -> Headers:
    """A provider's fields as its client is to see them: redirects and links stay here, cookies come back."""
    out = []
    for name, value in end_to_end(headers):
        lowered = name.lower()
        if lowered not in _OF_ONE_SITE:
            out.append((name, _cookie(value) if lowered == "set-cookie" else outward.text(value)))
    return tuple(out)


def cookie_names(headers: Headers) -> set[str]:
    """The cookies that a response sets."""
    return {value.partition("=")[0].strip() for value in header_values(headers, "set-cookie")}


def leads_to(headers: Headers, swapped: Headers) -> str | None:
    """The host of another server that a redirect leads to, or None when it stays."""
    before, after = header_values(headers, "location"), header_values(swapped, "location")
    if not before or before != after:
        return None
    try:
        return urlsplit(before[0]).netloc.rpartition("@")[2] or None
    except ValueError:
        return None


def is_text(headers: Headers) -> bool:
    """Whether a body may hold addresses that a client would follow."""
    kind = media_type(next(iter(header_values(headers, "content-type")), None))
    subtype = kind.partition("/")[2]
    return kind.startswith("text/") or subtype.rpartition("+")[2] in _TEXT or subtype.removeprefix("x-") in _TEXT


def _cookie(value: str) -> str:
    """A cookie for this host over plain HTTP: no Domain, no Secure, nothing that needs Secure (RFC 6265, 4.1.2)."""
    first, *attributes = value.split(";")
    kept = [one for one in attributes if not _binds(one.strip().lower().replace(" ", ""))]
    return ";".join([first, *kept])


def _binds(attribute: str) -> bool:
    return attribute.startswith("domain=") or attribute in ("secure", "samesite=none", "partitioned")
