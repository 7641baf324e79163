"""The concrete request and response that a pattern's example describes."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from integtest.model.http import Headers, Request, Response
from integtest.model.matching import Body, RequestPattern, ResponsePattern
from integtest.rules.match.target import encoded


def example_request(pattern: RequestPattern) -> Request:
    """The example as bytes on the wire: path and query percent-encoded, Content-Type from the body."""
    path = encoded(pattern.path)
    query = _query(pattern.query)
    return Request(
        method=pattern.method.upper(),
        url=f"{path}?{query}" if query else path,
        headers=_headers(pattern.headers, pattern.body),
        body=_content(pattern.body),
    )


def example_response(pattern: ResponsePattern) -> Response:
    """The example as a response, Content-Type from the body."""
    return Response(
        status=pattern.status,
        headers=_headers(pattern.headers, pattern.body),
        body=pattern.example,
    )


def _query(query: Mapping[str, tuple[str | None, ...]]) -> str:
    pairs = [(name, value) for name, values in query.items() for value in values]
    return "&".join(quote(name, safe="") if value is None else urlencode({name: value}) for name, value in pairs)


def _headers(headers: Mapping[str, tuple[str, ...]], body: Body) -> Headers:
    lines = tuple((name, value) for name, values in headers.items() for value in values)
    named = any(name.lower() == "content-type" for name, _ in lines)
    if named or body.content_type is None or body.state != "present":
        return lines
    return (*lines, ("Content-Type", body.content_type))


def _content(body: Body) -> bytes:
    return body.content if body.state == "present" else b""
