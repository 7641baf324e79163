"""Tables as text (RFC 4180) edited in place: a column's name is its first line's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from integtest.rules.secrets.edits import Edit, mapped, moved
from integtest.rules.secrets.places import At, Leaves

_CELL = r'(?:"((?:[^"]|"")*+)"|([^{0}\r\n"]*+))'
_QUOTE = re.compile(r'""|.', re.DOTALL)


def csv_edits(text: str, leaves: Leaves, at: At) -> list[Edit[str]]:
    """The edits of one table with a line of names."""
    first = text.split("\n", 1)[0]
    comma = max(",;\t|", key=first.count)
    cell = re.compile(_CELL.format(re.escape(comma)) + rf"(?:({re.escape(comma)})|\r?\n|\Z)?")
    names: list[str] = []
    edits: list[Edit[str]] = []
    for row, column, found in _cells(text, cell):
        raw = found[1] if found[1] is not None else found[2]
        name = names[column] if column < len(names) else ""
        if row == 0:
            names.append(raw)
        own = at.below(row).below(name or column, leaves.kind(name) if row and name else None)
        if raw and (own.kind or not leaves.quiet(raw)) and (row or not leaves.clean(raw)):
            edits += _value(raw, found.start(1) if found[1] is not None else found.start(2), leaves, own, row)
    return edits


def _cells(text: str, cell: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
    row = column = position = 0
    while position < len(text):
        found = cell.match(text, position)
        if found is None or found.end() == position:
            position += 1
            continue
        yield row, column, found
        position = found.end()
        row, column = (row, column + 1) if found[3] else (row + 1, 0)


def _value(raw: str, start: int, leaves: Leaves, at: At, row: int) -> list[Edit[str]]:
    units = list(_QUOTE.finditer(raw)) if '""' in raw else []
    value = raw.replace('""', '"')
    edits = leaves.string(value, at) if row else leaves.scan(value, at)
    offsets = [*(u.start() for u in units), len(raw)] if units else range(len(raw) + 1)
    return moved(mapped(edits, offsets), start)
