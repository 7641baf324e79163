"""Examples and the rules that widen them, as Pact says them (Pact specification V2 to V4)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from integtest.model.base import Frozen
from integtest.model.rule import Matcher, RuleList
from integtest.model.stream import StreamPattern

__all__ = [
    "Body",
    "Generator",
    "GeneratorSet",
    "Matcher",
    "RequestPattern",
    "ResponsePattern",
    "RuleList",
    "RuleSet",
    "no_generators",
    "no_rules",
]


class RuleSet(Frozen):
    """Rules by category. `body`, `metadata` keys are Pact paths (`$.a[*].b`); `query`, `header` keys are names."""

    path: RuleList | None = None
    method: RuleList | None = None
    status: RuleList | None = None
    query: dict[str, RuleList] = Field(default_factory=dict)
    header: dict[str, RuleList] = Field(default_factory=dict)
    body: dict[str, RuleList] = Field(default_factory=dict)
    metadata: dict[str, RuleList] = Field(default_factory=dict)
    extra: dict[str, Any] = Field(default_factory=dict)
    """Categories that this version does not know, kept for a round trip."""


class Generator(Frozen):
    """One value made when the example is used: `{"type": type, **args}` in a pact file."""

    type: str
    args: dict[str, Any] = Field(default_factory=dict)


class GeneratorSet(Frozen):
    """Generators by category, keyed as in `RuleSet`."""

    path: Generator | None = None
    method: Generator | None = None
    status: Generator | None = None
    query: dict[str, Generator] = Field(default_factory=dict)
    header: dict[str, Generator] = Field(default_factory=dict)
    body: dict[str, Generator] = Field(default_factory=dict)
    metadata: dict[str, Generator] = Field(default_factory=dict)
    extra: dict[str, Any] = Field(default_factory=dict)


_NO_RULES = RuleSet()
_NO_GENERATORS = GeneratorSet()


def no_rules() -> RuleSet:
    """The one empty set: pydantic would copy a default for each of thousands of patterns."""
    return _NO_RULES


def no_generators() -> GeneratorSet:
    """The one empty set, as `no_rules`."""
    return _NO_GENERATORS


class Body(Frozen):
    """An example body. `missing` promises nothing, `empty` and `null` promise no content.

    `content` holds the bytes: for JSON the document itself, for binary the decoded bytes.
    `encoded` and `hint` are Pact V4's `encoded` and `contentTypeHint`, kept as read.
    """

    state: Literal["missing", "empty", "null", "present"] = "missing"
    content: bytes = b""
    content_type: str | None = None
    encoded: str | bool = False
    hint: str | None = None


class RequestPattern(Frozen):
    """What the consumer sends. `path` is decoded; query values are decoded, in order, None for a bare name."""

    method: str = "GET"
    path: str = "/"
    query: dict[str, tuple[str | None, ...]] = Field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    body: Body = Body()
    rules: RuleSet = Field(default_factory=no_rules)
    generators: GeneratorSet = Field(default_factory=no_generators)
    json_schema: dict[str, Any] | None = None
    extra: dict[str, Any] = Field(default_factory=dict)


class ResponsePattern(Frozen):
    """What the consumer relies on in the reply. Where it is a stream, `body` is an example of the whole text, its
    rules are what Pact can say of that, and `stream` is what each event is held to."""

    status: int = 200
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    body: Body = Body()
    rules: RuleSet = Field(default_factory=no_rules)
    generators: GeneratorSet = Field(default_factory=no_generators)
    json_schema: dict[str, Any] | None = None
    stream: StreamPattern | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    @property
    def example(self) -> bytes:
        """The octets of the example's body; of a stream all its events."""
        if self.body.state != "present":
            return self.stream.example.encode() if self.stream else b""
        return self.body.content
