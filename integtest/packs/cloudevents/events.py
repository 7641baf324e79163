"""An event in the JSON format (CloudEvents JSON event format 1.0.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
TYPE = "com.example.someevent"
SOURCE = "/mycontext"

_RULES: dict[str, Any] = {
    "not": {"required": ["data", "data_base64"]},
    "propertyNames": {"pattern": "^([a-z0-9]+|data_base64)$"},
}


class CloudEvent(BaseModel):
    """Core specification 1.0.2, Context Attributes: four are required, extensions may come under names of
    lower-case letters and digits. `data` and `data_base64` exclude each other."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_RULES)

    specversion: Literal["1.0"]
    id: str = Field(min_length=1, examples=["A234-1234-1234"])
    source: str = Field(min_length=1, examples=[SOURCE])
    type: str = Field(min_length=1, examples=[TYPE])
    subject: str | None = Field(None, min_length=1)
    time: datetime | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    data: Any = None
    data_base64: str | None = None


def event_of(
    type: str,  # noqa: A002 - the attribute's own name
    data: Any = None,
    *,
    source: str | None = None,
    extensions: Mapping[str, Any] | None = None,
    base: type[CloudEvent] = CloudEvent,
) -> type[CloudEvent]:
    """A model of the events of one type: with your model of their data, from one source, with extensions that are
    always there (name -> type)."""
    fields: dict[str, Any] = {"type": (Literal[type], ...)}
    if source is not None:
        fields["source"] = (Literal[source], ...)
    if data is not None:
        fields["data"] = (data, ...)
    fields |= {name: (kind, ...) for name, kind in (extensions or {}).items()}
    return create_model("Event", __base__=base, **fields)
