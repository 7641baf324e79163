"""What is promised of several messages and calls together: a review, an order, anything with legal transitions."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from integtest.model.base import Frozen


class Execution(Frozen):
    """The call that a conversation leads to: it happens once, and only once the conversation allows it."""

    provider: str
    description: str
    """The interaction that is the call."""
    key: str
    """Where in the call's request the conversation's key stands: a path in its JSON (`$.review_id`) or
    `header.NAME`."""
    after: str
    """The state that allows it."""
    when: dict[str, Any] = Field(default_factory=dict)
    """What the message that brought that state must hold, by path: {"$.verdict": "approved"}."""
    content: str | None = None
    """Where the request carries the hash of what it executes, which must be the one that was approved."""


class Conversation(Frozen):
    """States of one thing that messages tell of, and the table of their legal transitions.

    `key` says where a message names the thing, `state` where it names the state it is now in: paths in the
    message's JSON, or `header.NAME` (a CloudEvent's `header.ce-type`). `names` turns what stands there into a
    state, where the two differ. Being told the same state again is no transition.
    """

    name: str
    key: str
    state: str
    initial: str
    transitions: dict[str, tuple[str, ...]]
    final: tuple[str, ...]
    names: dict[str, str] = Field(default_factory=dict)
    content: str | None = None
    """Where a message carries the hash of what is decided on; it must not change once that was approved."""
    execution: Execution | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """All states, in the order of the table."""
        told = (self.initial, *self.transitions, *(to for each in self.transitions.values() for to in each))
        return tuple(dict.fromkeys((*told, *self.final)))
