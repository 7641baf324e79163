"""The model gateway: OpenAI-compatible chat, with tools and in a stream. LiteLLM before llama.cpp, or llama.cpp."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from integtest import POST, Budget, Contract, Event, Failing, Reply, Stream, bearer, env, in_order, packs
from integtest.packs.openai.replies import Assistant, Choice, Completion, Function, ToolCall
from integtest.packs.openai.stream import Chunk, LastChunk

gateway = Contract(consumer="claims-assistant", provider="model_gateway", kind="model_gateway", env="LITELLM_URL")

CHAT = "/v1/chat/completions"
QUESTION = "Is a broken window covered?"
ANSWER = "Covered."
"""What the promised stream says, piece by piece."""
SYSTEM = {"role": "system", "content": "Say in one sentence whether the claim is covered."}
HISTORY = {"role": "system", "content": "Earlier payouts: 3, 6000 cents in all"}
ASKED = {"role": "user", "content": QUESTION}
key = bearer(env("LITELLM_KEY"))
failing = Failing(raises="examples.claims_assistant.errors:AnswerUnavailable", within="30s", calls=3)
TOOL = {
    "type": "function",
    "function": {
        "name": "claim_history",
        "description": "Earlier payouts of a claim's owner.",
        "parameters": {
            "type": "object",
            "properties": {"claim_id": {"type": "string"}},
            "required": ["claim_id"],
            "additionalProperties": False,
        },
    },
}


def question(*messages: dict[str, str], **more: Any) -> Any:
    """What the assistant sends: never more tokens than it reads, and no luck in the answer."""
    body: dict[str, Any] = {"model": "tiny", "messages": [*messages], "max_tokens": 16, "temperature": 0, **more}
    return POST(CHAT, json=body, auth=key)


def stream_of(text: str, reason: Literal["stop", "length"]) -> Stream:
    """A stream that says the text in two pieces and why it ended."""
    shared = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1735689600, "model": "tiny"}
    middle = len(text) // 2
    deltas = ({"role": "assistant", "content": ""}, {"content": text[:middle]}, {"content": text[middle:]})
    chunks = [{**shared, "choices": [{"index": 0, "delta": one, "finish_reason": None}]} for one in deltas]
    last = {**shared, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    frames = in_order(Event(None, Chunk, most=None), Event(None, LastChunk))
    return Stream(200, frames=frames, end="[DONE]", example=[*chunks, last, "[DONE]"])


class Wanted(Function):
    """The one tool that is offered, with JSON text as the model wrote it."""

    name: Literal["claim_history"]
    arguments: str = Field(examples=['{"claim_id": "c-1"}'])


class WantedCall(ToolCall):
    function: Wanted


class Caller(Assistant):
    content: str | None = None
    tool_calls: list[WantedCall] = Field(min_length=1)


class CallerChoice(Choice):
    message: Caller
    finish_reason: Literal["tool_calls"]


class Calls(Completion):
    choices: list[CallerChoice] = Field(min_length=1)


class TextChoice(Choice):
    """The tiny model stops where it was told to; a better one stops by itself."""

    finish_reason: Literal["length", "stop"]


class Text(Completion):
    choices: list[TextChoice] = Field(min_length=1)


list_models = packs.openai.models(gateway, path="/v1/models", auth=key, failing=failing)

calls_tool = gateway.http(
    "calls the tool for the claim's history",
    given="the model calls a tool",
    request=question(SYSTEM, ASKED, tools=[TOOL]),
    reply=Reply(200, Calls),
    repeatable=True,
    pending=True,
    comments="a model of random weights never calls a tool: kept by the consumer's tests alone",
    failing=failing,
)

calls_no_tool = gateway.http(
    "answers though a tool is offered",
    request=question(SYSTEM, ASKED, tools=[TOOL]),
    reply=Reply(200, Text),
    budget=Budget(p95="20s"),
    repeatable=True,
    failing=failing,
)

answer = gateway.stream(
    "answers in a stream",
    request=question(SYSTEM, ASKED, stream=True),
    reply=stream_of(ANSWER, "stop"),
    budget=Budget(p95="20s"),
    repeatable=True,
    failing=failing,
)

answer_with_history = gateway.stream(
    "answers in a stream, with the claim's history",
    request=question(SYSTEM, HISTORY, ASKED, stream=True),
    reply=stream_of(ANSWER, "stop"),
    budget=Budget(p95="20s"),
    repeatable=True,
    failing=failing,
)
