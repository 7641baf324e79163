"""A stub for code that uses `requests`, without a socket: the `responses` library hands over what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import responses

from integtest.adapters.wire.answer import Answer
from integtest.adapters.wire.stub import Stub
from integtest.errors import ClosedNetworkError, UsageError
from integtest.model.http import Request

if TYPE_CHECKING:
    from requests import PreparedRequest

_PORTS = {"http": 80, "https": 443}


@contextmanager
def stub_requests(stub: Stub, base_url: str) -> Iterator[responses.RequestsMock]:
    """While the context lasts, what `requests` sends to the scheme, host and port of `base_url` is answered by
    `stub`. The network is closed: any other request raises ClosedNetworkError and is not sent. What the stub does
    not know is answered as it answers over a socket, with 500. Both are in the stub's report.

    `base_url` is absolute, or UsageError is raised; interactions' paths hold its path already. Other clients than
    `requests` are not seen; serve those with a `WireServer`.
    """
    origin = _origin(base_url)
    if origin is None:
        raise UsageError(f"{base_url!r} is not an absolute URL", hint='give one such as "http://identity.test"')
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(_Everything(stub, origin, base_url))
        yield mock


class _Everything(responses.CallbackResponse):
    """Takes every request, of any method and URL."""

    def __init__(self, stub: Stub, origin: tuple[str, str, int | None], base_url: str) -> None:
        super().__init__("GET", "http://any/", callback=self._answer, content_type=None)
        self._stub = stub
        self._origin = origin
        self._base_url = base_url

    def matches(self, _: PreparedRequest) -> tuple[bool, str]:
        return True, ""

    def _answer(self, sent: PreparedRequest) -> tuple[int, list[tuple[str, str]], bytes]:
        if _origin(sent.url or "") != self._origin:
            raise self._closed(sent)
        answer = self._stub(_request(sent))
        body = b"" if sent.method == "HEAD" or answer.status in (204, 304) else answer.content
        return answer.status, _headers(answer), body

    def _closed(self, sent: PreparedRequest) -> ClosedNetworkError:
        miss = self._stub.refuse(_request(sent).model_copy(update={"url": sent.url or ""}))
        return ClosedNetworkError(
            f"not sent: {miss}",
            hint=f"the stub answers at {self._base_url}: does the code under test read its base URL there?",
        )


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.scheme and parts.hostname else None


def _request(sent: PreparedRequest) -> Request:
    """What would cross the wire."""
    parts = urlsplit(sent.url or "")
    url = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [(_text(name), _text(value)) for name, value in sent.headers.items()]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    return Request(method=_text(sent.method or "GET"), url=url, headers=tuple(headers), body=_content(sent.body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if hasattr(body, "read"):
        return _content(body.read())
    return b"".join(_content(piece) for piece in body)


def _headers(answer: Answer) -> list[tuple[str, str]]:
    """As the wire server writes them."""
    headers = list(answer.headers)
    named = {name.lower() for name, _ in headers}
    if "content-length" not in named and answer.status not in (204, 304) and isinstance(answer.body, bytes):
        headers.append(("Content-Length", str(len(answer.body))))
    return headers
