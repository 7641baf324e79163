"""What RabbitMQ takes and hands out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from integtest.authoring.credentials import basic, env

KEY = basic(user=env("RABBITMQ_USER"), password=env("RABBITMQ_PASSWORD"))
"""The login from the variables RABBITMQ_USER and RABBITMQ_PASSWORD."""
EXCHANGE, ROUTING_KEY, QUEUE = "claims", "claim.decided", "audit"
PAYLOAD: Mapping[str, Any] = {"decision": "approve"}


class Publish(BaseModel):
    """A message to publish; the payload is text, or bytes in base64."""

    properties: dict[str, Any]
    routing_key: str
    payload: str
    payload_encoding: Literal["string", "base64"]


class Routed(BaseModel):
    """Some queue has it."""

    routed: Literal[True]


class Unrouted(BaseModel):
    """No queue has it: it is lost, with 200."""

    routed: Literal[False]


class Taken(BaseModel):
    """A message as it is handed out; `message_count` is how many are left."""

    payload: str
    payload_encoding: Literal["string", "base64"]
    payload_bytes: int = Field(ge=0)
    exchange: str = Field(examples=[EXCHANGE])
    routing_key: str = Field(examples=[ROUTING_KEY])
    redelivered: bool
    message_count: int = Field(ge=0)
    properties: Any = Field(examples=[{"content_type": "application/json"}])
    """An object; an empty one is a list."""


class Decision(BaseModel):
    """A payload to start from."""

    decision: Literal["approve", "reject"]


class BrokerError(BaseModel):
    """Why not."""

    error: str = Field(min_length=1, examples=["not_authorized"])
    reason: str = Field(min_length=1, examples=["Login failed"])
