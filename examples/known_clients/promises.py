"""What the clients are used for: a claim that is read, a model that is asked, spans that are sent."""

from __future__ import annotations

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply

store = Contract(consumer="known-clients", provider="store", env="STORE_URL")
gateway = Contract(consumer="known-clients", provider="gateway", kind="model_gateway", env="GATEWAY_URL")
collector = Contract(consumer="known-clients", provider="collector", kind="monitoring", env="COLLECTOR_URL")


class Claim(BaseModel):
    id: int = Field(examples=[7])
    status: str = Field(examples=["open"])


class Said(BaseModel):
    role: str = Field(examples=["assistant"])
    content: str = Field(examples=["The claim is covered."])


class Choice(BaseModel):
    index: int = Field(examples=[0])
    finish_reason: str = Field(examples=["stop"])
    message: Said


class Completion(BaseModel):
    id: str = Field(examples=["c-1"])
    object: str = Field(examples=["chat.completion"])
    created: int = Field(examples=[1700000000])
    model: str = Field(examples=["tiny"])
    choices: list[Choice] = Field(min_length=1)


claim = store.http("shows a claim", request=GET("/claims/7"), reply=Reply(200, Claim))
answer = gateway.http(
    "answers",
    request=POST("/v1/chat/completions", json={"model": "tiny", "messages": [{"role": "user", "content": "hi"}]}),
    reply=Reply(200, Completion),
)
spans = collector.http("takes spans", request=POST("/v1/traces"), reply=Reply(200))
