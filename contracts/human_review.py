"""Human review: LangGraph threads that stop for a person, the person's decision, and the payout that it allows."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Literal

from pydantic import BaseModel, Field

from contracts.model_gateway import ANSWER
from integtest import POST, Budget, Contract, Failing, Reply, State, basic, env, from_state, match

review = Contract(consumer="claims-assistant", provider="review", kind="human_review", env="LANGGRAPH_URL")
broker = Contract(consumer="claims-assistant", provider="broker", kind="messages", env="RABBITMQ_URL")
desk = Contract(consumer="claims-assistant", provider="desk", kind="human_review")

ERRORS = "examples.claims_assistant.errors"
GRAPH = "claim_review"
THREAD = "83a5f765-994f-54f9-bf36-f6bc6ad85b16"
"""The assistant makes it of the claim, the amount and the answer."""
HASH = sha256(ANSWER.encode()).hexdigest()
HEX = r"[0-9a-f]{64}"
LATER = match.regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.+", "2099-01-01T00:00:00+00:00")
PUBLISH = "/api/exchanges/claims/claims/publish"
failing = Failing(raises=(f"{ERRORS}:ReviewUnavailable", f"{ERRORS}:NotApproved"), within="60s", calls=3)
publisher = basic(user=env("RABBITMQ_USER"), password=env("RABBITMQ_PASSWORD"))


class Asked(BaseModel):
    """What the person sees."""

    claim_id: str = Field(examples=["c-1"])
    amount: float = Field(gt=0, examples=[900.0])
    content_hash: str = Field(pattern=f"^{HEX}$", examples=[HASH])
    deadline: str = Field(examples=["2099-01-01T00:00:00+00:00"])


class Interrupt(BaseModel):
    id: str = Field(min_length=1, examples=["817138df40b4c54b000f22836fde5e9e"])
    value: Asked


class Stopped(BaseModel):
    """A run that waits for a person."""

    claim_id: str = Field(examples=["c-1"])
    amount: float = Field(gt=0, examples=[900.0])
    interrupts: list[Interrupt] = Field(alias="__interrupt__", min_length=1, max_length=1)


class Decided(BaseModel):
    """A decision as the review keeps it; the one that came first."""

    claim_id: str = Field(examples=["c-1"])
    amount: float = Field(gt=0, examples=[900.0])
    content_hash: str = Field(pattern=f"^{HEX}$", examples=[HASH])
    decision: Literal["approve", "reject", "escalate"]
    decided_by: str = Field(min_length=1, examples=["bob"])


class Refusal(BaseModel):
    detail: Any


def run(body: dict[str, Any]) -> Any:
    """A run of the claim's thread, until it ends or stops for a person."""
    path = {"id": from_state("id", example=THREAD)}
    return POST("/threads/{id}/runs/wait", path=path, json={"assistant_id": GRAPH, **body})


def resumed(decision: str, by: str) -> Any:
    """What a person said, for the graph that waits for it."""
    return run({"command": {"resume": {"decision": decision, "decided_by": by}}})


WAITING = State("a thread waits for a decision", graph=GRAPH, claim="c-1", answer=ANSWER)

open_thread = review.http(
    "makes the claim's thread, once",
    request=POST("/threads", json={"thread_id": match.uuid(THREAD), "if_exists": "do_nothing"}),
    reply=Reply(200, {"thread_id": match.uuid(THREAD)}),
    repeatable=True,
    failing=failing,
)

stop_for_person = review.http(
    "stops for a person",
    given="a thread exists",
    request=run({"input": {"claim_id": "c-1", "amount": 900.0, "answer": ANSWER, "deadline": LATER}}),
    reply=Reply(200, Stopped),
    budget=Budget(p95="10s"),
    failing=failing,
)

take_decision = review.http(
    "goes on with a decision",
    given=WAITING,
    request=resumed("approve", "bob"),
    reply=Reply(
        200,
        Decided,
        example={
            "claim_id": "c-1",
            "amount": 900.0,
            "content_hash": HASH,
            "decision": "approve",
            "decided_by": "bob",
        },
    ),
    repeatable=True,
    failing=failing,
)

escalate = review.http(
    "asks again when the person escalates",
    given=WAITING,
    request=resumed("escalate", "ann"),
    reply=Reply(200, Stopped),
    repeatable=True,
    failing=failing,
)

unknown_thread = review.http(
    "knows no thread that nobody made",
    given="no such thread exists",
    request=resumed("reject", "eve"),
    reply=Reply(404, Refusal),
    failing=failing,
)


class Order(BaseModel):
    """Who pays tells repeats of one payout by its message's id."""

    message_id: str = Field(min_length=16, examples=["4b3f2d1c4b3f2d1c4b3f2d1c4b3f2d1c"])
    content_type: Literal["application/json"]
    delivery_mode: Literal[2]


class Publish(BaseModel):
    """RabbitMQ's management API: a message with its properties."""

    properties: Order
    routing_key: Literal["claim.payout"]
    payload: str = Field(
        examples=[json.dumps({"amount": 900.0, "claim_id": "c-1", "content_hash": HASH}, sort_keys=True)]
    )
    payload_encoding: Literal["string"]


class Routed(BaseModel):
    """A queue took it."""

    routed: Literal[True]


pay = broker.http(
    "takes the order of a payout",
    given=State("queue audit exists", queue="contract-payouts"),
    request=POST(PUBLISH, json=Publish, auth=publisher),
    reply=Reply(200, Routed),
    once="$.properties.message_id",
    repeatable=True,
    failing=Failing(raises=f"{ERRORS}:PayoutUnavailable", within="60s", calls=3),
)


class Verdict(BaseModel):
    """A person's decision, with the hash of what the person saw."""

    review: str = Field(min_length=1, examples=[THREAD])
    decision: Literal["approve", "reject", "escalate"]
    decided_by: str = Field(min_length=1, examples=["bob"])
    content_hash: str = Field(pattern=f"^{HEX}$", examples=[HASH])


decided = desk.incoming(
    "a reviewer decides",
    request=POST("/reviews/decisions", json=Verdict),
    pending=True,
    comments="the desk is a person's browser: kept by the consumer's tests alone",
)
