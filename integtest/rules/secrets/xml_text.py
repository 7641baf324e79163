"""XML and HTML edited in place: no parser runs, so no entity is ever expanded and nothing is fetched.

A value's name is its element's or attribute's; in `<add key="ApiKey" value="…"/>`, `<input name="csrf" value="…">`
and `<property name="password">…</property>` it is the other attribute's text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from integtest.rules.secrets.edits import Edit, mapped, moved
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.places import At, Leaves

_TAG = re.compile(r"""<(/?)([A-Za-z_][^\s/>]{0,200}+)((?:[^"'<>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]{1,200})\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_CHARACTER = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp);|.", re.DOTALL)
_BLOCKS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!DOCTYPE", "]>"), ("<!", ">"))
_VOID = listed("area base br col embed hr img input link meta source track wbr")
_NAMING = ("name", "key", "property", "id")
_VALUING = frozenset({"value", "content"})
_LONGEST_TAG = 65536
_DEEPEST = 200


class _Piece(NamedTuple):
    start: int
    end: int
    kind: str
    """`text`, `raw` (CDATA, comments), `tag`."""
    tag: re.Match[str] | None = None


def _pieces(text: str) -> Iterator[_Piece]:
    position, size = 0, len(text)
    while position < size:
        opening = text.find("<", position)
        if opening < 0:
            opening = size
        if opening > position:
            yield _Piece(position, opening, "text")
        if opening == size:
            return
        tag = _TAG.match(text, opening, min(size, opening + _LONGEST_TAG))
        if tag:
            yield _Piece(tag.start(), tag.end(), "tag", tag)
            position = tag.end()
            continue
        position = _end_of_block(text, opening)
        yield _Piece(opening, position, "raw")


def _end_of_block(text: str, opening: int) -> int:
    for start, end in _BLOCKS:
        if text.startswith(start, opening):
            found = text.find(end, opening + len(start), opening + _LONGEST_TAG if end == "]>" else None)
            if found < 0 and end == "]>":
                continue
            return len(text) if found < 0 else found + len(end)
    following = text.find("<", opening + _LONGEST_TAG if text[opening + 1 : opening + 2].isalpha() else opening + 1)
    return len(text) if following < 0 else following


def local_name(name: str) -> str:
    """A name without its namespace prefix."""
    return name.rpartition(":")[2]


def xml_edits(text: str, leaves: Leaves, at: At) -> list[Edit[str]]:
    """The edits of one document or fragment."""
    edits: list[Edit[str]] = []
    stack: list[tuple[str, At, str | None]] = [("", at, None)]
    for piece in _pieces(text):
        name, own, kind = stack[-1]
        if piece.kind == "text":
            edits += _value(text, piece.start, piece.end, leaves, own._replace(kind=kind))
        elif piece.tag is None:
            edits += _raw(text, piece, leaves, own._replace(kind=kind))
        elif piece.tag[1]:
            if len(stack) > 1 and name == local_name(piece.tag[2]):
                stack.pop()
        else:
            edits += _open(piece.tag, leaves, stack)
    return edits


def _open(tag: re.Match[str], leaves: Leaves, stack: list[tuple[str, At, str | None]]) -> list[Edit[str]]:
    name = local_name(tag[2])
    own = stack[-1][1].below(name) if len(stack) < _DEEPEST else stack[-1][1]
    attributes = list(_ATTRIBUTE.finditer(tag[3]))
    values = {local_name(a[1]).lower(): a[2] or a[3] or "" for a in attributes}
    called = next((values[n] for n in _NAMING if n in values), "")
    edits: list[Edit[str]] = []
    for attribute in attributes:
        group = 2 if attribute[2] is not None else 3
        label = local_name(attribute[1])
        kind = leaves.kind(called if label.lower() in _VALUING and called else label)
        start = tag.start(3) + attribute.start(group)
        edits += _value(tag.string, start, start + len(attribute[group]), leaves, own.below(f"@{label}", kind))
    rest = _ATTRIBUTE.sub(lambda found: "\0" * len(found[0]), tag[3])
    if not leaves.clean(rest):
        edits += moved(leaves.scan(rest, own), tag.start(3))
    if not tag[3].rstrip().endswith("/") and name.lower() not in _VOID:
        stack.append((name, own, leaves.kind(name) or (leaves.kind(called) if called else None)))
    return edits


def _raw(text: str, piece: _Piece, leaves: Leaves, at: At) -> list[Edit[str]]:
    if text.startswith("<![CDATA[", piece.start):
        inner, shift = text[piece.start + 9 : piece.end - 3], piece.start + 9
        return moved(leaves.string(inner, at), shift) if inner else []
    inner = text[piece.start : piece.end]
    return [] if leaves.clean(inner) else moved(leaves.scan(inner, at), piece.start)


def _value(text: str, start: int, end: int, leaves: Leaves, at: At) -> list[Edit[str]]:
    raw = text[start:end]
    if not raw.strip() or (not at.kind and leaves.quiet(raw)):
        return []
    left = len(raw) - len(raw.lstrip())
    raw = raw.strip()
    if "&" not in raw:
        return moved(mapped(leaves.string(raw, at), range(len(raw) + 1), html.escape), start + left)
    units = list(_CHARACTER.finditer(raw))
    value = "".join(html.unescape(u[0])[:1] if len(u[0]) > 1 else u[0] for u in units)
    offsets = [*(u.start() for u in units), len(raw)]
    return moved(mapped(leaves.string(value, at), offsets, html.escape), start + left)
