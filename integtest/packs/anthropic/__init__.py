"""Anthropic's Messages API: messages, tool use, counting tokens, errors.

What a consumer relies on: a message of content blocks with a reason why it ended (seven there are, and all but
`end_turn` and `stop_sequence` mean that there is more to do, or less to use); tool calls with an input object; an
error object whose `type` tells what to do; overload as 529, which is nobody's rate limit.

Source: Anthropic's API reference (Messages, Count Message tokens, Errors, Versions) and the types of
anthropics/anthropic-sdk-python (Message, StopReason, Usage, ErrorResponse).

Deviations, by argument: `auth=` for gateways with bearer tokens (Anthropic takes both), `version=` for another
`anthropic-version` (None for none; before 2026-10-21 a request may hold `temperature`, `top_p`, `top_k`), `path=`
behind a gateway. Blocks that a request did not ask for (thinking, server tools) are not promised; say `body=` with
your own where you ask for them.
"""

from __future__ import annotations

from integtest.packs.anthropic.errors import (
    bad_key,
    bad_request,
    forbidden,
    overloaded,
    rate_limited,
    server_error,
    too_large,
    unknown_model,
)
from integtest.packs.anthropic.messages import count_tokens, cut_short, message, refused, tool_use
from integtest.packs.anthropic.replies import (
    ApiError,
    AssistantMessage,
    Refusal,
    TextBlock,
    TokenCount,
    ToolMessage,
    ToolUseBlock,
    Usage,
)
from integtest.packs.anthropic.requests import KEY, MessageParam, MessagesRequest, Tool, ToolsRequest
from integtest.packs.anthropic.stream import (
    BlockDelta,
    BlockStart,
    BlockStop,
    ErrorEvent,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    StreamRequest,
    message_stream,
    stream_overloaded,
)

__all__ = [
    "KEY",
    "ApiError",
    "AssistantMessage",
    "BlockDelta",
    "BlockStart",
    "BlockStop",
    "ErrorEvent",
    "MessageDelta",
    "MessageParam",
    "MessageStart",
    "MessageStop",
    "MessagesRequest",
    "Ping",
    "Refusal",
    "StreamRequest",
    "TextBlock",
    "TokenCount",
    "Tool",
    "ToolMessage",
    "ToolUseBlock",
    "ToolsRequest",
    "Usage",
    "bad_key",
    "bad_request",
    "count_tokens",
    "cut_short",
    "forbidden",
    "message",
    "message_stream",
    "overloaded",
    "rate_limited",
    "refused",
    "server_error",
    "stream_overloaded",
    "too_large",
    "tool_use",
    "unknown_model",
]
