"""The examples of the reference run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import integtest
from integtest import match
from integtest.authoring.terms import Terms

PAGE = Path(integtest.__file__).parents[1] / "docs" / "reference" / "authoring.md"


def test_every_example_of_the_reference_runs() -> None:
    names: dict[str, Any] = {"__name__": "reference"}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) >= 4
    for block in blocks:
        exec(compile(block, str(PAGE), "exec", dont_inherit=True), names)  # the reference's own examples
    assert len(names["review"].interactions) == 7


def test_every_public_name_is_in_the_reference() -> None:
    words = set(re.findall(r"\w+", PAGE.read_text()))
    authoring = {name for name, home in integtest._HOMES.items() if "authoring" in home}
    assert {*authoring, *match.__all__, *Terms.__annotations__} - words == set()
