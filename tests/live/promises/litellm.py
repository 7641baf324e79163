"""What the claims assistant relies on from the gateway before the model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, bearer, env

gateway = Contract(consumer="claims-assistant", provider="gateway", kind="model gateway", env="LITELLM_URL")
key = bearer(env("LITELLM_KEY"))


class Message(BaseModel):
    role: Literal["assistant"]
    content: str


class Choice(BaseModel):
    index: int
    message: Message
    finish_reason: str


class Usage(BaseModel):
    total_tokens: int = Field(gt=0)


class Completion(BaseModel):
    id: str
    object: Literal["chat.completion"]
    model: str
    choices: list[Choice] = Field(min_length=1)
    usage: Usage


class Error(BaseModel):
    message: str
    type: str


class Refusal(BaseModel):
    error: Error


def question(model: str) -> dict[str, object]:
    messages = [{"role": "user", "content": "Is the claim covered?"}]
    return {"model": model, "messages": messages, "max_tokens": 8, "temperature": 0}


def ask(model: str) -> object:
    return POST("/v1/chat/completions", json=question(model), auth=key)


gateway.http("answers by the model", request=ask("tiny"), reply=Reply(200, Completion))
gateway.http("answers by another model when one is down", request=ask("dead"), reply=Reply(200, Completion))
gateway.http("says that a model without a substitute is down", request=ask("gone"), reply=Reply(500, Refusal))
gateway.http("refuses an unknown model", request=ask("nope"), reply=Reply(400, Refusal))
gateway.http("refuses who has no key", request=GET("/v1/models"), reply=Reply(401, Refusal))
