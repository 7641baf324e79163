"""Events are read from bytes as a browser reads them, wherever the network splits them (WHATWG HTML, 9.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integtest.model.events import EventReader, StreamEvent, encoded, events_of, pieces


def data(*texts: str) -> tuple[StreamEvent, ...]:
    return tuple(StreamEvent(data=text) for text in texts)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_of_the_three_line_ends_ends_a_line(end):
    assert events_of(end.join([b"data: a", b"data: b", b"", b"data: c", b"", b""])) == data("a\nb", "c")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\xef\xbb\xbfdata: a\n\n", data("a")),
        (b"data: \xef\xbb\xbfa\n\n", data("\ufeffa")),
        (b": a comment\n\ndata: a\n: between\n\n", data("a")),
        (b"data\n\ndata\ndata\n\ndata:\n", data("", "\n")),
        (b"data:test\n\ndata: test\n\ndata:  two\n\n", data("test", "test", " two")),
        (b"event: ping\n\ndata: a\n\n", data("a")),
        (b"event: ping\ndata: {}\n\ndata: a\n\n", (StreamEvent(event="ping", data="{}"), *data("a"))),
        (b"id: 7\nretry: 300\ndata: a\n\n", (StreamEvent(data="a", id="7", retry=300),)),
        (b"id: a\0b\nretry: 3s\ndata: a\n\n", data("a")),
        (b"unknown: x\nDATA: y\ndata: a\n\n", data("a")),
        ("data: grüß 漢字 🎉\n\n".encode(), data("grüß 漢字 🎉")),
        (b"data: \xff\n\n", data("\ufffd")),
        (b"data: a:b: c\n\n", data("a:b: c")),
        (b"data: cut\n", ()),
        (b"", ()),
    ],
)
def test_events_are_those_that_a_browser_would_dispatch(body, found):
    assert events_of(body) == found


def test_an_event_without_its_empty_line_is_told_as_cut():
    reader = EventReader()
    assert reader.feed(b"data: a\n\ndata: b") == list(data("a"))
    assert reader.close() == ([], StreamEvent(data="b"))


def test_lines_of_json_need_no_end_behind_the_last_and_may_have_separators():
    assert events_of(b'\x1e{"a":1}\r\n\n{"b":2}', "jsonl") == data('{"a":1}', '{"b":2}')


wire = st.lists(
    st.one_of(
        st.sampled_from(
            [b"data: ", b"event: ", b"id: ", b"retry: 5", b": ", b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"]
        ),
        st.sampled_from(["é".encode(), "漢".encode(), "🎉".encode(), b"\xef\xbb\xbf", b"\xff", b"[DONE]"]),
        st.text(max_size=5).map(lambda text: text.encode("utf-8", "replace")),
    ),
    max_size=30,
).map(b"".join)


@given(body=wire, cuts=st.lists(st.integers(0, 200)), form=st.sampled_from(["sse", "jsonl"]))
def test_a_stream_split_anywhere_gives_the_same_events(body, cuts, form):
    ends = sorted({min(cut, len(body)) for cut in cuts} | {len(body)})
    starts = [0, *ends[:-1]]
    whole, split = EventReader(form), EventReader(form)
    once = [*whole.feed(body)]
    often = [event for start, end in zip(starts, ends, strict=True) for event in split.feed(body[start:end])]
    assert (often, split.close()) == (once, whole.close())


@given(body=wire, form=st.sampled_from(["sse", "jsonl"]))
def test_the_pieces_of_a_body_are_the_body_with_no_event_split(body, form):
    cut = pieces(body, form)
    assert b"".join(cut) == body
    reader = EventReader(form)
    counts = [len(reader.feed(piece)) for piece in cut]
    assert max(counts, default=0) <= 1


names = st.one_of(st.none(), st.from_regex(r"[a-z_.]{1,12}", fullmatch=True))


@given(st.lists(st.builds(StreamEvent, data=st.text(st.characters(exclude_categories=["Cs"])), event=names)))
def test_what_is_encoded_is_read_back_but_for_the_kind_of_line_ends(events):
    normal = [e.model_copy(update={"data": e.data.replace("\r\n", "\n").replace("\r", "\n")}) for e in events]
    assert list(events_of(encoded(events))) == normal
