"""JSON documents: strict where readers disagree, and one clear message for whatever is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integtest.codecs.json_document import MAX_DEPTH, Node, compact, parse
from integtest.errors import UnreadableFileError
from integtest.model.http import Place

PLACE = Place(file="some.json")

BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t", "is empty"),
    "cut in an object": (b'{"a": 1', "cut off"),
    "cut in a string": (b'{"a": "b', "is not JSON"),
    "trailing text": (b"{} x", "Extra data"),
    "YAML": (b"a: 1\nb: 2\n", "is not JSON"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "is not UTF-8"),
    "latin-1": (b'{"a": "\xe9"}', "is not UTF-8: byte 0xe9"),
    "gzip": (b"\x1f\x8b\x08\x00", "is not UTF-8"),
    "NaN": (b'{"a": NaN}', "NaN is no JSON number"),
    "infinity": (b"[-Infinity]", "-Infinity is no JSON number"),
    "a number beyond a double": (b"[1e999]", "beyond a double"),
    "a number of thousands of digits": (b"1" * 5000, "thousands of digits"),
    "a key that stands twice": (b'{"a": {"b": 1, "c": 2, "b": 3}}', 'the key "b" stands twice'),
    "half a surrogate pair": (rb'["\ud83d"]', "half a surrogate pair"),
    "half a surrogate pair in a key": (rb'{"\ud83d": 1}', "half a surrogate pair"),
    "too deep by one": (b"[" * MAX_DEPTH + b"[1]" + b"]" * MAX_DEPTH, "nested deeper"),
    "a hundred thousand levels": (b"[" * 100_000, "nested deeper"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused_with_the_file_and_the_reason(name: str) -> None:
    data, reason = BAD[name]
    with pytest.raises(UnreadableFileError) as caught:
        parse(data, PLACE)
    assert str(caught.value).startswith("some.json")
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_syntax_error_names_its_line_and_column() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        parse(b'{\n  "a": 1,\n  oops\n}', PLACE)
    assert caught.value.place == "some.json:3"
    assert "line 3, column 3" in caught.value.message


def test_a_byte_order_mark_is_read_over() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}', PLACE) == {"a": 1}


@given(st.binary(max_size=60))
def test_any_bytes_are_a_document_or_one_error(data: bytes) -> None:
    try:
        value = parse(data, PLACE)
    except UnreadableFileError:
        return
    assert value == json.loads(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_compactly_reads_back_the_same(value: object) -> None:
    assert parse(compact(value), PLACE) == value
    assert compact(parse(compact(value), PLACE)) == compact(value)


def test_a_wrong_type_is_named_with_its_pointer() -> None:
    node = Node({"a/b": [{"c~d": 1}]}, PLACE)
    inner = node.need("a/b").list()[0].need("c~d")
    with pytest.raises(UnreadableFileError, match="should be an object, found a number") as caught:
        inner.object()
    assert caught.value.place == "some.json#/a~1b/0/c~0d"


@pytest.mark.parametrize(
    ("reader", "value", "message"),
    [
        ("object", [], "should be an object, found an array"),
        ("list", {}, "should be an array, found an object"),
        ("text", None, "should be a string, found null"),
        ("flag", "yes", "should be true or false, found a string"),
        ("scalar", {}, "should be a string, found an object"),
    ],
)
def test_each_reader_says_what_it_wanted_and_what_it_found(reader: str, value: object, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        getattr(Node(value, PLACE), reader)()
