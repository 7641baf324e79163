"""What Anthropic's API answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

StopReason = Literal[
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
]


class Usage(BaseModel):
    """Tokens that were counted; those of a cache come beside `input_tokens`."""

    input_tokens: int = Field(ge=0, examples=[2095])
    output_tokens: int = Field(ge=0, examples=[503])
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class TextBlock(BaseModel):
    """Text of the model."""

    type: Literal["text"]
    text: str = Field(examples=["Hi! My name is Claude."])


class ToolUseBlock(BaseModel):
    """One call of a tool; its `id` goes back with the result."""

    type: Literal["tool_use"]
    id: str = Field(min_length=1, examples=["toolu_01D7FLrfh4GYq7yT1ULFeyMV"])
    name: str = Field(min_length=1, examples=["get_stock_price"])
    input: dict[str, Any] = Field(examples=[{"ticker": "^GSPC"}])


class Answer(BaseModel):
    """What every message has."""

    id: str = Field(min_length=1, examples=["msg_013Zva2CMHLNnXjNJJKqJ2EF"])
    type: Literal["message"]
    role: Literal["assistant"]
    model: str = Field(min_length=1, examples=["claude-sonnet-5"])
    stop_sequence: str | None = None
    usage: Usage


class AssistantMessage(Answer):
    """A message of text; an answer may be empty where it is stopped at once."""

    content: list[TextBlock]
    stop_reason: StopReason


class WholeMessage(AssistantMessage):
    """A message that ended by itself."""

    content: list[TextBlock] = Field(min_length=1)
    stop_reason: Literal["end_turn", "stop_sequence"]


class CutMessage(AssistantMessage):
    """A message that a limit cut."""

    stop_reason: Literal["max_tokens", "model_context_window_exceeded"]


class RefusedMessage(AssistantMessage):
    """A message that a classifier stopped."""

    stop_reason: Literal["refusal"]


_CALL: dict[str, Any] = {"type": "object", "properties": {"type": {"const": "tool_use"}}, "required": ["type"]}
Block = Annotated[ToolUseBlock | TextBlock, Field(discriminator="type")]


class ToolMessage(Answer):
    """A message that calls tools: at least one block is a call, text may stand before it."""

    content: list[Block] = Field(min_length=1, json_schema_extra={"contains": _CALL})
    stop_reason: Literal["tool_use"]


class TokenCount(BaseModel):
    """How many tokens a request would have."""

    input_tokens: int = Field(ge=0, examples=[2095])


class ApiError(BaseModel):
    """What went wrong; `type` is stable, `message` is for people."""

    type: str = Field(min_length=1, examples=["invalid_request_error"])
    message: str


class Refusal(BaseModel):
    """Anthropic's error object."""

    type: Literal["error"]
    error: ApiError
    request_id: str | None = None
