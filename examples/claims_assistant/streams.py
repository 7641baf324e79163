"""Server-sent events (WHATWG HTML, 9.2), as far as chat completions use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from pydantic import Field

from examples.claims_assistant.http import Promised


class Delta(Promised):
    """What is new in this piece."""

    content: str | None = None


class Choice(Promised):
    """A piece of one answer."""

    delta: Delta
    finish_reason: str | None = None


class Piece(Promised):
    """One chunk of a completion; the one that counts tokens has no choice. An error inside is refused."""

    object: str = Field(pattern=r"^chat\.completion\.chunk$")
    choices: list[Choice]


async def events(lines: AsyncIterator[Any]) -> AsyncIterator[str]:
    """The data of each event without a name, or named `message` or `error`; others are nobody's concern here."""
    name, data = "", list[str]()
    async for line in lines:
        if not line:
            if data and name in ("", "message", "error"):
                yield "\n".join(data)
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value
