"""What was seen of a message, and what is promised of one (Pact V4 Asynchronous/Synchronous)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from integtest.model.base import Frozen
from integtest.model.http import Headers
from integtest.model.matching import Body, GeneratorSet, RuleSet, no_generators, no_rules


class Message(Frozen):
    """A message as produced: its bytes, their content type, its metadata (broker headers, keys)."""

    contents: bytes = b""
    content_type: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class MessagePattern(Frozen):
    """What is promised of a message. `metadata` values are examples, judged by `rules.metadata`."""

    body: Body = Body()
    metadata: dict[str, Any] = Field(default_factory=dict)
    rules: RuleSet = Field(default_factory=no_rules)
    generators: GeneratorSet = Field(default_factory=no_generators)
    json_schema: dict[str, Any] | None = None
    extra: dict[str, Any] = Field(default_factory=dict)


class Delivery(Frozen):
    """How a provider delivers an asynchronous message to the consumer over HTTP (a webhook)."""

    method: str
    path: str
    headers: Headers = ()
