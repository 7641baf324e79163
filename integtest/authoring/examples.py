"""An example written by hand -> plain example, rules, generators and secrets, each at its Pact path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from integtest.authoring.credentials import used
from integtest.authoring.paths import child, sayable
from integtest.authoring.places import refuse
from integtest.authoring.values import Match, Secret
from integtest.model.contract import SecretUse
from integtest.model.matching import Generator, Matcher, RuleList


@dataclass
class Sheet:
    """What was found on the way through one example."""

    rules: dict[str, RuleList] = field(default_factory=dict)
    generators: dict[str, Generator] = field(default_factory=dict)
    secrets: list[SecretUse] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    """Names that `from_state` asks for."""

    def put(self, path: str, found: Match) -> None:
        """Note the rules and the generator of one value."""
        if found.matchers:
            self.rules[path] = RuleList(matchers=found.matchers, combine=found.combine)
        if found.generator:
            self.generators[path] = found.generator
        if found.state:
            self.states.append(found.state)


def plain(value: Any, sheet: Sheet, path: str = "$") -> Any:
    """The example without its matchers; what they say goes onto the sheet."""
    match value:
        case Match():
            return _matched(value, sheet, path)
        case Secret():
            found, use = used("json", path, value)
            sheet.secrets.append(use)
            sheet.put(path, found)
            return found.example
        case Mapping():
            return {key: _member(key, item, sheet, path) for key, item in value.items()}
        case list() | tuple():
            return [plain(item, sheet, f"{path}[{index}]") for index, item in enumerate(value)]
    return scalar(value)


def scalar(value: Any) -> Any:
    """A JSON scalar for common Python values; ContractError for what JSON cannot hold."""
    match value:
        case Enum():
            return scalar(value.value)
        case datetime() | date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case float() if value != value or abs(value) == float("inf"):
            refuse(f"{value!r} is not a JSON number")
        case None | bool() | int() | float() | str():
            return value
    return refuse(
        f"{type(value).__name__} cannot stand in an example: {value!r:.80}",
        "use JSON values, matchers, env() or from_state(); a pydantic model stands for a whole body",
    )


def _matched(value: Match, sheet: Sheet, path: str) -> Any:
    sheet.put(path, value)
    if value.inner == "none":
        return _variants(value, sheet, path)
    if value.inner == "elements":
        return [plain(item, sheet, f"{path}[*]") for item in value.example]
    if value.inner == "values":
        return {key: plain(item, sheet, f"{path}.*") for key, item in value.example.items()}
    return plain(value.example, sheet, path)


def _variants(value: Match, sheet: Sheet, path: str) -> list[Any]:
    """`arrayContains` carries the rules and generators of each variant within itself."""
    examples, variants = [], []
    for index, variant in enumerate(value.example):
        own = Sheet()
        examples.append(plain(variant, own, "$"))
        if own.secrets:
            refuse("env() cannot stand inside array_containing()", "write the list out")
        sheet.states.extend(own.states)
        variants.append(
            {
                "index": index,
                "rules": {where: rule_json(rules) for where, rules in own.rules.items()},
                "generators": {where: {"type": g.type, **g.args} for where, g in own.generators.items()},
            }
        )
    sheet.rules[path] = RuleList(matchers=(Matcher(match="arrayContains", args={"variants": variants}),))
    return examples


def rule_json(rules: RuleList) -> dict[str, Any]:
    """Rules as a pact writes them inside another matcher."""
    return {"combine": rules.combine, "matchers": [{"match": m.match, **m.args} for m in rules.matchers]}


def _member(key: Any, value: Any, sheet: Sheet, path: str) -> Any:
    if not isinstance(key, str):
        refuse(f"the key {key!r} in an example is not text", "JSON's keys are strings")
    if sayable(key):
        return plain(value, sheet, child(path, key))
    own = Sheet()
    shown = plain(value, own, "$")
    if own.rules or own.generators:
        refuse(
            f"a matcher stands at the key {key!r}, which a Pact path cannot name",
            "put the matcher around its object",
        )
    return shown
