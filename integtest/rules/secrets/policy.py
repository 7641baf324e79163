"""What a team decides about scrubbing: `[tool.integtest.scrub]`, as data."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import SecretStr, field_validator, model_validator

from integtest.errors import ConfigError
from integtest.model.base import Frozen

SHORTEST_KNOWN = 6
"""Characters of the shortest value that can be looked for in any text without hitting ordinary words."""
_NESTED = re.compile(r"(?:[^\\][*+]|\{\d*,\d*\})\)(?:[*+]|\{\d*,)")


class Rule(Frozen):
    """A team's own detector: a pattern found in any text (its group `s`, where it has one, is the secret), or
    names whose values it covers. `kind` chooses the form of the stand-in (email, card, …); others keep shape."""

    name: str
    pattern: str | None = None
    keys: tuple[str, ...] = ()
    kind: str | None = None

    @model_validator(mode="after")
    def _is_usable(self) -> Rule:
        hint = "see docs/reference/scrubbing.md"
        if self.pattern is None and not self.keys:
            raise ConfigError(f"scrub rule {self.name!r} has neither a pattern nor keys", hint=hint)
        if self.pattern is None:
            return self
        try:
            compiled = re.compile(self.pattern)
        except re.error as error:
            raise ConfigError(f"scrub rule {self.name!r}: {error} in {self.pattern!r}", hint=hint) from None
        if compiled.search(""):
            raise ConfigError(f"scrub rule {self.name!r} matches empty text: {self.pattern!r}", hint=hint)
        if _NESTED.search(self.pattern):
            raise ConfigError(
                f"scrub rule {self.name!r} repeats a repeat, which can take for ever: {self.pattern!r}", hint=hint
            )
        return self


class Policy(Frozen):
    """How exchanges are scrubbed. `known` maps environment variables to their secret values; it is never shown."""

    allow_list: bool | None = None
    """True keeps only the strings that `keep` names; None does so for what comes from beyond loopback."""
    keep: tuple[str, ...] = ()
    """`$.a[*].b` in JSON and XML bodies and forms, `header.Name`, `query.name`, or a media type (`image/*`)."""
    rules: tuple[Rule, ...] = ()
    harmless: tuple[str, ...] = ()
    """Names whose values, and values, that are never replaced."""
    off: tuple[str, ...] = ()
    """Kinds that are not looked for."""
    in_doubt: Literal["refuse", "replace"] = "refuse"
    ip_addresses: bool = False
    known: dict[str, SecretStr] = {}
    largest: int = 256 * 1024 * 1024
    """Bytes that a compressed body may grow to."""

    @field_validator("known")
    @classmethod
    def _are_long_enough(cls, known: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in known.items():
            if 0 < len(value.get_secret_value()) < SHORTEST_KNOWN:
                raise ConfigError(
                    f"the secret in {name} is shorter than {SHORTEST_KNOWN} characters: other text may hold it too",
                    hint=f"give {name} a longer value while recording, or take it out of `secrets`",
                )
        return known
