"""Schemas that refer to themselves do not keep the judge busy."""

from __future__ import annotations

import pytest

from integtest.rules.match.named_keys import NamedKeys


@pytest.mark.parametrize(
    "inside",
    [
        {"$ref": "#/$defs/A"},
        {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]},
        {"$ref": "#/$defs/missing"},
        {"$ref": "https://schemas.example/a.json"},
    ],
)
def test_a_schema_that_leads_in_circles_or_nowhere_names_nothing(inside: dict[str, object]) -> None:
    schema = {
        "$ref": "#/$defs/A",
        "$defs": {"A": inside, "B": {"allOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}},
    }

    assert not NamedKeys(schema).names(("a", 0, "b"))
