"""The same promises on values that nobody saw before: another seed in every example."""

from __future__ import annotations

import random

import pytest
from fresh_secrets import FRESH, HARMLESS
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_secrets import SHAPE_POSITIONS, core, everything_in

from integtest.rules.secrets import Policy, Scrubber

_POLICY = Policy(allow_list=False)
_HARMLESS_POSITIONS = ("query value", "json value", "json whole value", "form", "text", "sse event", "xml text")


def test_there_are_as_many_kinds_and_positions_as_promised():
    assert len(FRESH) >= 25
    assert len(SHAPE_POSITIONS) >= 20
    assert len(HARMLESS) >= 20


@pytest.mark.parametrize("kind", FRESH)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_fresh_value_survives_in_any_position(kind, seed):
    value = FRESH[kind](random.Random(seed))
    left = []
    for place, make in SHAPE_POSITIONS.items():
        if (planted := make(value)) is None:
            continue
        scrubbed = Scrubber(_POLICY).exchange(planted)
        texts = everything_in(scrubbed.exchange)
        if scrubbed.doubts or any(part in text for part in core(value) for text in texts):
            left.append(place)
    assert not left, (value, left)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_at_most_one_in_twenty_look_alikes_is_touched(seed):
    draw = random.Random(seed)
    values = [(kind, make(draw)) for kind, make in HARMLESS.items()]
    planted = [(kind, v, SHAPE_POSITIONS[place](v)) for kind, v in values for place in _HARMLESS_POSITIONS]
    touched = [(kind, value) for kind, value, one in planted if Scrubber(_POLICY).exchange(one).replaced]
    assert len(touched) * 20 <= len(planted), touched
