"""Requests as aiohttp is about to send them."""

from __future__ import annotations

from typing import Any

from integtest.adapters.interceptor.fields import bare, text
from integtest.model.http import Request

_str = str.__str__
"""Of a name in aiohttp's own class, what it says."""


def head_of(request: Any) -> Request:
    """The request without its body."""
    fields = [(_str(name), value if type(value) is str else text(value)) for name, value in request.headers.items()]
    if request.compress:  # aiohttp compresses while it writes; a recording holds what was meant.
        fields = [field for field in fields if field[0].lower() != "content-encoding"]
    return bare(request.method, str(request.url), tuple(fields))


async def body_of(request: Any) -> bytes:
    """What the body says. Afterwards it can still be sent: aiohttp's payloads keep or rewind what they read, and
    one that cannot be read again is replaced by its bytes."""
    body = request.body
    if not body:
        return b""
    if isinstance(body, bytes):
        return body
    try:
        data: bytes = await body.as_bytes()
    except TypeError:
        data, spent = await _written(body), True
    else:
        spent = body.consumed
    if spent:
        await request.update_body(data)
    return data


async def _written(body: Any) -> bytes:
    """The bytes of a payload that can only be written."""
    parts: list[bytes] = []

    class Collector:
        async def write(self, data: bytes) -> None:
            parts.append(bytes(data))

    await body.write(Collector())
    return b"".join(parts)
