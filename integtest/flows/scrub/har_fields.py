"""The fields of a HAR that say again what stands in a URL, a header or a body, each judged as it is there."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import quote, unquote

from integtest.model.http import media_type
from integtest.rules.secrets.credentials import cookie_edits
from integtest.rules.secrets.edits import applied
from integtest.rules.secrets.exchanges import Walk
from integtest.rules.secrets.headers import header_edits
from integtest.rules.secrets.places import At
from integtest.rules.secrets.url_text import form_edits, url_edits

_CHARSET = re.compile(r"(?i)(;\s*charset=)[^;]*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")


def root(where: str) -> At:
    """The place of a whole part, below which the allow-list counts."""
    return At(where, root=len(where))


def header(name: str, value: str, walk: Walk, where: str) -> str:
    """A field's value. Browsers join repeated fields by line ends, and show HTTP/2's pseudo fields."""
    if name.startswith(":"):
        return url(value, walk, where) if name == ":path" else walk.line(value, where)
    at = At(f"{where}/{name}")
    return "\n".join(applied(line, header_edits(name, line, walk.texts, at)) for line in value.split("\n"))


def url(text: str, walk: Walk, where: str) -> str:
    """A URL; one that holds its data itself is a text."""
    if text[:5].lower() == "data:":
        return walk.line(text, where)
    return applied(text, url_edits(text, walk.texts, root(where)))


def is_url(text: str) -> bool:
    """Whether a text is a URL and nothing else."""
    return _URL.fullmatch(text) is not None


def cookie(name: str, value: str, walk: Walk, where: str) -> str:
    """A cookie's value, as it is judged in its header."""
    if ";" in value or "=" in name or not name.strip():
        return applied(value, walk.texts.string(value, At(where, "cookie")))
    start = f"{name}="
    return applied(start + value, cookie_edits(start + value, walk.texts, At(where), is_set=True))[len(start) :]


def field(name: str, value: str, walk: Walk, at: At, source: str) -> tuple[str, str]:
    """A field of a query or a form, as it is judged in `source`, which it was taken from. Tools show it decoded, or
    as it stands there."""
    raw = f"{name}={value}" in source and "=" not in name and "&" not in value
    text = f"{name}={value}" if raw else f"{quote(name, safe='')}={quote(value, safe='')}"
    new_name, _, new = applied(text, form_edits(text, walk.texts, at)).partition("=")
    return (new_name, new) if raw else (unquote(new_name), unquote(new))


def part(name: str, value: str, kind: str, walk: Walk, at: At) -> str:
    """A part of a multipart form: by its name, else by what it is."""
    own = at.below(name, walk.texts.kind(name))
    if own.kind:
        return applied(value, walk.texts.string(value, own))
    return body(value, None, kind, walk, own._replace(depth=1))


def text(value: str, walk: Walk, at: At) -> str:
    """Data that no name speaks of."""
    return applied(value, walk.texts.string(value, at)) if value else value


def body(text: str, encoding: Any, kind: str, walk: Walk, at: At) -> str:
    """A body that no seam of a client brought: a part, a message of a WebSocket."""
    data = decoded(text, encoding)
    new = applied(data, walk.bodies.edits(data, in_utf8(kind) or None, at))
    return text if new == data else encoded(new, text, encoding)


def decoded(text: str, encoding: Any) -> bytes:
    """The bytes that a HAR's text holds; of what is no base64, though it says so, the text's own."""
    found = _unpacked(text) if is_base64(encoding) else None
    return text.encode() if found is None else found


def encoded(data: bytes, text: str, encoding: Any) -> str:
    """The text that holds these bytes, in the place of `text`."""
    packed = is_base64(encoding) and _unpacked(text) is not None
    return base64.b64encode(data).decode() if packed else data.decode("utf-8", "replace")


def _unpacked(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_base64(encoding: Any) -> bool:
    """Whether a HAR's `encoding` says so."""
    return isinstance(encoding, str) and encoding.lower() == "base64"


def in_utf8(kind: str) -> str:
    """A content type for a body that a HAR holds as text, whatever it was coded in."""
    return _CHARSET.sub(r"\1utf-8", kind)


def is_multipart(kind: str) -> bool:
    """Whether a body of this content type has parts."""
    return media_type(kind).startswith("multipart/")
