"""Answers in a stream of server-sent events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.streams import Event, Stream, in_order
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import PATIENT, Options, promise_stream
from integtest.packs.openai.replies import Finish, Usage
from integtest.packs.openai.requests import CHAT, HELLO, KEY, NAME, ChatRequest, asked


class StreamRequest(ChatRequest):
    """A request for a stream."""

    stream: Literal[True]  # type: ignore[assignment]
    stream_options: dict[str, bool] | None = None


class Delta(BaseModel):
    """What is new; all keys may be missing, and a call of a tool comes in parts, told by `index`."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[dict[str, Any]] | None = None


class ChunkChoice(BaseModel):
    """A piece of one answer."""

    index: int = Field(ge=0, examples=[0])
    delta: Delta
    finish_reason: Finish | None = None


class LastChoice(BaseModel):
    """The end of one answer, and why."""

    index: int = Field(ge=0, examples=[0])
    delta: Delta
    finish_reason: Finish


class ChunkBase(BaseModel):
    """What all chunks of one answer share."""

    id: str = Field(min_length=1, examples=["chatcmpl-123"])
    object: Literal["chat.completion.chunk"]
    created: int = Field(gt=0, examples=[1694268190])
    model: str = Field(min_length=1, examples=["gpt-4o-mini"])


class OpenChoice(ChunkChoice):
    """A piece that more follow."""

    finish_reason: None = None


class Chunk(ChunkBase):
    """A chunk that more follow."""

    choices: list[OpenChoice] = Field(min_length=1)


class LastChunk(ChunkBase):
    """The chunk that says why the answer ended."""

    choices: list[LastChoice] = Field(min_length=1)


class UsageChunk(ChunkBase):
    """The chunk that counts tokens: it has no choices, comes only when asked for, and may never come."""

    choices: list[ChunkChoice] = Field(max_length=0, examples=[[]])
    usage: Usage


def chat_stream(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers in a stream: chunks, one that says why it ended, then `[DONE]`; without it, the stream was cut.

    Source: openai-openapi, POST /chat/completions with `stream`, CreateChatCompletionStreamResponse.
    """
    request = asked(path, StreamRequest, model, messages, auth, {"stream": True, **(extra or {})})
    frames = in_order(Event(None, Chunk, most=None), Event(None, LastChunk))
    reply = Stream(200, frames=frames, end="[DONE]", optional=[UsageChunk], example=_whole(model))
    return promise_stream(
        contract,
        "answers in a stream",
        request,
        reply,
        options,
        {"budget": Budget(p95="30s"), "failing": PATIENT, "repeatable": True},
    )


def _whole(model: str) -> list[Any]:
    """A short answer as the document prints it."""
    deltas: tuple[dict[str, Any], ...] = (
        {"role": "assistant", "content": ""},
        {"content": "Hello"},
        {"content": "!"},
    )
    shared = {"id": "chatcmpl-123", "object": "chat.completion.chunk", "created": 1694268190, "model": model}
    pieces = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    ends = {"index": 0, "delta": {}, "finish_reason": "stop"}
    return [*({**shared, "choices": [choice]} for choice in (*pieces, ends)), "[DONE]"]
