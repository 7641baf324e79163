"""Messages in a stream of server-sent events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.streams import Event, Stream, in_order
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.anthropic.replies import Answer, ApiError, StopReason
from integtest.packs.anthropic.requests import HELLO, KEY, NAME, PATH, VERSION, MessagesRequest, asked
from integtest.packs.menu import PATIENT, Choice, Options, promise_stream


class StreamRequest(MessagesRequest):
    """A request for a stream."""

    stream: Literal[True]  # type: ignore[assignment]


class Started(Answer):
    """The message before its content: no blocks, no reason to have ended."""

    content: list[dict[str, Any]] = Field(max_length=0, examples=[[]])
    stop_reason: None = None


class MessageStart(BaseModel):
    """The first event."""

    type: Literal["message_start"]
    message: Started


class BlockStart(BaseModel):
    """A block begins; its `type` tells which deltas follow."""

    type: Literal["content_block_start"]
    index: int = Field(ge=0, examples=[0])
    content_block: dict[str, Any] = Field(examples=[{"type": "text", "text": ""}])


class BlockDelta(BaseModel):
    """A piece of a block: `text_delta` has `text`, `input_json_delta` has `partial_json`; more kinds may come."""

    type: Literal["content_block_delta"]
    index: int = Field(ge=0, examples=[0])
    delta: dict[str, Any] = Field(examples=[{"type": "text_delta", "text": "Hello"}])


class BlockStop(BaseModel):
    """A block is whole."""

    type: Literal["content_block_stop"]
    index: int = Field(ge=0, examples=[0])


class Ended(BaseModel):
    """Why the message ended."""

    stop_reason: StopReason
    stop_sequence: str | None = None


class DeltaUsage(BaseModel):
    """Tokens so far: the counts are totals, not differences."""

    output_tokens: int = Field(ge=0, examples=[15])


class MessageDelta(BaseModel):
    """The message's own end."""

    type: Literal["message_delta"]
    delta: Ended
    usage: DeltaUsage


class MessageStop(BaseModel):
    """The last event."""

    type: Literal["message_stop"]


class Ping(BaseModel):
    """Keeps the connection alive; may come anywhere."""

    type: Literal["ping"]


class ErrorEvent(BaseModel):
    """An error after the answer has begun, in a stream whose status was 200."""

    type: Literal["error"]
    error: ApiError


_BLOCKS = in_order(
    Event("content_block_start", BlockStart),
    Event("content_block_delta", BlockDelta, least=0, most=None),
    Event("content_block_stop", BlockStop),
    least=0,
    most=None,
)
_PIECE = {"type": "content_block_delta", "index": 0}


def message_stream(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers in a stream: `message_start`, blocks in pieces, `message_delta` with the reason, `message_stop`.
    Pings may stand between, and so may events that nobody knows yet.

    Source: Anthropic API, Streaming messages, Event types; Versions ("unknown event types").
    """
    request = asked(path, StreamRequest, model, messages, auth, version, {"stream": True, **(extra or {})})
    frames = in_order(
        Event("message_start", MessageStart), _BLOCKS, Event("message_delta", MessageDelta, most=None)
    )
    end = Event("message_stop", MessageStop)
    reply = Stream(200, frames=frames, end=end, optional=[Event("ping", Ping)], tolerant=True, example=_whole())
    return promise_stream(contract, "answers in a stream", request, reply, options, _slow(None))


def stream_overloaded(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Breaks an answer off with an `error` event, in a stream that began with 200: what came is no answer.

    Source: Anthropic API, Streaming messages, Error events.
    """
    request = asked(path, StreamRequest, model, messages, auth, version, {"stream": True, **(extra or {})})
    frames = in_order(
        Event("message_start", MessageStart),
        Event("content_block_start", BlockStart, least=0, most=None),
        Event("content_block_delta", BlockDelta, least=0, most=None),
    )
    end = Event("error", ErrorEvent, example=_OVERLOAD)
    reply = Stream(200, frames=frames, end=end, optional=[Event("ping", Ping)], tolerant=True)
    choice = _slow("the service is overloaded while it answers")
    return promise_stream(contract, "breaks an answer off", request, reply, options, choice)


_OVERLOAD = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


def _whole() -> list[Event]:
    """A short answer as the reference prints it."""
    usage = {"input_tokens": 25, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": NAME}
    start = {"type": "message_start", "message": {**message, "stop_reason": None, "usage": usage}}
    ended = {"stop_reason": "end_turn", "stop_sequence": None}
    return [
        Event("message_start", start),
        Event("content_block_start", {"type": "content_block_start", "index": 0, "content_block": _EMPTY}),
        Event("ping", {"type": "ping"}),
        *(
            Event("content_block_delta", {**_PIECE, "delta": {"type": "text_delta", "text": text}})
            for text in ("Hello", "!")
        ),
        Event("content_block_stop", {"type": "content_block_stop", "index": 0}),
        Event("message_delta", {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 15}}),
        Event("message_stop", {"type": "message_stop"}),
    ]


_EMPTY = {"type": "text", "text": ""}


def _slow(given: str | None) -> Choice:
    return {"given": given, "budget": Budget(p95="60s"), "failing": PATIENT, "repeatable": True}
