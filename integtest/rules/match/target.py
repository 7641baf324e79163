"""The request target: path and query of a URL, however hostile (RFC 9112, 3.2; RFC 3986)."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit


def split(url: str) -> tuple[str, list[tuple[str, str]]]:
    """The path as it was sent, and decoded name-value pairs in order.

    An absolute URL without a path means "/". A target that starts with "/" is never read as an authority.
    A URL that cannot be read is its own path.
    """
    path, query = _parts(url)
    return path, parse_qsl(query, keep_blank_values=True) if query else []


def decoded(path: str) -> str:
    """The path with each segment decoded; an encoded slash stays encoded, for it separates nothing."""
    if "%" not in path:
        return path
    return "/".join(unquote(segment, errors="replace").replace("/", "%2F") for segment in path.split("/"))


def encoded(path: str) -> str:
    """The path fit for a request line; what is percent-encoded already stays so."""
    return _ENCODED.sub(lambda found: found[0].replace("%25", "%"), quote(path, safe=_SAFE))


_SAFE = "/:@!$&'()*+,;=~"
"""Characters of a path that need no encoding (RFC 3986, 3.3)."""
_ENCODED = re.compile(r"%25[0-9A-Fa-f]{2}")


def _parts(url: str) -> tuple[str, str]:
    if "://" not in url.split("?", 1)[0] or url.startswith("/"):
        path, _, query = url.partition("?")
        return path, query.partition("#")[0]
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return parts.path or "/", parts.query
