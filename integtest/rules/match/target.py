"""The request target: path and query of a URL, however hostile (RFC 9112, 3.2; RFC 3986)."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit


def split(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Decoded path, and decoded name-value pairs in order.

    An absolute URL without a path means "/". A target that starts with "/" is never read as an authority.
    A URL that cannot be read is its own path.
    """
    path, query = _parts(url)
    return unquote(path, errors="replace"), parse_qsl(query, keep_blank_values=True) if query else []


def _parts(url: str) -> tuple[str, str]:
    if "://" not in url.split("?", 1)[0] or url.startswith("/"):
        path, _, query = url.partition("?")
        return path, query.partition("#")[0]
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return parts.path or "/", parts.query
