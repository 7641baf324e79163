"""Requests, responses and message contents of a pact, every version read, V4 written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import unquote_plus

from integtest.codecs import pact_body
from integtest.codecs.json_document import Node
from integtest.codecs.pact_overlay import overlay, rest
from integtest.codecs.pact_rules import read_generators, read_rules, write_generators, write_rules
from integtest.model.matching import RequestPattern, ResponsePattern
from integtest.model.message import MessagePattern

Form = Literal["plain", "v4"]
"""How bodies stand in the file: as themselves (Pact V1 to V3), or in an object of attributes (V4)."""

_SHARED = ("headers", "body", "matchingRules", "generators")
_REQUEST = ("method", "path", "query", "requestMatchingRules", *_SHARED)
_RESPONSE = ("status", "responseMatchingRules", *_SHARED)
_MESSAGE = ("contents", "metadata", "metaData", "matchingRules", "generators")

_LISTS = frozenset(
    (
        "accept",
        "accept-encoding",
        "accept-language",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "access-control-request-headers",
        "allow",
        "cache-control",
        "if-match",
        "if-none-match",
        "vary",
    )
)
"""Fields whose one text Pact's tools take as a list; all others may hold commas of their own."""


def read_request(node: Node, form: Form) -> RequestPattern:
    """A request; as Pact does, GET and "/" where the file leaves them out."""
    method, path, query = node.get("method"), node.get("path"), node.get("query")
    shared = _read_shared(node, form, "requestMatchingRules", _REQUEST)
    return RequestPattern(
        method=method.text().upper() if method else "GET",
        path=path.text() if path else "/",
        query=_read_query(query) if query else {},
        **shared,
    )


def read_response(node: Node, form: Form) -> ResponsePattern:
    """A response; as Pact does, 200 where the file leaves the status out."""
    status = node.get("status")
    shared = _read_shared(node, form, "responseMatchingRules", _RESPONSE)
    return ResponsePattern(status=_read_status(status) if status else 200, **shared)


def read_message(node: Node, form: Form, known: tuple[str, ...] = ()) -> MessagePattern:
    """The contents of a message and its metadata. `known` names members that the caller reads itself."""
    found = node.get("metadata") or node.get("metaData")
    metadata = dict(found.object()) if found else {}
    kind = next((v for k, v in metadata.items() if k.lower() in ("contenttype", "content-type")), None)
    body, extra = _read_body(node, "contents", form, kind if isinstance(kind, str) else None)
    return MessagePattern(
        body=body,
        metadata=metadata,
        rules=read_rules(node.get("matchingRules")),
        generators=read_generators(node.get("generators")),
        extra=extra | rest(node.object(), (*_MESSAGE, *known)),
    )


def write_request(request: RequestPattern) -> dict[str, Any]:
    """The V4 form of a request."""
    made: dict[str, Any] = {"method": request.method, "path": request.path}
    if request.query:
        made["query"] = {name: list(values) for name, values in request.query.items()}
    return _written(made, request, "body")


def write_response(response: ResponsePattern) -> dict[str, Any]:
    """The V4 form of a response."""
    return _written({"status": response.status}, response, "body")


def write_message(message: MessagePattern) -> dict[str, Any]:
    """The V4 form of a message's contents, metadata and rules."""
    made = {"metadata": dict(message.metadata)} if message.metadata else {}
    return _written(made, message, "contents")


def _written(
    made: dict[str, Any], pattern: RequestPattern | ResponsePattern | MessagePattern, body_key: str
) -> dict[str, Any]:
    if not isinstance(pattern, MessagePattern) and pattern.headers:
        made["headers"] = {name: list(values) for name, values in pattern.headers.items()}
    if pattern.body.state != "missing":
        made[body_key] = pact_body.write(pattern.body)
    rules, generators = write_rules(pattern.rules), write_generators(pattern.generators)
    if rules:
        made["matchingRules"] = rules
    if generators:
        made["generators"] = generators
    return overlay(made, pattern.extra)  # type: ignore[no-any-return]


def _read_shared(node: Node, form: Form, old_rules: str, known: tuple[str, ...]) -> dict[str, Any]:
    headers = _read_headers(node.get("headers"))
    body, extra = _read_body(node, "body", form, _content_type(headers))
    return {
        "headers": headers,
        "body": body,
        "rules": read_rules(node.get("matchingRules") or node.get(old_rules)),
        "generators": read_generators(node.get("generators")),
        "extra": extra | rest(node.object(), known),
    }


def _read_body(node: Node, key: str, form: Form, content_type: str | None) -> tuple[Any, dict[str, Any]]:
    members = node.object()
    value = node.at(key, members[key]) if key in members else None
    if form == "plain":
        return pact_body.read_plain(value, content_type), {}
    body, aside = pact_body.read_v4(value, content_type)
    return body, {key: aside} if aside else {}


def _content_type(headers: Mapping[str, tuple[str, ...]]) -> str | None:
    return next((values[0] for name, values in headers.items() if name.lower() == "content-type" and values), None)


def _read_headers(node: Node | None) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    return {name: _read_header(name, value) for name, value in node.items()}


def _read_header(name: str, node: Node) -> tuple[str, ...]:
    if isinstance(node.value, list):
        return tuple(one.scalar() for one in node.list())
    text = node.scalar()
    if name.lower() in _LISTS:
        return tuple(one.strip() for one in text.split(","))
    return (text.strip(),)


def _read_query(node: Node) -> dict[str, tuple[str | None, ...]]:
    if isinstance(node.value, str):
        return _parse_query(node.value)
    return {name: _read_values(value) for name, value in node.items()}


def _read_values(node: Node) -> tuple[str | None, ...]:
    if isinstance(node.value, list):
        return tuple(None if one.value is None else one.scalar() for one in node.list())
    return (None,) if node.value is None else (node.scalar(),)


def _parse_query(text: str) -> dict[str, tuple[str | None, ...]]:
    """A query string taken apart; a name without "=" has the value None."""
    found: dict[str, list[str | None]] = {}
    for pair in filter(None, text.split("&")):
        name, equals, value = pair.partition("=")
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value) if equals else None)
    return {name: tuple(values) for name, values in found.items()}


def _read_status(node: Node) -> int:
    text = node.scalar()
    if not (text.isascii() and text.isdigit() and 100 <= int(text) <= 999):
        node.fail(f"should be a status code, found {node.value!r}")
    return int(text)
