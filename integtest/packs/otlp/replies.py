"""What a receiver answers (opentelemetry-proto, Export…ServiceResponse; google.rpc.Status)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

REJECTED = {"traces": "rejectedSpans", "metrics": "rejectedDataPoints", "logs": "rejectedLogRecords"}
"""Signal -> where a partial success counts what was rejected: an int64, as decimal text or as a number."""


class Status(BaseModel):
    """google.rpc.Status: why not. `code` may be left out, and changes nothing."""

    message: str = Field(min_length=1, examples=["the request cannot be decoded"])
    code: int | None = None
    details: list[dict[str, Any]] | None = None


def full_success(signal: str) -> type[BaseModel]:
    """All was taken: no `partialSuccess`, or an empty one, which is the same."""
    some = {"required": [REJECTED[signal]], "properties": {REJECTED[signal]: {"not": {"enum": [0, "0", None]}}}}
    told = {"required": ["errorMessage"], "properties": {"errorMessage": {"not": {"enum": ["", None]}}}}
    partial: dict[str, Any] = {
        "required": ["partialSuccess"],
        "properties": {"partialSuccess": {"anyOf": [some, told]}},
    }
    config = ConfigDict(json_schema_extra={"not": partial})
    return create_model("FullSuccess", __config__=config, __doc__=full_success.__doc__)


def partial_success(signal: str) -> type[BaseModel]:
    """Some of it was rejected: how much, and why."""
    rejected = Field(alias=REJECTED[signal], examples=["1"], json_schema_extra=_SOME)
    partial: dict[str, Any] = {
        "rejected": (Any, rejected),
        "errorMessage": (str, Field(min_length=1, examples=["spans are older than a day"])),
    }
    found: dict[str, Any] = {"partialSuccess": (create_model("Partial", **partial), ...)}
    return create_model("PartialSuccess", __doc__=partial_success.__doc__, **found)


_SOME: dict[str, Any] = {
    "anyOf": [{"type": "string", "pattern": "^[1-9][0-9]*$"}, {"type": "integer", "minimum": 1}],
}
