"""Multipart bodies (RFC 2046, 5.1; RFC 7578): parts are found by name, boundaries do not matter."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from email.message import Message as Headers
from email.parser import HeaderParser

from integtest.errors import ContractError
from integtest.model.base import Frozen
from integtest.model.finding import Mismatch
from integtest.model.matching import Body, RuleList
from integtest.rules.match.content_types import parsed
from integtest.rules.match.paths import Any, below, parse, render

PartJudge = Callable[[Body, Mapping[str, RuleList]], Callable[[bytes, str | None], list[Mismatch]]]
"""Makes the judge of one part's content, given the rules that speak of it."""


class Part(Frozen):
    """One part: `name` of its Content-Disposition, else its number."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes
    headers: dict[str, str]


class MultipartBody:
    """The expected parts, each with its rules; other parts are allowed, as Pact allows them."""

    def __init__(
        self, judge: PartJudge, content: bytes, content_type: str | None, rules: Mapping[str, RuleList]
    ) -> None:
        try:
            parts = split(content, content_type)
        except ValueError as error:
            raise ContractError(f"an expected body is called multipart and is none: {error}") from error
        self._parts = [(part, judge(_body(part), _rebased(part.name, rules))) for part in parts]

    def mismatches(self, actual: bytes, content_type: str | None) -> list[Mismatch]:
        """What differs; a body that is no multipart is one mismatch."""
        try:
            seen = {part.name: part for part in reversed(split(actual, content_type))}
        except ValueError as error:
            return [Mismatch(part="body", message=f"the body is no multipart: {error}")]
        found: list[Mismatch] = []
        for part, judge in self._parts:
            given = seen.get(part.name)
            path = below("$", part.name)
            if given is None:
                found.append(Mismatch(part="body", path=path, message=f"part {part.name!r} is missing"))
            else:
                found += _part(path, part, given, judge)
        return found


def _part(
    path: str, part: Part, given: Part, judge: Callable[[bytes, str | None], list[Mismatch]]
) -> list[Mismatch]:
    if (part.filename is None) != (given.filename is None):
        kinds = ("a field", "a file") if part.filename is None else ("a file", "a field")
        why = f"expected part {part.name!r} to be {kinds[0]}, got {kinds[1]}"
        return [Mismatch(part="body", path=path, message=why)]
    found = [
        Mismatch(part="body", path=path, message=f"part {part.name!r}: header {name!r} is missing or differs")
        for name, value in part.headers.items()
        if not name.startswith("content-") and given.headers.get(name) != value
    ]
    inside = judge(given.content, given.content_type or part.content_type)
    return found + [m.model_copy(update={"path": path + m.path[1:]}) for m in inside]


def _body(part: Part) -> Body:
    default = "text/plain" if part.filename is None else "application/octet-stream"
    state = "present" if part.content else "empty"
    return Body(state=state, content=part.content, content_type=part.content_type or default)


def _rebased(name: str, rules: Mapping[str, RuleList]) -> dict[str, RuleList]:
    """The rules below `$.name`, as rules of the part's own content."""
    found = {}
    for path, rule in rules.items():
        steps = parse(path) if path else ()
        if not steps:
            found["$"] = rule
        elif steps[0] is Any.KEY or str(steps[0]) == name:
            found[render(steps[1:])] = rule
    return found


def split(content: bytes, content_type: str | None) -> list[Part]:
    """The parts in order; ValueError when there is no boundary or the last part is cut."""
    boundary = dict(parsed(content_type).parameters).get("boundary", "").encode()
    if not boundary:
        first = re.match(rb"\s*--([^\r\n]+)", content)
        if first is None:
            raise ValueError("it has no boundary")
        boundary = first[1].strip()
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|$)", content)
    if len(pieces) < 3:
        raise ValueError("its boundary does not occur in it")
    if "--" not in [p.decode() for p in pieces[1::2] if p]:
        raise ValueError("it is cut: the closing boundary is missing")
    return [
        _read(number, piece) for number, piece in enumerate(pieces[2::2]) if piece or number < len(pieces[2::2]) - 1
    ]


def _read(number: int, piece: bytes) -> Part:
    head, _, content = piece.partition(b"\r\n\r\n") if b"\r\n\r\n" in piece else piece.partition(b"\n\n")
    if piece.startswith((b"\r\n", b"\n")):
        head, content = b"", piece.lstrip(b"\r\n")
    headers: Headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    if str(headers.get("content-transfer-encoding", "")).lower() == "base64":
        content = _decoded(content)
    name = headers.get_param("name", header="content-disposition")
    filename = headers.get_param("filename", header="content-disposition")
    unnamed = "content-disposition" not in headers
    return Part(
        name=str(name) if name else str(number),
        filename=str(filename) if filename else "" if unnamed else None,
        content_type=headers.get("content-type"),
        content=content,
        headers={key.lower(): str(value) for key, value in headers.items()},
    )


def _decoded(content: bytes) -> bytes:
    try:
        return b64decode(content)
    except Base64Error:
        return content
