"""OpenAI-compatible chat: completions, tools, models, embeddings, errors.

What a consumer relies on: an assistant's message with a reason why it ended (cut short and filtered answers come
with 200 too); tool calls with arguments as JSON text, written by a model; an error object that tells a bad key from
a rate limit, and a rate limit from a spent budget, which no retry helps.

Source: the OpenAPI document of openai/openai-openapi (CreateChatCompletionRequest, CreateChatCompletionResponse,
ListModelsResponse, CreateEmbeddingResponse, Error, ErrorResponse) and OpenAI's page "Error codes".

Deviations: many gateways and local servers speak this API with less. Theirs are overlays: `body=CompatibleError`
for errors without `param`, or with a number as `code` (llama.cpp, vLLM, LiteLLM); `status=` where an unknown model
is 400; `auth=None` where no key is asked for. Give the contract `base="/v1"`, as clients' base URLs have it.
"""

from __future__ import annotations

from integtest.packs.openai.chat import chat, content_filtered, cut_short, embeddings, models, tool_call
from integtest.packs.openai.errors import (
    bad_key,
    bad_request,
    overloaded,
    quota_spent,
    rate_limited,
    server_error,
    unknown_model,
)
from integtest.packs.openai.replies import (
    ApiError,
    Assistant,
    Choice,
    CompatibleError,
    Completion,
    Embedding,
    Embeddings,
    Model,
    Models,
    Refusal,
    ToolCall,
    ToolCompletion,
    Usage,
)
from integtest.packs.openai.requests import KEY, ChatRequest, Message, Tool, ToolRequest
from integtest.packs.openai.stream import Chunk, Delta, LastChunk, StreamRequest, UsageChunk, chat_stream

__all__ = [
    "KEY",
    "ApiError",
    "Assistant",
    "ChatRequest",
    "Choice",
    "Chunk",
    "CompatibleError",
    "Completion",
    "Delta",
    "Embedding",
    "Embeddings",
    "LastChunk",
    "Message",
    "Model",
    "Models",
    "Refusal",
    "StreamRequest",
    "Tool",
    "ToolCall",
    "ToolCompletion",
    "ToolRequest",
    "Usage",
    "UsageChunk",
    "bad_key",
    "bad_request",
    "chat",
    "chat_stream",
    "content_filtered",
    "cut_short",
    "embeddings",
    "models",
    "overloaded",
    "quota_spent",
    "rate_limited",
    "server_error",
    "tool_call",
    "unknown_model",
]
