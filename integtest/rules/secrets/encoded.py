"""Text inside base64 (RFC 4648): decoded, edited, encoded again in the same alphabet, length and lines."""

from __future__ import annotations

import base64
import binascii
import re

RUN = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{16,}+={0,2}(?:\r?\n[A-Za-z0-9+/_-]++={0,2})*+")
_BREAK = re.compile(r"\r?\n")


def decode_bytes(run: str) -> bytes | None:
    """The bytes of base64 in either alphabet, with or without padding; None when it is not base64."""
    plain = _BREAK.sub("", run).rstrip("=")
    if len(plain) % 4 == 1 or (("-" in plain or "_" in plain) and ("+" in plain or "/" in plain)):
        return None
    try:
        return base64.b64decode(plain.replace("-", "+").replace("_", "/") + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def decode(run: str) -> str | None:
    """The text inside base64; None when it holds no text, or is not base64."""
    data = decode_bytes(run)
    if not data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or all(c.isprintable() or c in "\r\n\t" for c in text) else None


def encode(text: str, like: str) -> str:
    """Base64 written as `like` was."""
    made = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")
    if "-" in like or "_" in like:
        made = made.replace("+", "-").replace("/", "_")
    if not like.rstrip().endswith("=") and len(_BREAK.sub("", like)) % 4:
        made = made.rstrip("=")
    lines = _BREAK.split(like)
    if len(lines) == 1:
        return made
    ending = "\r\n" if "\r\n" in like else "\n"
    width = len(lines[0])
    return ending.join(made[i : i + width] for i in range(0, len(made), width))
