"""Requests as urllib3 is about to send them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from urllib3.util.request import SKIP_HEADER

from integtest.adapters.interceptor.fields import bare, text
from integtest.model.http import Headers, Request

_PORTS = {"http": 80, "https": 443}


def head_of(pool: Any, method: str, url: str, headers: Any) -> Request:
    """The request without its body. `url` is a path, or absolute where a proxy gets it."""
    return bare(method, _absolute(pool, url), fields_of(headers))


def _absolute(pool: Any, url: str) -> str:
    if not url.startswith("/") and "://" in url:
        return url
    host = f"[{pool.host}]" if ":" in pool.host else pool.host
    port = "" if pool.port in (None, _PORTS.get(pool.scheme)) else f":{pool.port}"
    return f"{pool.scheme}://{host}{port}/{url.removeprefix('/')}"


def fields_of(headers: Any) -> Headers:
    """The fields that are sent, in order."""
    items = headers.items() if headers is not None else ()
    return tuple(
        (text(name), text(value) if isinstance(value, str | bytes) else str(value))
        for name, value in items
        if value != SKIP_HEADER
    )


def body_of(body: Any, block: int) -> tuple[bytes, Any]:
    """What a body says, and a body that sends the same: one that can be read only once is read by now. It stays
    in pieces, so that it is framed as it would have been."""
    if body is None:
        return b"", None
    if isinstance(body, str):
        return body.encode(), body
    try:
        return bytes(memoryview(body)), body
    except TypeError:
        chunks = list(_chunks(body, block))
        return b"".join(chunks), chunks


def _chunks(body: Any, block: int) -> Iterator[bytes]:
    if not hasattr(body, "read"):
        for one in body:
            yield one.encode() if isinstance(one, str) else one
        return
    while data := body.read(block):
        yield data.encode() if isinstance(body, io.TextIOBase) else data
