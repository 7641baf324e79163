"""Label Studio as the place of a review: a task is a question, an annotation an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Unpack

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth, api_key, env
from integtest.authoring.generate import from_state
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import AsyncMessage, HttpInteraction
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise, told_message

__all__ = [
    "KEY",
    "Annotation",
    "AnnotationEvent",
    "DecidedTask",
    "Imported",
    "LabelStudioError",
    "Reviewer",
    "Task",
    "annotate",
    "annotation_created",
    "decided_task",
    "import_task",
    "no_task",
    "no_token",
    "task",
]

KEY = api_key(header="Authorization", value=env("LABEL_STUDIO_TOKEN", "Token {value}"))
"""The token from the variable LABEL_STUDIO_TOKEN."""
DATA: Mapping[str, Any] = {"answer": "refund 900 EUR"}
RESULT: Mapping[str, Any] = {
    "from_name": "decision",
    "to_name": "answer",
    "type": "choices",
    "value": {"choices": ["approve"]},
}


class Imported(BaseModel):
    """How many tasks were made, and which."""

    task_count: int = Field(ge=1)
    task_ids: list[int] = Field(min_length=1)


class Reviewer(BaseModel):
    """Who annotated."""

    id: int
    email: str


class Region(BaseModel):
    """One answer within an annotation; its `value` is as the project asks."""

    from_name: str
    to_name: str
    type: str
    value: dict[str, Any] = Field(examples=[{"choices": ["approve"]}])


class Annotation(BaseModel):
    """What a person answered. `was_cancelled` means that they skipped the task: that is no answer."""

    id: int = Field(examples=[7])
    result: list[Region] = Field(min_length=1)
    completed_by: int
    was_cancelled: Literal[False]


class ShownAnnotation(Annotation):
    """An annotation within its task, where its author may be told at length."""

    completed_by: int | Reviewer  # type: ignore[assignment]


class Task(BaseModel):
    """A task that nobody has decided."""

    id: int = Field(examples=[7])
    data: dict[str, Any] = Field(examples=[dict(DATA)])
    is_labeled: Literal[False]
    project: int


class DecidedTask(BaseModel):
    """A task with at least one answer."""

    id: int = Field(examples=[7])
    data: dict[str, Any] = Field(examples=[dict(DATA)])
    is_labeled: Literal[True]
    annotations: list[ShownAnnotation] = Field(min_length=1)


class EventTask(BaseModel):
    """The task of an event."""

    id: int
    data: dict[str, Any] = Field(examples=[dict(DATA)])


class EventAnnotation(Annotation):
    """The annotation of an event: its id and the time of its last change tell a second delivery."""

    updated_at: datetime


class AnnotationEvent(BaseModel):
    """What the webhook is sent. There is no id of the delivery: `annotation.id` with `annotation.updated_at` is
    what tells a new one from one that came already."""

    action: Literal["ANNOTATION_CREATED"]
    annotation: EventAnnotation
    task: EventTask


class LabelStudioError(BaseModel):
    """Why not; `id` is that of the refusal."""

    id: str
    status_code: int = Field(ge=400, le=599)
    detail: str
    version: str | None = None


def import_task(
    contract: Contract, *, data: Mapping[str, Any] = DATA, auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Takes a task. Sending it again makes another one.

    Source: Label Studio API, POST /api/projects/{id}/import (`return_task_ids`).
    """
    request = POST(
        "/api/projects/{project}/import",
        path={"project": from_state("project", example=1)},
        query={"return_task_ids": "true"},
        json=[dict(data)],
        auth=auth,
    )
    choice: Choice = {"given": "a project exists", "budget": Budget(p95="2s"), "failing": ONE_CALL}
    return promise(contract, "takes a task", request, Reply(201, Imported), options, choice)


def task(contract: Contract, *, auth: Auth | None = KEY, **options: Unpack[Options]) -> HttpInteraction:
    """Shows a task that nobody has decided.

    Source: Label Studio API, GET /api/tasks/{id}.
    """
    reply, choice = Reply(200, Task), _read("a task exists")
    return promise(contract, "shows an open task", _get(auth), reply, options, choice)


def decided_task(contract: Contract, *, auth: Auth | None = KEY, **options: Unpack[Options]) -> HttpInteraction:
    """Shows a task with its answer.

    Source: Label Studio API, GET /api/tasks/{id}; schema Annotation (`result`, `completed_by`, `was_cancelled`).
    """
    reply, choice = Reply(200, DecidedTask), _read("a task is decided")
    return promise(contract, "shows a decided task", _get(auth), reply, options, choice)


def annotate(
    contract: Contract, *, result: Mapping[str, Any] = RESULT, auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Takes an answer. Sending it again makes another one.

    Source: Label Studio API, POST /api/tasks/{id}/annotations/; schema Annotation.
    """
    place = {"id": from_state("id", example=7)}
    request = POST("/api/tasks/{id}/annotations/", path=place, json={"result": [dict(result)]}, auth=auth)
    choice: Choice = {"given": "a task exists", "budget": Budget(p95="2s"), "failing": ONE_CALL}
    return promise(contract, "takes an answer", request, Reply(201, Annotation), options, choice)


def annotation_created(
    contract: Contract, *, path: str = "/hooks/label-studio", **options: Unpack[Options]
) -> AsyncMessage:
    """Tells that somebody answered. It may come twice, and has no id of its own.

    Source: Label Studio, "Webhook event format reference" (ANNOTATION_CREATED).
    """
    model = options.get("model") or AnnotationEvent
    named, terms = told_message(contract, "an annotation is created", options)
    return contract.incoming(named, request=POST(path, json=model), **terms)


def no_token(contract: Contract, **options: Unpack[Options]) -> HttpInteraction:
    """Refuses who does not say who it is: 401.

    Source: Label Studio API, "Authentication"; its errors' shape.
    """
    return _refuses(contract, "refuses a caller without token", GET("/api/tasks/1"), 401, options)


def no_task(
    contract: Contract, *, task: int = 0, auth: Auth | None = KEY, **options: Unpack[Options]
) -> HttpInteraction:
    """Knows no such task: 404.

    Source: Label Studio API, GET /api/tasks/{id}; its errors' shape.
    """
    return _refuses(contract, "knows no such task", GET(f"/api/tasks/{task}", auth=auth), 404, options)


def _get(auth: Auth | None) -> Draft:
    return GET("/api/tasks/{id}", path={"id": from_state("id", example=7)}, auth=auth)


def _read(given: str) -> Choice:
    return {"given": given, "budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}


def _refuses(
    contract: Contract, description: str, request: Draft, status: int, options: Options
) -> HttpInteraction:
    return promise(contract, description, request, Reply(status, LabelStudioError), options, {"repeatable": True})
