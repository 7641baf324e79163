"""What is told of runs, and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

PATH = "/api/v1/lineage"
KEPT = [200, 201]
ENDS = ("COMPLETE", "ABORT", "FAIL")
RUN_ID = "d46e465b-d358-4d32-83d4-df660ff614dd"
PRODUCER = "https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"
SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


class Facet(BaseModel):
    """One piece of metadata: who wrote it, by which schema, and what that schema has."""

    model_config = ConfigDict(extra="allow")

    producer: str = Field(alias="_producer", min_length=1)
    schema_url: str = Field(alias="_schemaURL", min_length=1)


class Run(BaseModel):
    """A run of a job."""

    runId: UUID  # noqa: N815 - the schema's own name
    facets: dict[str, Facet] | None = None


class Job(BaseModel):
    """A job, by its name within a namespace."""

    namespace: str = Field(min_length=1)
    name: str = Field(min_length=1)
    facets: dict[str, Facet] | None = None


class Dataset(BaseModel):
    """Data that was read or written."""

    namespace: str = Field(min_length=1)
    name: str = Field(min_length=1)
    facets: dict[str, Facet] | None = None
    inputFacets: dict[str, Facet] | None = None  # noqa: N815
    outputFacets: dict[str, Facet] | None = None  # noqa: N815


class RunEvent(BaseModel):
    """What happened to a run, and when."""

    eventType: Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]  # noqa: N815
    eventTime: datetime  # noqa: N815
    producer: str = Field(min_length=1)
    schemaURL: str = Field(min_length=1)  # noqa: N815
    run: Run
    job: Job
    inputs: list[Dataset] | None = None
    outputs: list[Dataset] | None = None


class FailedEvent(BaseModel):
    """An event of a batch that was not kept: which, why, and whether it may be sent again."""

    index: int = Field(ge=0)
    reason: str
    retriable: bool | None = None


class BatchResult(BaseModel):
    """The whole batch was kept."""

    status: Literal["success"]


class PartialResult(BaseModel):
    """Part of the batch was kept: it is not sent again as it is."""

    status: Literal["partial_success"]
    failed_events: list[FailedEvent] | None = None


class LineageError(BaseModel):
    """Why not; there is no standard for more."""

    message: str = Field(min_length=1, examples=["eventTime: may not be null"])
