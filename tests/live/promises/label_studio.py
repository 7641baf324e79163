"""What the claims assistant relies on from the annotation queue."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, api_key, env, from_state

queue = Contract(consumer="claims-assistant", provider="annotation", kind="human review", env="LABEL_STUDIO_URL")
key = api_key(header="Authorization", value=env("LABEL_STUDIO_TOKEN", "Token {value}"))
TASK = {"id": from_state("id", example=1)}
RESULT = [{"from_name": "decision", "to_name": "answer", "type": "choices", "value": {"choices": ["approve"]}}]


class Task(BaseModel):
    id: int
    is_labeled: Literal[False]


class Decided(BaseModel):
    id: int
    is_labeled: Literal[True]
    annotations: list[dict[str, Any]] = Field(min_length=1)


class Annotation(BaseModel):
    id: int
    was_cancelled: Literal[False]
    completed_by: int


class Refusal(BaseModel):
    status_code: int
    detail: str


queue.http(
    "shows a task that nobody has decided",
    given="a task exists",
    request=GET("/api/tasks/{id}", path=TASK, auth=key),
    reply=Reply(200, Task),
)
queue.http(
    "takes a decision",
    given="a task exists",
    request=POST("/api/tasks/{id}/annotations/", path=TASK, json={"result": RESULT}, auth=key),
    reply=Reply(201, Annotation),
)
queue.http(
    "shows the decision of a task",
    given="a task is decided",
    request=GET("/api/tasks/{id}", path=TASK, auth=key),
    reply=Reply(200, Decided),
)
queue.http("refuses who does not say who it is", request=GET("/api/tasks/1"), reply=Reply(401, Refusal))
queue.http("knows no task 0", request=GET("/api/tasks/0", auth=key), reply=Reply(404, Refusal))
