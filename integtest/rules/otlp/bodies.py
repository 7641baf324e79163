"""Which body is which message, by the paths that OTLP over HTTP has."""

from __future__ import annotations

import json
import re
from typing import Any

from integtest.rules.otlp.wire import NotOtlpError, read, write

_PATHS = {"traces": "Trace", "metrics": "Metrics", "logs": "Logs"}
_PATH = re.compile(r"/v1/(traces|metrics|logs)/?$")
OTLP_MEDIA = ("application/x-protobuf", "application/protobuf")


def message_of(media: str, path: str, *, reply: bool = False) -> str | None:
    """The message that a body of this media type is, sent to this path or, as a `reply`, got from there; None where
    it is none of OTLP's."""
    found = _PATH.search(path) if media in OTLP_MEDIA else None
    return _PATHS[found[1]] + ("Response" if reply else "Request") if found else None


def as_json(body: bytes, message: str, *, numbers: bool = False) -> Any | None:
    """The body as OTLP's JSON, 64-bit numbers as text, or as `numbers`; None where it is none, or holds what this
    version of OTLP does not have."""
    try:
        return read(body, message, numbers=numbers)
    except NotOtlpError:
        return None


def from_json(text: str, message: str, *, masked: bool = False) -> bytes | None:
    """The body that OTLP's JSON says; None where it cannot be one. In what was `masked` for a lookup or for people,
    any text may stand for an identifier."""
    try:
        return write(json.loads(text), message, masked=masked)
    except (ValueError, KeyError, TypeError):
        return None
