"""What a consumer of Anthropic's API sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from integtest.authoring.credentials import Auth, api_key, env
from integtest.authoring.requests import POST, Draft

KEY = api_key(header="x-api-key", value=env("ANTHROPIC_API_KEY"))
"""The key from the variable ANTHROPIC_API_KEY."""

NAME = "claude-sonnet-5"
PATH = "/v1/messages"
VERSION = "2026-10-21"
HELLO: Sequence[Mapping[str, Any]] = ({"role": "user", "content": "Hello, world"},)


class MessageParam(BaseModel):
    """One message of a conversation; `content` is text, or a list of blocks."""

    role: Literal["user", "assistant"]
    content: str | list[dict[str, Any]]


class MessagesRequest(BaseModel):
    """What a consumer may send: the options are its own choice, other keys are no part of the API."""

    model: str
    max_tokens: int = Field(ge=1)
    messages: list[MessageParam] = Field(min_length=1)
    stream: Literal[False] = False
    system: str | list[dict[str, Any]] | None = None
    stop_sequences: list[str] | None = None
    metadata: dict[str, Any] | None = None
    service_tier: str | None = None
    thinking: dict[str, Any] | None = None


class Sampling(BaseModel):
    """Options of version 2023-06-01 that version 2026-10-21 refuses with 400."""

    temperature: float | None = Field(None, ge=0, le=1)
    top_p: float | None = Field(None, ge=0, le=1)
    top_k: int | None = Field(None, ge=0)


class Tool(BaseModel):
    """A tool that the model may use; `input_schema` is a JSON Schema."""

    name: str = Field(min_length=1, max_length=128)
    input_schema: dict[str, Any]
    description: str | None = None


class ToolsRequest(MessagesRequest):
    """A request that offers tools."""

    tools: list[Tool] = Field(min_length=1)
    tool_choice: dict[str, Any] | None = None


def asked(
    path: str,
    kind: type[MessagesRequest],
    name: str,
    messages: Sequence[Mapping[str, Any]],
    auth: Auth | None,
    version: str | None,
    extra: Mapping[str, Any] | None = None,
) -> Draft:
    """A request of one model by name, typed: which options the consumer adds is its own choice, apart from those in
    `extra`, which it always sends."""
    pinned: dict[str, Any] = {"model": (Literal[name], ...)}
    older = version is not None and version < VERSION
    named = create_model(kind.__name__, __base__=(kind, Sampling) if older else kind, **pinned)
    body = {"model": name, "max_tokens": 1024, "messages": [dict(one) for one in messages], **(extra or {})}
    return POST(path, headers=headers(version), json=named, example=body, auth=auth)


def headers(version: str | None) -> dict[str, str]:
    """The version of the API that the consumer speaks."""
    return {} if version is None else {"anthropic-version": version}
