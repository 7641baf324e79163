"""What a lineage server does with events."""

from __future__ import annotations

from typing import Any, Literal, Unpack

from pydantic import create_model

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.model.conversation import Conversation
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise
from integtest.packs.openlineage.models import (
    ENDS,
    KEPT,
    PATH,
    PRODUCER,
    RUN_ID,
    SCHEMA,
    BatchResult,
    Job,
    LineageError,
    PartialResult,
    RunEvent,
)


def start(
    contract: Contract,
    *,
    path: str = PATH,
    namespace: str = "claims",
    job: str = "features",
    auth: Auth | None = None,
    status: int | str | list[int] = KEPT,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Keeps the start of a run.

    Source: OpenLineage API, POST /lineage; schema RunEvent (START).
    """
    return _keeps(contract, "START", path, (namespace, job), auth, status, options)


def complete(
    contract: Contract,
    *,
    path: str = PATH,
    namespace: str = "claims",
    job: str = "features",
    auth: Auth | None = None,
    status: int | str | list[int] = KEPT,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Keeps the good end of a run.

    Source: OpenLineage API, POST /lineage; schema RunEvent (COMPLETE).
    """
    return _keeps(contract, "COMPLETE", path, (namespace, job), auth, status, options)


def fail(
    contract: Contract,
    *,
    path: str = PATH,
    namespace: str = "claims",
    job: str = "features",
    auth: Auth | None = None,
    status: int | str | list[int] = KEPT,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Keeps the bad end of a run: a run that failed is ended too.

    Source: OpenLineage API, POST /lineage; schema RunEvent (FAIL).
    """
    return _keeps(contract, "FAIL", path, (namespace, job), auth, status, options)


def take_batch(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Keeps several events.

    Source: OpenLineage API, POST /lineage/batch (status "success").
    """
    choice: Choice = {"budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}
    return promise(contract, "keeps a batch", _batch(path, auth), Reply(200, BatchResult), options, choice)


def partly_kept(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Keeps some events of a batch and not the others: 200, and the status in the body. What was not kept and may
    be, is sent again; never the whole.

    Source: OpenLineage API, POST /lineage/batch (status "partial_success").
    """
    choice: Choice = {"given": "some event of the batch cannot be kept", "failing": ONE_CALL}
    return promise(
        contract, "keeps part of a batch", _batch(path, auth), Reply(200, PartialResult), options, choice
    )


def runs(contract: Contract, *, name: str = "run") -> Conversation:
    """The runs that are told of as a whole: each starts with START and ends once. OTHER may come at any time.

    Source: OpenLineage, JSON Schema, RunEvent (`eventType`: "1 START event and 1 of [ COMPLETE, ABORT, FAIL ]").
    """
    on = ("RUNNING", *ENDS)
    return contract.conversation(
        name,
        key="$.run.runId",
        state="$.eventType",
        initial="START",
        transitions={"START": on, "RUNNING": on},
        final=ENDS,
    )


def invalid(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses an event without a run and a time: 400. It must be mended, not sent again.

    Source: OpenLineage, JSON Schema, RunEvent (required); RFC 9110, 15.5.1.
    """
    request = POST(path, json={"eventType": "START", "producer": PRODUCER}, auth=auth)
    return _refuses(contract, "refuses an event without run", request, 400, None, options)


def unauthorized(contract: Contract, *, path: str = PATH, **options: Unpack[Options]) -> HttpInteraction:
    """Refuses who does not say who it is: 401.

    Source: RFC 9110, 15.5.2.
    """
    request = _event(path, "START", "claims", "features", None)
    return _refuses(contract, "refuses a caller without key", request, 401, "events need a key", options)


def unavailable(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Is out of service: 503. The event may be sent later; the run goes on.

    Source: RFC 9110, 15.6.4.
    """
    choice: Choice = {"given": "lineage is out of service", "repeatable": True}
    request = _event(path, "START", "claims", "features", auth)
    return promise(contract, "can keep nothing now", request, Reply(503), options, choice)


def _shown(event: str, namespace: str, job: str) -> dict[str, Any]:
    return {
        "eventType": event,
        "eventTime": "2030-01-01T09:30:00.000Z",
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
        "run": {"runId": RUN_ID},
        "job": {"namespace": namespace, "name": job},
    }


def _event(path: str, event: str, namespace: str, job: str, auth: Auth | None) -> Draft:
    of_job: dict[str, Any] = {"namespace": (Literal[namespace], ...), "name": (Literal[job], ...)}
    pinned: dict[str, Any] = {
        "eventType": (Literal[event], ...),
        "job": (create_model("TheJob", __base__=Job, **of_job), ...),
    }
    model = create_model("Event", __base__=RunEvent, **pinned)
    return POST(path, json=model, example=_shown(event, namespace, job), auth=auth)


def _batch(path: str, auth: Auth | None) -> Draft:
    return POST(f"{path}/batch", json=list[RunEvent], example=[_shown("START", "claims", "features")], auth=auth)


def _keeps(
    contract: Contract,
    event: str,
    path: str,
    job: tuple[str, str],
    auth: Auth | None,
    status: int | str | list[int],
    options: Options,
) -> HttpInteraction:
    choice: Choice = {"budget": Budget(p95="500ms"), "failing": RETRIED, "repeatable": True}
    request = _event(path, event, *job, auth)
    return promise(contract, f"keeps {event} of {job[1]}", request, Reply(status), options, choice)


def _refuses(
    contract: Contract, description: str, request: Draft, status: int, given: str | None, options: Options
) -> HttpInteraction:
    choice: Choice = {"given": given, "repeatable": True}
    return promise(contract, description, request, Reply(status, LineageError), options, choice)
