"""The parts of a multipart body (RFC 2046, RFC 7578) with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_BOUNDARY = re.compile(r"""(?i);\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))""")
_PARAMETER = re.compile(r"""(?i)[;\s](name|filename)\*?=(?:"((?:[^"\\\r\n]|\\.)*+)"|([^\s;"]++))""")
_BLANK = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([^:\r\n]{1,100}):[ \t]*([^\r\n]*)", re.MULTILINE)


class Part(NamedTuple):
    """One part; `filename` is where its file's name stands in the body, or None."""

    name: str
    headers: dict[str, str]
    start: int
    end: int
    filename: tuple[int, int] | None


def boundary(content_type: str | None) -> bytes | None:
    """The boundary that a Content-Type names, or None."""
    found = _BOUNDARY.search(content_type or "")
    return (found[1] or found[2]).encode("latin-1", "replace") if found else None


def parts(data: bytes, limit: bytes) -> Iterator[Part]:
    """All parts between the delimiters; the last may have been cut off."""
    mark = b"--" + limit
    position = data.find(mark)
    while position >= 0:
        start = position + len(mark)
        if data[start : start + 2] == b"--":
            return
        following = data.find(b"\n" + mark, start)
        end = len(data) if following < 0 else following - (data[following - 1 : following] == b"\r")
        blank = _BLANK.search(data, start, min(end, start + 65536))
        if blank:
            yield _part(data, start, blank.start(), blank.end(), max(end, blank.end()))
        position = -1 if following < 0 else following + 1


def _part(data: bytes, start: int, head_end: int, body: int, end: int) -> Part:
    headers, name, filename = {}, "", None
    for field in _FIELD.finditer(data[start:head_end]):
        value = field[2].decode("utf-8", "surrogateescape")
        headers[field[1].decode("latin-1").lower()] = value
        if field[1].lower() == b"content-disposition":
            for parameter in _PARAMETER.finditer(value):
                group = 2 if parameter[2] is not None else 3
                if parameter[1].lower() == "name":
                    name = parameter[group]
                else:
                    at = start + field.start(2)
                    before = len(value[: parameter.start(group)].encode("utf-8", "surrogateescape"))
                    size = len(parameter[group].encode("utf-8", "surrogateescape"))
                    filename = (at + before, at + before + size)
    return Part(name, headers, body, end, filename)
