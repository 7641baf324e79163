"""What may stand in a request or an example in place of a plain value. All inert: nothing here is ever run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from integtest.authoring.places import refuse
from integtest.model.matching import Generator, Matcher


@dataclass(frozen=True)
class Match:
    """An example with the rules that widen it; made by the functions of `integtest.match`."""

    example: Any
    matchers: tuple[Matcher, ...] = ()
    combine: Literal["AND", "OR"] = "AND"
    generator: Generator | None = None
    inner: Literal["cascade", "elements", "values", "none"] = "cascade"
    """Where rules of nested examples go: below the value, at `[*]`, at `.*`; `none`: they are in the matchers."""
    text: str | None = None
    """A regular expression of the same values written as text, for use within a path."""
    state: str | None = None
    """The name of the provider state's value, for `from_state`."""

    def __and__(self, other: Match) -> Match:
        """Both rules, with this example."""
        if not isinstance(other, Match) or "OR" in (self.combine, other.combine):
            refuse(f"{self!r} & {other!r} cannot be said in a pact", "join matchers that must all hold, with &")
        return replace(
            self, matchers=(*self.matchers, *other.matchers), generator=self.generator or other.generator
        )


@dataclass(frozen=True)
class Secret:
    """A value that only an environment variable holds; made by `env`. It is never read while authoring."""

    variable: str
    template: str = "{value}"

    @property
    def placeholder(self) -> str:
        """What the pact's example holds instead: the template with the variable's name in it."""
        return self.template.replace("{value}", self.variable)

    def __str__(self) -> str:
        return refuse(
            f"env({self.variable!r}) was put into a string: a secret has no value while a contract is written",
            f"write bearer(env({self.variable!r})), or env({self.variable!r}, 'Token {{value}}')",
        )

    def __format__(self, spec: str) -> str:
        return str(self)
