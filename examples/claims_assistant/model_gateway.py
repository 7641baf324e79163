"""The model behind an OpenAI-compatible gateway, with OpenAI's own client: tools first, then a streamed answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
import openai
import openai.resources.chat.completions  # at the start, not in the first claim: it takes a second
from pydantic import ConfigDict, Field, ValidationError

from examples.claims_assistant.errors import AnswerUnavailable
from examples.claims_assistant.http import LATER, TRIES, Passing, Promised, Provider, Strict, retry_after
from examples.claims_assistant.streams import Piece, events

MAX_TOKENS = 16
TOOL = "claim_history"
Message = dict[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """The model's text; `complete` is False when it stopped for length, was cut, or ended for a reason unknown."""

    text: str
    complete: bool


@dataclass(frozen=True)
class Asked:
    """Whether the model wants the claim's history; `complete` is False when it was cut before it had said so."""

    history: bool
    complete: bool


class Lookup(Strict):
    """The arguments of the tool: text that a model wrote, so nothing of it is taken on trust."""

    model_config = ConfigDict(extra="forbid")

    claim_id: str


class Function(Promised):
    name: str
    arguments: str


class Call(Promised):
    id: str = Field(min_length=1)
    type: str = Field(pattern="^function$")
    function: Function


class Said(Promised):
    role: str = Field(pattern="^assistant$")
    content: str | None = None
    tool_calls: list[Call] | None = None


class Choice(Promised):
    message: Said
    finish_reason: str


class Completion(Promised):
    object: str = Field(pattern=r"^chat\.completion$")
    choices: list[Choice] = Field(min_length=1)


class Models(Promised):
    """The gateway's list."""

    class Model(Promised):
        id: str = Field(min_length=1)

    data: list[Model] = Field(min_length=1, max_length=1000)


class Gateway:
    """Chat completions; `base` ends with the API's version, as OpenAI's clients have it."""

    def __init__(self, base: str, key: str, model: str, deadline: float = 25.0) -> None:
        self._provider = Provider(base, AnswerUnavailable, deadline)
        self._key, self._model = key or "none", model

    async def models(self) -> list[str]:
        """The ids of the models that the gateway serves."""
        headers = {"Authorization": f"Bearer {self._key}"}
        found = self._provider.read(await self._provider.send("GET", "/models", headers=headers), Models)
        return [model.id for model in found.data]

    async def wants_history(self, claim_id: str, text: str) -> Asked:
        """Whether the model calls the tool that gives it the claim's history; only for this claim."""

        async def ask(client: openai.AsyncOpenAI) -> bytes:
            raw = await client.chat.completions.with_raw_response.create(
                **{**self._asked(_question(text)), "tools": [_tool()]}
            )
            return bytes(raw.content)

        try:
            choice = Completion.model_validate_json(await self._call("tools", ask)).choices[0]
            calls = choice.message.tool_calls or []
            if not calls or choice.finish_reason != "tool_calls":
                return Asked(history=False, complete=not calls and choice.finish_reason == "stop")
            wanted = [Lookup.model_validate_json(call.function.arguments).claim_id for call in calls]
        except ValidationError:
            raise AnswerUnavailable("the reply, or what it calls the tool with, is not as promised") from None
        if wanted != [claim_id] or calls[0].function.name != TOOL:
            raise AnswerUnavailable("the model asks for what it may not have")
        return Asked(history=True, complete=True)

    async def answer(self, text: str, history: str = "") -> Answer:
        """The streamed answer. Where the stream ends before its end was told, what came is marked incomplete."""

        async def ask(client: openai.AsyncOpenAI) -> Answer:
            asked = self._asked(_question(text, history))
            created = client.chat.completions.with_streaming_response.create(**asked, stream=True)
            async with created as response:
                return await _gathered(response)

        return await self._call("stream", ask)

    def _asked(self, messages: list[Message]) -> dict[str, Any]:
        return {"model": self._model, "messages": messages, "max_tokens": MAX_TOKENS, "temperature": 0}

    async def _call(self, name: str, ask: Callable[[openai.AsyncOpenAI], Awaitable[Result]]) -> Result:
        """One question with a client of its own. Its tries are ours: the client does not wait as long as it is
        told when it is told an hour."""

        async def once() -> Result:
            client = openai.AsyncOpenAI(
                base_url=self._provider.base, api_key=self._key, max_retries=0, timeout=self._provider.deadline,
            )  # fmt: skip
            try:
                async with client:
                    return await ask(client)
            except openai.APIStatusError as error:
                if error.status_code not in LATER or error.code == "insufficient_quota":
                    raise AnswerUnavailable(f"{name}: status {error.status_code}") from None
                wait = retry_after(error.response.headers.get("retry-after"))
                raise Passing(f"status {error.status_code}", wait) from None
            except openai.APIConnectionError as error:
                raise Passing(type(error.__cause__ or error).__name__) from None
            except openai.OpenAIError as error:
                raise AnswerUnavailable(f"{name}: {type(error).__name__}") from None

        return await self._provider.insist(name, once, TRIES)


async def _gathered(response: Any) -> Answer:
    text, reason, ended = "", None, False
    try:
        async for data in events(response.iter_lines()):
            if ended := data == "[DONE]":
                break
            piece = Piece.model_validate_json(data)
            for choice in piece.choices[:1]:
                text += choice.delta.content or ""
                reason = choice.finish_reason or reason
    except ValidationError:
        raise AnswerUnavailable("the stream holds what was not promised") from None
    except httpx2.HTTPError:
        ended = False
    if not text:
        raise AnswerUnavailable("the stream held no text")
    return Answer(text, ended and reason == "stop")


def _question(text: str, history: str = "") -> list[Message]:
    system = {"role": "system", "content": "Say in one sentence whether the claim is covered."}
    known = [{"role": "system", "content": f"Earlier payouts: {history}"}] if history else []
    return [system, *known, {"role": "user", "content": text}]


def _tool() -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": {"claim_id": {"type": "string"}},
        "required": ["claim_id"],
        "additionalProperties": False,
    }
    described = {"name": TOOL, "description": "Earlier payouts of a claim's owner.", "parameters": parameters}
    return {"type": "function", "function": described}
