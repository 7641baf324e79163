"""Messages, tool use, and counting tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.anthropic.replies import CutMessage, RefusedMessage, TokenCount, ToolMessage, WholeMessage
from integtest.packs.anthropic.requests import (
    HELLO,
    KEY,
    NAME,
    PATH,
    VERSION,
    MessagesRequest,
    ToolsRequest,
    asked,
    headers,
)
from integtest.packs.menu import PATIENT, RETRIED, Choice, Options, promise

STOCK: Mapping[str, Any] = {
    "name": "get_stock_price",
    "input_schema": {"type": "object", "properties": {"ticker": {"type": "string"}}, "required": ["ticker"]},
}


def message(
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
    """Answers a conversation to its end. `model` is its name; `extra` are options that the consumer always sends.

    Source: Anthropic API, POST /v1/messages; Message and StopReason.
    """
    request = asked(path, MessagesRequest, model, messages, auth, version, extra)
    return promise(contract, "answers a conversation", request, Reply(200, WholeMessage), options, _slow())


def tool_use(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = ({"role": "user", "content": "What's the S&P 500 at today?"},),
    tools: Sequence[Mapping[str, Any]] = (STOCK,),
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Uses a tool: `stop_reason` is `tool_use`, and at least one block is a call.

    Source: Anthropic API, POST /v1/messages, `tools`; ToolUseBlock.
    """
    offered = {"tools": [dict(one) for one in tools], **(extra or {})}
    request = asked(path, ToolsRequest, model, messages, auth, version, offered)
    choice = _slow("the model uses a tool")
    return promise(contract, "uses a tool", request, Reply(200, ToolMessage), options, choice)


def cut_short(
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
    """Answers with less than all: `stop_reason` is `max_tokens`, or the context window's end, with 200.

    Source: Anthropic API, POST /v1/messages; StopReason.
    """
    limited = {"max_tokens": 1} if extra is None else extra
    request = asked(path, MessagesRequest, model, messages, auth, version, limited)
    choice = _slow("the answer is longer than the limit")
    return promise(contract, "cuts an answer short", request, Reply(200, CutMessage), options, choice)


def refused(
    contract: Contract,
    *,
    path: str = PATH,
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses to answer: `stop_reason` is `refusal`, with 200. What came before is not to be used.

    Source: Anthropic API, POST /v1/messages; StopReason.
    """
    request = asked(path, MessagesRequest, model, messages, auth, version)
    choice = _slow("the model refuses")
    return promise(contract, "refuses to answer", request, Reply(200, RefusedMessage), options, choice)


def count_tokens(
    contract: Contract,
    *,
    path: str = "/v1/messages/count_tokens",
    model: str = NAME,
    messages: Sequence[Mapping[str, Any]] = HELLO,
    auth: Auth | None = KEY,
    version: str | None = VERSION,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Counts the tokens of a request without answering it.

    Source: Anthropic API, POST /v1/messages/count_tokens; MessageTokensCount.
    """
    body = {"model": model, "messages": [dict(one) for one in messages]}
    request = POST(path, headers=headers(version), json=body, auth=auth)
    choice: Choice = {"budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}
    return promise(contract, "counts tokens", request, Reply(200, TokenCount), options, choice)


def _slow(given: str | None = None) -> Choice:
    """A model takes its time; asking again costs money and changes nothing."""
    return {"given": given, "budget": Budget(p95="60s"), "failing": PATIENT, "repeatable": True}
