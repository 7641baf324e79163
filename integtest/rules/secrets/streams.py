"""Server-sent events (WHATWG HTML, 9.2) and lines of JSON: read as one text.

What a model streams comes in pieces: an e-mail address may begin in one event and end in the third. The strings at
the same place of successive documents are therefore judged together too, and cut again where they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from integtest.rules.secrets.edits import Edit, applied, mapped, settled
from integtest.rules.secrets.json_text import json_edits
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.names import words
from integtest.rules.secrets.places import At
from integtest.rules.secrets.texts import Texts

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_SENTINELS = frozenset({"[DONE]"})
_FLOWING = listed("""
    content text delta arguments partial_json input output thinking reasoning reasoning_content completion response
    generated_text output_text refusal transcript value chunk message token answer data signature
""")
_LABELS = listed("id type model object event role name status index created finish_reason stop_reason")


class Document(NamedTuple):
    """One event's data, or one line, with the offsets of its characters in the whole text."""

    value: str
    offsets: Sequence[int]


def events(text: str) -> Iterator[Document]:
    """The data of each event; several `data` lines are joined by line ends, as a client does. Identifiers and
    comments are documents of their own."""
    value, offsets = "", [0]
    for line in _LINE.finditer(text):
        content = line[1]
        if not content:
            if value:
                yield Document(value, offsets)
            value, offsets = "", [0]
        else:
            name, colon, rest = content.partition(":")
            start = line.start() + len(name) + len(colon) + rest.startswith(" ")
            span = range(start, line.end(1) + 1)
            if name == "data":
                joined = bool(value)
                value = f"{value}\n{text[start : line.end(1)]}" if joined else text[start : line.end(1)]
                offsets = [*offsets[: -1 if not joined else None], *span]
            elif name != "event" and start < line.end(1):
                yield Document(text[start : line.end(1)], span)
        if line.end() == len(text):
            break
    if value:
        yield Document(value, offsets)


def lines(text: str) -> Iterator[Document]:
    """Each line that holds something."""
    for line in _LINE.finditer(text):
        if line[1].strip(" \t\x1e"):
            start = line.start() + (line[1][0] == "\x1e")
            yield Document(text[start : line.end(1)], range(start, line.end(1) + 1))
        if line.end() == len(text):
            break


class _Flow:
    """The leaves of all documents: first listened to, then edited."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.pieces: dict[str, list[str]] = {}
        self.extra: dict[tuple[str, int], list[Edit[str]]] = {}
        self._seen: dict[str, int] = {}
        self.clean, self.scan, self.number = texts.clean, texts.scan, texts.number
        self.webhooks, self.segment_kind, self.replace = texts.webhooks, texts.segment_kind, texts.replace
        self.listening = True

    def quiet(self, value: str) -> bool:
        return not value

    def kind(self, name: str, parent: str = "", siblings: Collection[str] = ()) -> str | None:
        return self._texts.kind(name, parent, siblings)

    def string(self, value: str, at: At) -> list[Edit[str]]:
        place = at.where[at.root :]
        if self.listening:
            self.pieces.setdefault(place, []).append(value)
            return []
        number = self._seen[place] = self._seen.get(place, -1) + 1
        extra = self.extra.get((place, number), [])
        rest = applied(value, [edit._replace(new="\0" * (edit.end - edit.start)) for edit in extra])
        own = [] if at.kind is None and self._texts.quiet(rest) else self._texts.string(rest, at)
        return settled([*extra, *own])


def stream_edits(
    text: str, texts: Texts, at: At, documents: Callable[[str], Iterator[Document]]
) -> list[Edit[str]]:
    """The edits of a stream of documents."""
    flow = _Flow(texts)
    found = list(documents(text))
    for document in found:
        _read(document, flow, at._replace(root=len(at.where)))
    for place, pieces in flow.pieces.items():
        _join(place, pieces, flow, texts, at)
    flow.listening = False
    edits: list[Edit[str]] = []
    for index, document in enumerate(found):
        own = at.below(index)
        edits += mapped(_read(document, flow, own._replace(root=len(own.where))), document.offsets)
    return edits


def _read(document: Document, flow: _Flow, at: At) -> list[Edit[str]]:
    value = document.value
    if value.strip() in _SENTINELS:
        return []
    if value.lstrip()[:1] in ("{", "[", '"'):
        edits, _ = json_edits(value, flow, at)
        return edits
    return flow.string(value, at)


def _join(place: str, pieces: list[str], flow: _Flow, texts: Texts, at: At) -> None:
    """Judges the pieces at one place as one text, and notes what that adds for each."""
    name = words(place.rsplit("/", 1)[-1])
    if len(set(pieces)) < 2 or name in _LABELS or texts.keep.listed_only:
        return
    joined = "".join(pieces)
    if texts.clean(joined):
        return
    if name in _FLOWING or not place or name.isdecimal():
        edits = texts.string(joined, at.inside())
    else:
        edits = _across(joined, pieces, texts, at)
    starts = [0, *accumulate(map(len, pieces))]
    for index, piece in enumerate(pieces):
        start, end = starts[index], starts[index + 1]
        own = [e for e in edits if e.start < end and e.end > start]
        if own:
            flow.extra[place, index] = _cut(own, start, piece)


def _across(joined: str, pieces: list[str], texts: Texts, at: At) -> list[Edit[str]]:
    """What no piece holds alone, and what digits of two neighbours do not make by chance."""
    ends = set(accumulate(map(len, pieces)))
    if any(next(texts.rules.find(piece), None) for piece in pieces):
        return []
    return [
        Edit(start, end, texts.replace(joined[start:end], kind, at))
        for start, end, kind in texts.rules.find(joined)
        if any(c.isalpha() for c in joined[start:end]) and any(start < e < end for e in ends)
    ]


def _cut(edits: list[Edit[str]], start: int, piece: str) -> list[Edit[str]]:
    """The part of edits of a whole that falls on one of its pieces."""
    end = start + len(piece)
    result = []
    for edit in edits:
        left, right = max(edit.start, start), min(edit.end, end)
        last = edit.end <= end
        new = edit.new[left - edit.start : None if last else right - edit.start]
        result.append(Edit(left - start, right - start, new))
    return result
