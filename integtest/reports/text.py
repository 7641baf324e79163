"""Text from strangers, made safe to show: control characters as escapes, long things clipped."""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

_DEEPEST = 60
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LINE_BREAKS = str.maketrans({"\n": "\\n", "\t": "\\t"})


def block(text: str, limit: int = 4000) -> str:
    """`text` with its line breaks and no other control character, at most about `limit` characters."""
    return _CONTROLS.sub(_escape, clip(text.replace("\r\n", "\n"), limit))


def line(text: str, limit: int = 300) -> str:
    """`text` on one line: line breaks are shown as \\n."""
    return block(text, limit).translate(_LINE_BREAKS)


def clip(text: str, limit: int) -> str:
    """`text`, or its start and how much was left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def plain(value: Any, limit: int = 20_000, depth: int = 0) -> Any:
    """`value` as JSON can say it: strings clipped to `limit` and free of lone surrogates, bytes as text, what JSON
    has no word for as text, and nothing deeper than a reader of JSON can follow."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return clip(value, limit).encode("utf-8", "backslashreplace").decode()
    if isinstance(value, bytes | bytearray):
        return plain(_bytes_text(bytes(value)), limit)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {plain(str(key), limit): plain(item, limit, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, limit, depth + 1) for item in value]
    return plain(str(value), limit)


def compact(value: Any, limit: int = 300) -> str:
    """`value` as JSON on one line, clipped."""
    text = line(json.dumps(plain(value, limit), ensure_ascii=False), limit * 4)
    return text if len(text) <= limit else f"{text[:limit]}…"


def body(value: Any, limit: int = 2000) -> str:
    """A message body to show: text as it is, anything else as compact JSON."""
    value = _bytes_text(bytes(value)) if isinstance(value, bytes | bytearray) else value
    return block(value, limit) if isinstance(value, str) else compact(value, limit)


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"{len(value):,} bytes, base64 {b64encode(value[:3000]).decode()}"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
