"""Header fields between the wire's bytes and text."""

from __future__ import annotations

from collections.abc import Iterable

from integtest.model.http import Headers, Request


def text(raw: bytes | str) -> str:
    """UTF-8 where it is that, else Latin-1, which says something of every byte (RFC 9110, 5.5)."""
    if isinstance(raw, str):
        return raw if type(raw) is str else str.__str__(raw)  # Without what a subclass makes of it.
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def from_wire(fields: Iterable[tuple[bytes | str, bytes | str]]) -> Headers:
    """Field lines as the model has them."""
    pairs = fields if isinstance(fields, list | tuple) else list(fields)  # They may be gone through twice.
    try:
        return tuple([(name.decode(), value.decode()) for name, value in pairs])  # type: ignore[union-attr]
    except (AttributeError, UnicodeDecodeError):
        return tuple([(text(name), text(value)) for name, value in pairs])


def to_wire(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Field lines as a client's parser gives them."""
    return [(name.encode(), value.encode()) for name, value in headers]


def bare(method: str, url: str, headers: Headers) -> Request:
    """A request without a body, of parts that a client has checked already."""
    return Request.of({"method": text(method), "url": url, "headers": headers, "body": b""})


def upgrades(headers: Headers) -> bool:
    """Whether the request leaves HTTP, as a WebSocket's does: no tape can hold what follows."""
    return any(name.lower() == "upgrade" for name, _ in headers)
