"""Changes to a text by place, so that all that is not replaced stays as it was, byte for byte."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import AnyStr, Generic, NamedTuple


class Edit(NamedTuple, Generic[AnyStr]):
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: AnyStr


def settled(edits: Iterable[Edit[AnyStr]]) -> list[Edit[AnyStr]]:
    """The edits in order and apart: one inside another goes, one that overlaps keeps only its rest."""
    result: list[Edit[AnyStr]] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        reached = result[-1].end if result else 0
        if edit.end <= reached:
            continue
        if edit.start < reached:
            result.append(Edit(reached, edit.end, edit.new[reached - edit.end :]))
        else:
            result.append(edit)
    return result


def applied(text: AnyStr, edits: Iterable[Edit[AnyStr]]) -> AnyStr:
    """The text after the edits, which are settled here."""
    pieces: list[AnyStr] = []
    done = 0
    for start, end, new in settled(edits):
        pieces += (text[done:start], new)
        done = end
    if not pieces:
        return text
    pieces.append(text[done:])
    return text[:0].join(pieces)


def moved(edits: Iterable[Edit[AnyStr]], by: int) -> list[Edit[AnyStr]]:
    """The same edits in a text that starts `by` earlier."""
    return [Edit(start + by, end + by, new) for start, end, new in edits]


def mapped(
    edits: Iterable[Edit[str]], offsets: Sequence[int], encode: Callable[[str], str] = str
) -> list[Edit[str]]:
    """Edits of a decoded text as edits of the raw text; `offsets[i]` is where decoded character i begins in
    the raw text, with one more offset for the end."""
    return [Edit(offsets[start], offsets[end], encode(new)) for start, end, new in edits]


def split(pieces: Sequence[AnyStr], edits: Iterable[Edit[AnyStr]]) -> list[AnyStr]:
    """The pieces of one text after edits of the whole, cut again at the same places; a replacement that spans
    a cut is cut where the original was, its surplus staying in the last piece it reaches."""
    if not pieces:
        return []
    ends: list[int] = list(accumulate(len(piece) for piece in pieces))
    last = len(pieces) - 1
    cut: list[list[Edit[AnyStr]]] = [[] for _ in pieces]
    for edit in settled(edits):
        rest = edit
        index = min(bisect_right(ends, rest.start), last)
        while rest.end > ends[index] and index < last:
            taken = ends[index] - rest.start
            cut[index].append(Edit(rest.start, ends[index], rest.new[:taken]))
            rest, index = Edit(ends[index], rest.end, rest.new[taken:]), index + 1
        cut[index].append(rest)
    starts = [0, *ends[:-1]]
    return [applied(piece, moved(own, -at)) for piece, own, at in zip(pieces, cut, starts, strict=True)]


def as_bytes(text: str, edits: Iterable[Edit[str]], charset: str) -> list[Edit[bytes]]:
    """Edits of a decoded text as edits of its bytes (undecodable bytes having been kept as surrogates)."""
    result: list[Edit[bytes]] = []
    seen = at = 0
    for start, end, new in settled(edits):
        at += len(text[seen:start].encode(charset, "surrogateescape"))
        length = len(text[start:end].encode(charset, "surrogateescape"))
        result.append(Edit(at, at + length, new.encode(charset, "replace")))
        seen, at = end, at + length
    return result
