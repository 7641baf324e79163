"""Answers, tool calls, models and embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import PATIENT, RETRIED, Choice, Options, promise
from integtest.packs.openai.replies import (
    Completion,
    CutCompletion,
    Embeddings,
    FilteredCompletion,
    Models,
    ToolCompletion,
)
from integtest.packs.openai.requests import CHAT, HELLO, KEY, NAME, ChatRequest, ToolRequest, asked

WEATHER: Mapping[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_current_weather",
        "parameters": {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]},
    },
}


def chat(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers a conversation. `model` is its name; `extra` are options that the consumer always sends.

    Source: openai-openapi, POST /chat/completions, CreateChatCompletionRequest and CreateChatCompletionResponse.
    """
    request = asked(path, ChatRequest, model, messages, auth, extra)
    return promise(contract, "answers a conversation", request, Reply(200, Completion), options, _slow())


def tool_call(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = ({"role": "user", "content": "What's the weather in Boston?"},),
    tools: Sequence[Mapping[str, Any]] = (WEATHER,),
    auth: Auth | None = KEY,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Calls a tool instead of answering: `finish_reason` is `tool_calls`, `content` may be null or missing.

    Source: openai-openapi, POST /chat/completions, ChatCompletionTool and ChatCompletionMessageToolCall.
    """
    offered = {"tools": [dict(one) for one in tools], **(extra or {})}
    request = asked(path, ToolRequest, model, messages, auth, offered)
    choice = _slow("the model calls a tool")
    return promise(contract, "calls a tool", request, Reply(200, ToolCompletion), options, choice)


def cut_short(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers with less than all: `finish_reason` is `length`, with 200. Structured output is then broken JSON.

    Source: openai-openapi, CreateChatCompletionResponse, `finish_reason`.
    """
    limited = {"max_tokens": 1} if extra is None else extra
    request = asked(path, ChatRequest, model, messages, auth, limited)
    choice = _slow("the answer is longer than the limit")
    return promise(contract, "cuts an answer short", request, Reply(200, CutCompletion), options, choice)


def content_filtered(
    contract: Contract,
    *,
    path: str = CHAT,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers with what a filter left: `finish_reason` is `content_filter`, with 200.

    Source: openai-openapi, CreateChatCompletionResponse, `finish_reason`.
    """
    request = asked(path, ChatRequest, model, messages, auth, extra)
    choice = _slow("the filter stops the answer")
    return promise(contract, "filters an answer", request, Reply(200, FilteredCompletion), options, choice)


def models(
    contract: Contract, *, path: str = "/models", auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Lists the models.

    Source: openai-openapi, GET /models, ListModelsResponse.
    """
    choice: Choice = {"budget": Budget(p95="1s"), "failing": RETRIED}
    return promise(contract, "lists its models", GET(path, auth=auth), Reply(200, Models), options, choice)


def embeddings(
    contract: Contract,
    *,
    path: str = "/embeddings",
    model: str = "text-embedding-3-small",
    input: str | Sequence[str] = "The food was delicious and the waiter...",  # noqa: A002 - the API's own word
    auth: Auth | None = KEY,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Makes a vector of each text, in the order sent.

    Source: openai-openapi, POST /embeddings, CreateEmbeddingResponse.
    """
    texts = input if isinstance(input, str) else list(input)
    request = POST(path, json={"model": model, "input": texts, **(extra or {})}, auth=auth)
    choice: Choice = {"budget": Budget(p95="2s"), "failing": RETRIED, "repeatable": True}
    return promise(contract, "makes vectors of texts", request, Reply(200, Embeddings), options, choice)


def _slow(given: str | None = None) -> Choice:
    """A model takes its time; asking again costs money and changes nothing."""
    return {"given": given, "budget": Budget(p95="30s"), "failing": PATIENT, "repeatable": True}
