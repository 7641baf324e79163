"""What a consumer of OpenAI-compatible APIs sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from integtest.authoring.credentials import Auth, bearer, env
from integtest.authoring.requests import POST, Draft

KEY = bearer(env("OPENAI_API_KEY"))
"""The key from the variable OPENAI_API_KEY."""

NAME = "gpt-4o-mini"
CHAT = "/chat/completions"
HELLO: Sequence[Mapping[str, Any]] = ({"role": "user", "content": "Hello!"},)


class Message(BaseModel):
    """One message of a conversation; `content` is text, or a list of parts."""

    role: Literal["developer", "system", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None


class ChatRequest(BaseModel):
    """What a consumer may send: the options are its own choice, other keys are no part of the API."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: Literal[False] = False
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    n: int | None = Field(None, ge=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    stop: str | list[str] | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    response_format: dict[str, Any] | None = None
    reasoning_effort: str | None = None
    service_tier: str | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    metadata: dict[str, str] | None = None
    store: bool | None = None


class FunctionTool(BaseModel):
    """A function that the model may call; `parameters` is a JSON Schema."""

    name: str = Field(min_length=1, max_length=64)
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(BaseModel):
    """A tool that is a function."""

    type: Literal["function"]
    function: FunctionTool


class ToolRequest(ChatRequest):
    """A request that offers tools."""

    tools: list[Tool] = Field(min_length=1)
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None


def asked(
    path: str,
    kind: type[ChatRequest],
    name: str,
    messages: Sequence[Mapping[str, Any]],
    auth: Auth | None,
    extra: Mapping[str, Any] | None = None,
) -> Draft:
    """A request of one model by name, typed: which options the consumer adds is its own choice, apart from those in
    `extra`, which it always sends."""
    pinned: dict[str, Any] = {"model": (Literal[name], ...)}
    named = create_model(kind.__name__, __base__=kind, **pinned)
    body = {"model": name, "messages": [dict(one) for one in messages], **(extra or {})}
    return POST(path, json=named, example=body, auth=auth)
