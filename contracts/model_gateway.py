"""The model gateway: OpenAI-compatible chat completions, answered here by llama.cpp's own server."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply

gateway = Contract(
    consumer="claims-assistant", provider="model_gateway", kind="model_gateway", env="GATEWAY_URL", base="/v1"
)


class Model(BaseModel):
    id: str = Field(min_length=1, examples=["tiny"])


class Models(BaseModel):
    data: list[Model] = Field(min_length=1)


class Message(BaseModel):
    role: Literal["assistant"]
    content: str | None = Field(examples=["Paid."])


class Choice(BaseModel):
    index: int = Field(ge=0, examples=[0])
    message: Message
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call"]


class Usage(BaseModel):
    prompt_tokens: int = Field(ge=0, examples=[9])
    completion_tokens: int = Field(ge=0, examples=[2])
    total_tokens: int = Field(ge=0, examples=[11])


class Completion(BaseModel):
    id: str = Field(min_length=1, examples=["chatcmpl-1"])
    object: Literal["chat.completion"]
    choices: list[Choice] = Field(min_length=1)
    usage: Usage


class ApiError(BaseModel):
    message: str = Field(min_length=1, examples=["messages is required"])
    type: str = Field(min_length=1, examples=["invalid_request_error"])


class Refusal(BaseModel):
    error: ApiError


list_models = gateway.http("lists its models", request=GET("/models"), reply=Reply(200, Models))

answer = gateway.http(
    "answers a question",
    request=POST(
        "/chat/completions",
        json={
            "model": "tiny",
            "messages": [{"role": "user", "content": "Is a broken window covered?"}],
            "max_tokens": 8,
            "temperature": 0,
        },
    ),
    reply=Reply(200, Completion),
)
