"""What the claims assistant relies on from the review."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, from_state

review = Contract(consumer="claims-assistant", provider="review", kind="human review", env="LANGGRAPH_URL")
THREAD = {"id": from_state("id", example="00000000-0000-4000-8000-000000000000")}
RESUME = {"assistant_id": "refund", "command": {"resume": "approve"}}


class Ask(BaseModel):
    ask: str
    amount: float


class Interrupt(BaseModel):
    id: str
    value: Ask


class Stopped(BaseModel):
    amount: float
    interrupts: list[Interrupt] = Field(alias="__interrupt__", min_length=1)


class Decided(BaseModel):
    amount: float
    decision: Literal["approve"]


class Waiting(BaseModel):
    thread_id: str
    status: Literal["interrupted"]


class Refusal(BaseModel):
    detail: Any


def run(body: dict[str, Any]) -> Any:
    return POST("/threads/{id}/runs/wait", path=THREAD, json=body)


review.http(
    "stops for a person",
    given="a thread exists",
    request=run({"assistant_id": "refund", "input": {"amount": 900}}),
    reply=Reply(200, Stopped),
)
review.http(
    "goes on with a decision", given="a thread waits for a decision", request=run(RESUME), reply=Reply(200, Decided)
)
review.http("decides once", given="a thread is decided", request=run(RESUME), reply=Reply(200, Decided))
review.http(
    "tells that a thread waits",
    given="a thread waits for a decision",
    request=GET("/threads/{id}", path=THREAD),
    reply=Reply(200, Waiting),
)
review.http(
    "knows no other thread",
    given="no such thread exists",
    request=GET("/threads/{id}", path=THREAD),
    reply=Reply(404, Refusal),
)
