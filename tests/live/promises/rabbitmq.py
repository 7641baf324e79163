"""What the claims assistant relies on from the broker's management API."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, State, basic, env

broker = Contract(consumer="claims-assistant", provider="broker", kind="messages", env="RABBITMQ_URL")
user = basic(user=env("RABBITMQ_USER"), password=env("RABBITMQ_PASSWORD"))
QUEUE = "live-test"  # of its own: other tests use the others at the same time
PUBLISH = "/api/exchanges/claims/claims/publish"


class Routed(BaseModel):
    routed: Literal[True]


class Unroutable(BaseModel):
    routed: Literal[False]


class Taken(BaseModel):
    payload: Literal['{"decision": "approve"}']
    redelivered: bool


class Refusal(BaseModel):
    error: str = Field(min_length=1)
    reason: str


def message(key: str) -> dict[str, Any]:
    return {"properties": {}, "routing_key": key, "payload": "{}", "payload_encoding": "string"}


TAKE = {"count": 1, "ackmode": "ack_requeue_false", "encoding": "auto"}

broker.http(
    "routes an event of a claim",
    given=State("queue audit exists", queue=QUEUE),
    request=POST(PUBLISH, json=message("claim.decided"), auth=user),
    reply=Reply(200, Routed),
)
broker.http(
    "says that nobody takes an event",
    request=POST(PUBLISH, json=message("nobody"), auth=user),
    reply=Reply(200, Unroutable),
)
broker.http(
    "hands out a message",
    given=State("a message waits in queue audit", queue=QUEUE),
    request=POST(f"/api/queues/claims/{QUEUE}/get", json=TAKE, auth=user),
    reply=Reply(200, list[Taken]),
)
broker.http(
    "knows no queue nobody",
    given="no queue nobody exists",
    request=GET("/api/queues/claims/nobody", auth=user),
    reply=Reply(404, Refusal),
)
broker.http("refuses who does not say who it is", request=GET("/api/whoami"), reply=Reply(401))
