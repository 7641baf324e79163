"""Chunked transfer coding, fed in any pieces."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from integtest.adapters.interceptor.chunks import LAST, Unchunker, chunk

CHUNKS = st.lists(st.binary(min_size=1, max_size=40), max_size=6)


def fed(wire, cuts):
    unchunker = Unchunker()
    places = sorted({cut % (len(wire) + 1) for cut in cuts} | {0, len(wire)})
    pieces = []
    for start, end in pairwise(places):
        pieces += unchunker.feed(wire[start:end])
    return unchunker, pieces


@given(CHUNKS, st.lists(st.integers(0, 500), max_size=8))
def test_chunks_come_out_as_they_went_in(chunks, cuts):
    unchunker, pieces = fed(b"".join(map(chunk, chunks)) + LAST, cuts)
    assert pieces == chunks
    assert unchunker.ended
    assert not unchunker.broken


@given(CHUNKS, st.integers(0, 300), st.lists(st.integers(0, 500), max_size=8))
def test_a_cut_coding_gives_all_that_came_and_no_end(chunks, length, cuts):
    wire = b"".join(map(chunk, chunks))[:length]
    unchunker, pieces = fed(wire, cuts)
    assert not unchunker.ended
    assert not unchunker.broken
    assert b"".join(chunks).startswith(b"".join(pieces) + unchunker.rest())


def test_extensions_and_trailers_are_passed_over():
    unchunker = Unchunker()
    assert list(unchunker.feed(b'5;name="value"\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n')) == [b"hello"]
    assert unchunker.ended


def test_a_size_that_is_no_number_breaks_the_coding():
    for wire in (b"what\r\n", b"5\r\nhello\r\n\r\n", b"-5\r\nhello\r\n"):
        unchunker = Unchunker()
        list(unchunker.feed(wire))
        assert unchunker.broken, wire
        assert not unchunker.ended
