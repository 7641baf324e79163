"""A JSON Schema -> an example with Pact's rules, and the places where Pact says less (`weaker`).

The rules are those that Pact's engine was measured to apply as meant; see docs/reference/authoring.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from integtest.model.matching import Matcher, RuleList

Schema = Mapping[str, Any] | bool


class Hint(NamedTuple):
    """A value to use in the example. `pinned`: the author chose it for this reply, with its optional fields and
    the variant it shows; otherwise it only lends its values."""

    value: Any
    pinned: bool = False


def offered(schema: Mapping[str, Any]) -> Hint | None:
    """The value that the schema itself offers."""
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return Hint(examples[0])
    if "example" in schema:
        return Hint(schema["example"])
    return Hint(schema["default"]) if schema.get("default") is not None else None


@dataclass
class Shape:
    """One place of a body: its example, the rules at and below it, and where they say less than the schema."""

    example: Any
    rules: dict[str, RuleList] = field(default_factory=dict)
    weaker: list[tuple[str, str]] = field(default_factory=list)

    def take(self, other: Shape) -> Any:
        """Keep the rules and remarks of a place below; its example."""
        self.rules.update(other.rules)
        self.weaker.extend(item for item in other.weaker if item not in self.weaker)
        return other.example


class Shaper(Protocol):
    """What the parts of the compiler need from the whole of it."""

    def shape(self, schema: Schema, path: str, hint: Hint | None) -> Shape:
        """The shape of one place."""
        ...

    def resolve(self, schema: Schema) -> Mapping[str, Any]:
        """The schema with its references and its one-element `allOf` taken in."""
        ...

    def fits(self, schema: Schema, value: Any) -> bool:
        """Whether a value satisfies a part of the schema."""
        ...


class UnsayableError(Exception):
    """No example can be made, or Pact cannot say this place; `reason` and `hint` are for the author."""

    def __init__(self, path: str, reason: str, hint: str = "give the field examples=[…]") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.hint = hint


SHOW_ONE = "show one alternative with example={…}, and the others in interactions of their own"
BY_HAND = "promise this body by an example with matchers instead"


class TooDeepError(UnsayableError):
    """A recursive type was followed far enough."""


def matcher(name: str, **args: Any) -> Matcher:
    """`{"match": name, …}`."""
    return Matcher(match=name, args=args)


def every(*matchers: Matcher) -> RuleList:
    """All must hold."""
    return RuleList(matchers=matchers)


def either(*matchers: Matcher) -> RuleList:
    """One must hold; a single one is written as AND, as other tools write it."""
    return RuleList(matchers=matchers, combine="OR" if len(matchers) > 1 else "AND")


ANYTHING = every(matcher("include", value=""))
"""Accepts every JSON value where the example is a scalar: Pact demands a container of a container example."""

Part = Callable[[Shaper, Mapping[str, Any], str, Hint | None], Shape]
