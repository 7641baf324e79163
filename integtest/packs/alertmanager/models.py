"""What Alertmanager shows and takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

PATH = "/api/v2"
ID = "00000000-0000-4000-8000-000000000000"
LABELS: Mapping[str, str] = {"alertname": "PolicyUnavailable", "severity": "page"}
Why = Annotated[str, Field(min_length=1, examples=["at least one label pair required"])]
"""Errors are JSON text."""


class Alert(BaseModel):
    """An alert as it is told: its labels are what it is."""

    labels: dict[str, str] = Field(min_length=1)
    annotations: dict[str, str] | None = None
    startsAt: datetime | None = None  # noqa: N815 - the API's own names
    endsAt: datetime | None = None  # noqa: N815
    generatorURL: str | None = None  # noqa: N815


class AlertStatus(BaseModel):
    """Whether somebody is told: `suppressed` alerts are there, and silent."""

    state: Literal["unprocessed", "active", "suppressed"]
    silencedBy: list[str]  # noqa: N815
    inhibitedBy: list[str]  # noqa: N815


class FiringAlert(BaseModel):
    """An alert as it is shown."""

    labels: dict[str, str] = Field(min_length=1, examples=[dict(LABELS)])
    annotations: dict[str, str]
    fingerprint: str = Field(min_length=1)
    startsAt: datetime  # noqa: N815
    endsAt: datetime  # noqa: N815
    status: AlertStatus


class Matcher(BaseModel):
    """Which alerts a silence keeps silent."""

    name: str = Field(min_length=1, examples=["alertname"])
    value: str = Field(examples=["PolicyUnavailable"])
    isRegex: bool  # noqa: N815
    isEqual: bool | None = None  # noqa: N815


class NewSilence(BaseModel):
    """A silence to be made; with an `id`, in place of that one."""

    id: str | None = None
    matchers: list[Matcher] = Field(min_length=1)
    startsAt: datetime  # noqa: N815
    endsAt: datetime  # noqa: N815
    createdBy: str  # noqa: N815
    comment: str


class SilenceId(BaseModel):
    """The id of a silence that was made."""

    silenceID: str = Field(min_length=1, examples=[ID])  # noqa: N815


class SilenceStatus(BaseModel):
    """Whether it holds now."""

    state: Literal["pending", "active", "expired"]


class Silence(BaseModel):
    """A silence, and whether it holds now."""

    id: str = Field(min_length=1, examples=[ID])
    status: SilenceStatus
    matchers: list[Matcher] = Field(min_length=1)
    startsAt: datetime  # noqa: N815
    endsAt: datetime  # noqa: N815
    createdBy: str  # noqa: N815
    comment: str


class Invalid(BaseModel):
    """What 0.25 says of a body that does not fit its document."""

    code: int
    message: str = Field(min_length=1)
