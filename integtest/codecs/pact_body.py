"""Example bodies: the plain form of Pact V1 to V3, the `{content, contentType, encoded}` form of V4."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from integtest.codecs.json_document import Node, compact, parse
from integtest.codecs.pact_overlay import rest
from integtest.errors import UnreadableFileError
from integtest.model.http import media_type
from integtest.model.matching import Body

_ATTRIBUTES = ("content", "contentType", "encoded", "contentTypeHint")
_MARKUP = re.compile(r"<[A-Za-z_]")


def is_json(content_type: str | None) -> bool:
    """Whether Pact's tools treat a body of this type as JSON."""
    main, _, sub = media_type(content_type).partition("/")
    return main == "application" and (sub.startswith("json") or sub.endswith("+json") or sub == "graphql")


def is_text(content_type: str | None) -> bool:
    """Whether Pact's tools write a body of this type as text in a pact before V4 (else base64)."""
    main, _, sub = media_type(content_type).partition("/")
    xml = main == "application" and (sub == "xml" or sub.endswith("+xml"))
    return main == "text" or xml or is_json(content_type) or sub == "x-www-form-urlencoded"


def detected(content: bytes) -> str:
    """A content type for bytes that come without one."""
    try:
        text = content.decode().lstrip()
    except UnicodeDecodeError:
        return "application/octet-stream"
    start = text[:32].lower()
    if start.startswith(("<!doctype html", "<html")):
        return "text/html"
    if start.startswith("<?xml") or _MARKUP.match(start):
        return "application/xml"
    return "application/json" if _loaded(content) is not _NO_JSON else "text/plain"


def read_plain(node: Node | None, content_type: str | None) -> Body:
    """A body of Pact V1 to V3: absent, null, "" or the JSON, text or base64 itself."""
    if node is None:
        return Body()
    value = node.value
    if value is None:
        return Body(state="null", content_type=content_type)
    if value == "":
        return Body(state="empty", content_type=content_type)
    if not isinstance(value, str):
        return Body(state="present", content=compact(value), content_type=content_type or "application/json")
    kind = content_type or detected(value.encode())
    return Body(state="present", content=_plain_bytes(value, kind), content_type=kind)


def read_v4(node: Node | None, content_type: str | None) -> tuple[Body, dict[str, Any]]:
    """A body of Pact V4 and the attributes of it that this version does not know.

    `encoded` stays unset where it says no more than `write` would say by itself.
    """
    if node is None:
        return Body(), {}
    if node.value is None:
        return Body(state="null", content_type=content_type), {}
    members = node.value
    if not isinstance(members, dict) or ("content" not in members and rest(members, _ATTRIBUTES)):
        # Written by hand without the attributes: the value itself is meant, or nothing would be judged.
        kind = content_type or "application/json"
        return Body(state="present", content=compact(members), content_type=kind), {}
    if "content" not in members:
        return Body(), {}
    kind_node, hint_node = node.get("contentType"), node.get("contentTypeHint")
    kind_given = kind_node.text() if kind_node else content_type
    hint = hint_node.text() if hint_node else None
    aside = rest(members, _ATTRIBUTES)
    if members["content"] is None:
        return Body(state="null", content_type=kind_given, hint=hint), aside
    content = _v4_bytes(node, kind_given)
    if not content:
        return Body(state="empty", content_type=kind_given, hint=hint), aside
    body = Body(state="present", content=content, content_type=kind_given or detected(content), hint=hint)
    encoded = members.get("encoded") or False
    if not isinstance(encoded, str | bool):
        node.at("encoded", encoded).fail("should be text or false")
    if not encoded or encoded == write(body)["encoded"]:
        return body, aside
    return body.model_copy(update={"encoded": encoded}), aside


def write(body: Body) -> dict[str, Any]:
    """The V4 form of a body that is not missing: JSON as JSON, text as text, the rest as base64."""
    made: dict[str, Any] = {}
    if body.state == "present" and body.content:
        content_type = body.content_type or detected(body.content)
        content, encoded = _written(body, content_type)
        made = {"content": content, "contentType": content_type, "encoded": encoded}
    else:
        made = {"content": None if body.state == "null" else ""}
        if body.content_type:
            made["contentType"] = body.content_type
    if body.hint:
        made["contentTypeHint"] = body.hint
    return made


def _written(body: Body, content_type: str) -> tuple[Any, str | bool]:
    encoded = body.encoded
    forced = encoded.lower() if isinstance(encoded, str) else ""
    text = _decoded(body.content)
    if text is None or forced == "base64" or (body.hint == "BINARY" and not encoded):
        return base64.b64encode(body.content).decode(), encoded if forced == "base64" else "base64"
    if encoded:
        return text, encoded
    if not is_json(content_type):
        return text, False
    value = _loaded(body.content)
    if value is _NO_JSON or value in (None, ""):
        return text, "JSON"  # as a plain value, null and "" would say: no body
    return value, False


def _v4_bytes(node: Node, content_type: str | None) -> bytes:
    content, encoded = node.value["content"], node.value.get("encoded") or False
    as_text = content if isinstance(content, str) else compact(content).decode()
    if isinstance(encoded, str) and encoded.lower() == "base64":
        try:
            return base64.b64decode(as_text, validate=True)
        except (binascii.Error, ValueError):
            node.at("content", content).fail("is not base64, as `encoded` says")
    if encoded or not is_json(content_type) or content == "":
        return as_text.encode()
    return compact(content)


def _plain_bytes(text: str, content_type: str) -> bytes:
    if is_json(content_type):
        value = _loaded(text.encode())
        whole = isinstance(value, dict | str)
        return text.encode() if whole else compact(text)
    if is_text(content_type):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()


_NO_JSON = object()


def _loaded(content: bytes) -> Any:
    """The JSON in a body, `_NO_JSON` where it is none or would not come back with the same meaning."""
    try:
        return parse(content)
    except UnreadableFileError:
        return _NO_JSON


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
