"""Streamed replies that many tests promise: chat chunks that end in [DONE], and messages in typed events."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from integtest import POST, Contract, Event, Stream, in_order
from integtest.model.contract import HttpInteraction


class Delta(BaseModel):
    role: Literal["assistant"] | None = None
    content: str | None = Field(None, examples=["Paid."])


class Choice(BaseModel):
    index: int = Field(ge=0, examples=[0])
    delta: Delta
    finish_reason: Literal["stop", "length", "tool_calls"] | None


class Chunk(BaseModel):
    id: str = Field(min_length=1, examples=["chatcmpl-1"])
    object: Literal["chat.completion.chunk"]
    created: int = Field(examples=[1700000000])
    model: str = Field(examples=["tiny"])
    choices: list[Choice] = Field(min_length=1)


class Usage(BaseModel):
    id: str
    choices: list[Choice] = Field(max_length=0)
    usage: dict[str, int]


def typed(name: str, **fields: Any) -> type[BaseModel]:
    """A model of an event that names itself."""
    return create_model(name.title().replace("_", ""), type=(Literal[name], ...), **fields)


def named(name: str, *, most: int | None = 1, **fields: Any) -> Event:
    """An event whose name stands in its data too."""
    return Event(name, typed(name, **fields), most=most)


BLOCK = in_order(
    named("content_block_start", index=(int, 0)),
    named("content_block_delta", most=None, index=(int, 0)),
    named("content_block_stop", index=(int, 0)),
    most=None,
)


def stream_of(**options: Any) -> HttpInteraction:
    """An interaction whose reply is this stream; chat chunks where nothing else is said."""
    request = options.pop("request", POST("/chat", json={"stream": True}))
    made = Stream(200, **({"frames": Chunk, "end": "[DONE]", "optional": [Usage]} | options))
    return Contract(consumer="assistant", provider="gateway").stream(
        "answers in a stream", request=request, reply=made
    )


def claude(**options: Any) -> HttpInteraction:
    """Messages as typed events: a start, blocks, a delta, a stop; pings anywhere."""
    return stream_of(
        **{
            "frames": [named("message_start"), BLOCK, named("message_delta")],
            "end": named("message_stop"),
            "optional": [Event("ping")],
        }
        | options
    )
