"""Pact's path expressions in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integtest.codecs import pact_path


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("$", "$"),
        ("$.a.b", "$.a.b"),
        ("$['a']['b']", "$.a.b"),
        ('$["a"]', "$.a"),
        ("$.a-b", "$['a-b']"),
        ("$['a b'][0].c", "$['a b'][0].c"),
        ("$.a[*].*.b", "$.a[*].*.b"),
        ("$.0", "$['0']"),
        ("$.é", "$['é']"),
    ],
)
def test_a_path_has_one_spelling(written: str, normal: str) -> None:
    assert pact_path.normal(written) == normal


@pytest.mark.parametrize("odd", ["a.b", "$..a", "$.", "$[", "$['it's']", "$[x]", "", "$.a b", "$['']"])
def test_a_path_that_cannot_be_taken_apart_stays_as_it_is(odd: str) -> None:
    assert pact_path.normal(odd) == odd


@pytest.mark.parametrize(
    ("path", "name"),
    [("$.X-Tenant", "X-Tenant"), ("$['X Y'][0]", "X Y"), ("X-Plain", "X-Plain"), ("ids[]", "ids[]"), ("$", "$")],
)
def test_a_header_or_query_name_is_taken_from_a_path_and_left_alone_elsewhere(path: str, name: str) -> None:
    assert pact_path.name(path) == name


keys = st.text(st.characters(exclude_characters="'\"[]", exclude_categories=("Cs",)), min_size=1, max_size=8)


@given(st.lists(keys | st.integers(0, 99), max_size=5))
def test_steps_and_rendering_undo_each_other(steps: list[str | int]) -> None:
    assert pact_path.steps(pact_path.render(steps)) == steps
    assert pact_path.normal(pact_path.render(steps)) == pact_path.render(steps)
