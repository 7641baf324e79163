"""The profile: a CloudEvent with what an auditor asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from integtest.packs.cloudevents.events import CloudEvent

TYPE = "audit.action"


class Actor(BaseModel):
    """Who acted: a person, a service, or a model on somebody's behalf."""

    type: Literal["person", "service", "model"]
    id: str = Field(min_length=1, examples=["claims-assistant"])
    on_behalf_of: str | None = None


class Resource(BaseModel):
    """What was acted on."""

    type: str = Field(min_length=1, examples=["claim"])
    id: str = Field(min_length=1, examples=["c-1"])


class AuditData(BaseModel):
    """What was done and how it ended. `denied` is an outcome too: the act that did not happen. Hashes stand in
    place of contents, so that the log holds no personal data."""

    actor: Actor
    action: str = Field(min_length=1, examples=["claim.pay"])
    resource: Resource
    outcome: Literal["success", "failure", "denied"]
    reason: str | None = None
    decision_id: str | None = None
    content_hash: str | None = Field(None, pattern="^sha256:[0-9a-f]{64}$")


class AuditEvent(CloudEvent):
    """A CloudEvent whose time is known, with the act as its data; `traceparent` ties it to a trace, `sequence`
    tells a gap."""

    time: datetime = Field(examples=["2018-04-05T17:31:00Z"])
    data: AuditData
    traceparent: str | None = Field(None, pattern="^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
    sequence: str | None = None


class AuditError(BaseModel):
    """Why an event was refused; what stands beside `error` is the log's own."""

    error: str = Field(min_length=1, examples=["data.outcome is missing"])
