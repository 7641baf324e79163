"""What OpenAI-compatible APIs answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

Finish = Literal["stop", "length", "tool_calls", "content_filter", "function_call"]


class Usage(BaseModel):
    """Tokens that were counted."""

    prompt_tokens: int = Field(ge=0, examples=[9])
    completion_tokens: int = Field(ge=0, examples=[12])
    total_tokens: int = Field(ge=0, examples=[21])


class Function(BaseModel):
    """What to call; `arguments` is JSON text as the model wrote it, and may be none."""

    name: str = Field(min_length=1, examples=["get_current_weather"])
    arguments: str = Field(examples=['{"location": "Boston, MA"}'])


class ToolCall(BaseModel):
    """One call of a tool; its `id` goes back with the result."""

    id: str = Field(min_length=1, examples=["call_abc123"])
    type: Literal["function"]
    function: Function


class Assistant(BaseModel):
    """The model's message; `content` is null where it calls tools or refuses."""

    role: Literal["assistant"]
    content: str | None = Field(examples=["Hello! How can I assist you today?"])
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None


class Caller(Assistant):
    """A message that calls tools."""

    content: str | None = None
    tool_calls: list[ToolCall] = Field(min_length=1)


class Choice(BaseModel):
    """One answer, and why it ended."""

    index: int = Field(ge=0, examples=[0])
    message: Assistant
    finish_reason: Finish


class Completion(BaseModel):
    """A chat completion: at least one choice."""

    id: str = Field(min_length=1, examples=["chatcmpl-123"])
    object: Literal["chat.completion"]
    created: int = Field(gt=0, examples=[1694268190])
    model: str = Field(min_length=1, examples=["gpt-4o-mini"])
    choices: list[Choice] = Field(min_length=1)
    usage: Usage | None = None


class CutChoice(Choice):
    """An answer that the limit of tokens cut."""

    finish_reason: Literal["length"]


class CutCompletion(Completion):
    """A completion whose answers are not whole."""

    choices: list[CutChoice] = Field(min_length=1)  # type: ignore[assignment]


class FilteredChoice(Choice):
    """An answer that a filter cut, or took."""

    finish_reason: Literal["content_filter"]


class FilteredCompletion(Completion):
    """A completion that a filter reached into."""

    choices: list[FilteredChoice] = Field(min_length=1)  # type: ignore[assignment]


class ToolChoice(Choice):
    """An answer that calls tools."""

    message: Caller
    finish_reason: Literal["tool_calls"]


class ToolCompletion(Completion):
    """A completion that calls tools."""

    choices: list[ToolChoice] = Field(min_length=1)  # type: ignore[assignment]


class Model(BaseModel):
    """One model."""

    id: str = Field(min_length=1, examples=["gpt-4o-mini"])
    object: Literal["model"]
    created: int | None = None
    owned_by: str | None = None


class Models(BaseModel):
    """The models that may be asked for: at least one."""

    object: Literal["list"]
    data: list[Model] = Field(min_length=1)


class Embedding(BaseModel):
    """One vector, by the place of its input."""

    object: Literal["embedding"]
    index: int = Field(ge=0, examples=[0])
    embedding: list[float] = Field(min_length=1, examples=[[0.0023064255, -0.009327292]])


class EmbeddingUsage(BaseModel):
    """Tokens of the inputs."""

    prompt_tokens: int = Field(ge=0, examples=[8])
    total_tokens: int = Field(ge=0, examples=[8])


class Embeddings(BaseModel):
    """A vector for each input."""

    object: Literal["list"]
    data: list[Embedding] = Field(min_length=1)
    model: str = Field(min_length=1, examples=["text-embedding-3-small"])
    usage: EmbeddingUsage


class ApiError(BaseModel):
    """OpenAI's error: all four keys come, `param` and `code` may be null."""

    message: str = Field(min_length=1, examples=["Incorrect API key provided."])
    type: str = Field(min_length=1, examples=["invalid_request_error"])
    param: str | None
    code: str | None


class Refusal(BaseModel):
    """The error object of OpenAI."""

    error: ApiError


class QuotaError(ApiError):
    """A budget is spent; not the kind of 429 that waiting helps."""

    type: Literal["insufficient_quota"]


class QuotaRefusal(Refusal):
    """The error object where a budget is spent."""

    error: QuotaError


class Complaint(BaseModel):
    """The error of APIs that are only like OpenAI's."""

    message: str = Field(min_length=1, examples=["'messages' is required"])
    type: str | None = None
    param: str | None = None
    code: str | int | None = None


class CompatibleError(BaseModel):
    """The error object as OpenAI's own client still reads it: a message, and whatever else comes."""

    error: Complaint
