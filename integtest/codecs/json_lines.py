"""JSON text as lines of a YAML scalar, so that one changed field is one changed line; any reader gets its bytes.

A double-quoted scalar may go on in the next line where a line ends with a backslash: neither the break nor the
next line's indent belongs to the text (YAML 1.2, 7.3.1).
"""

from __future__ import annotations

import re

import orjson

SHORTEST = 60
"""Characters below which a text stays on one line."""

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<whole>\{[ \t]*\}|\[[^\[\]{}\"]*\])"
    r"|(?P<open>[{\[][ \t]*)|(?P<close>[}\]])|(?P<next>,[ \t]*)|(?P<rest>[^\"{}\[\],]+)"
)
_ESCAPED = re.compile('[\\\\"\\x00-\\x1f\\x7f-\\xa0\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff]')
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def is_fit(text: str) -> bool:
    """Whether a text is a JSON object or array on one line, long enough to be better off on several."""
    line = text.rstrip("\r\n")
    if len(line) < SHORTEST or line[0] not in "{[" or "\n" in line or "\r" in line:
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def scalar(text: str, indent: int) -> str:
    """The text as a YAML scalar whose lines but the first are indented by `indent` blanks and its own depth.

    Lists of nothing but numbers stay on one line: an embedding is no thousand lines.
    """
    out = ['"']
    depth = 0
    for token in _TOKEN.finditer(text):
        piece = _ESCAPED.sub(_escape, token[0])
        if token.lastgroup == "close":
            depth -= 1
            out.append(_broken(indent + depth * 2) + piece)
        else:
            out.append(piece)
        if token.lastgroup == "open":
            depth += 1
        if token.lastgroup in ("open", "next"):
            out.append(_broken(indent + depth * 2))
    return "".join([*out, '"'])


def _broken(indent: int) -> str:
    return "\\\n" + " " * indent


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    return _SHORT.get(letter) or f"\\u{ord(letter):04x}"
