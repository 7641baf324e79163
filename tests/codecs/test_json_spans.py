"""Values of a JSON document are changed where they stand, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from integtest.codecs.json_spans import Path, rewritten

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
DOCUMENTS = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4), max_leaves=20
)
LAYOUTS = st.sampled_from(
    [{}, {"indent": 2}, {"indent": "\t"}, {"separators": (" , ", "\r\n:")}, {"ensure_ascii": False}]
)


def ways(value: Any, way: Path = ()) -> list[Path]:
    """The ways to all strings and numbers."""
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in ways(one, (*way, key))]
    if isinstance(value, list):
        return [found for index, one in enumerate(value) for found in ways(one, (*way, index))]
    return [way]


def changed(value: Any, changes: dict[Path, Any], way: Path = ()) -> Any:
    if isinstance(value, dict):
        return {key: changed(one, changes, (*way, key)) for key, one in value.items()}
    if isinstance(value, list):
        return [changed(one, changes, (*way, index)) for index, one in enumerate(value)]
    return changes.get(way, value)


@given(DOCUMENTS, LAYOUTS, st.data())
def test_the_values_named_are_other_ones_and_the_rest_is_the_same(document, layout, data):
    text = json.dumps(document, **layout)
    places = data.draw(st.lists(st.sampled_from(ways(document)), unique=True)) if ways(document) else []
    changes = {place: data.draw(TEXT | st.integers()) for place in places}
    assert json.loads(rewritten(text, changes)) == changed(document, changes)


@given(DOCUMENTS, LAYOUTS)
def test_putting_in_what_stood_there_gives_the_same_bytes(document, layout):
    text = json.dumps(document, **layout)
    values = {way: value for way in ways(document) if isinstance(value := pick(document, way), str)}
    assert rewritten(text, values) == text
    assert rewritten(text, {}) is text


def pick(document: Any, way: Path) -> Any:
    for step in way:
        document = document[step]
    return document
