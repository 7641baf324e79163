"""One matching rule, and several at one place (Pact specification V2 to V4)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from integtest.model.base import Frozen


class Matcher(Frozen):
    """One matching rule: `{"match": match, **args}` in a pact file."""

    match: str
    args: dict[str, Any] = Field(default_factory=dict)


class RuleList(Frozen):
    """The rules at one place; all must hold (AND), or one (OR)."""

    matchers: tuple[Matcher, ...]
    combine: Literal["AND", "OR"] = "AND"
