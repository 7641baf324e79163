"""OpenLineage: what ran, from which data, to which data.

What a consumer relies on: an event of a run is kept, and the same one again changes nothing; each run has one
START and one end (COMPLETE, ABORT or FAIL), which `packs.openlineage.runs(lineage)` holds its events to; a batch
may be kept in part, with 200, and says which events were not. A pipeline does not wait for its lineage, and does
not fail for want of it.

Sources: OpenLineage's OpenAPI document (POST /lineage, POST /lineage/batch) and its JSON Schema 2-0-2 (RunEvent,
Run, Job, Dataset, BaseFacet).

Deviations, by argument: `path=` (clients add /api/v1/lineage, the document has /lineage), `status=` (Marquez
answers 201), `model=` for errors of your server's own shape.
"""

from __future__ import annotations

from integtest.packs.openlineage.models import (
    BatchResult,
    Dataset,
    Facet,
    FailedEvent,
    Job,
    LineageError,
    PartialResult,
    Run,
    RunEvent,
)
from integtest.packs.openlineage.sending import (
    complete,
    fail,
    invalid,
    partly_kept,
    runs,
    start,
    take_batch,
    unauthorized,
    unavailable,
)

__all__ = [
    "BatchResult",
    "Dataset",
    "Facet",
    "FailedEvent",
    "Job",
    "LineageError",
    "PartialResult",
    "Run",
    "RunEvent",
    "complete",
    "fail",
    "invalid",
    "partly_kept",
    "runs",
    "start",
    "take_batch",
    "unauthorized",
    "unavailable",
]
