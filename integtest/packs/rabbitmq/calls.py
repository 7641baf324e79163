"""What RabbitMQ does with messages and queues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Unpack
from urllib.parse import quote

from pydantic import Field, create_model

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth, basic
from integtest.authoring.match import boolean, not_empty
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST, PUT, Draft
from integtest.authoring.terms import State
from integtest.model.budget import Budget
from integtest.model.contract import AsyncMessage, HttpInteraction
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise, told_message
from integtest.packs.rabbitmq.models import (
    EXCHANGE,
    KEY,
    PAYLOAD,
    QUEUE,
    ROUTING_KEY,
    BrokerError,
    Decision,
    Publish,
    Routed,
    Taken,
    Unrouted,
)


def publish(
    contract: Contract,
    *,
    vhost: str = "/",
    exchange: str = EXCHANGE,
    routing_key: str = ROUTING_KEY,
    payload: Any = PAYLOAD,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes a message that a queue keeps. Sending it again puts another one there.

    Source: RabbitMQ, "Management HTTP API", /api/exchanges/{vhost}/{name}/publish.
    """
    request = _publish(vhost, exchange, routing_key, payload, auth)
    given = f"a queue takes {routing_key} of {exchange}"
    choice: Choice = {"given": given, "budget": Budget(p95="200ms"), "failing": ONE_CALL}
    return promise(contract, f"keeps {routing_key}", request, Reply(200, Routed), options, choice)


def unrouted(
    contract: Contract,
    *,
    vhost: str = "/",
    exchange: str = EXCHANGE,
    routing_key: str = "nobody",
    payload: Any = PAYLOAD,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes a message that no queue keeps: 200, and `routed` is false. It is lost.

    Source: RabbitMQ, "Management HTTP API", /api/exchanges/{vhost}/{name}/publish ("routed": false).
    """
    request = _publish(vhost, exchange, routing_key, payload, auth)
    choice: Choice = {"given": f"no queue takes {routing_key} of {exchange}", "repeatable": True}
    return promise(contract, f"keeps no {routing_key}", request, Reply(200, Unrouted), options, choice)


def take(
    contract: Contract,
    *,
    vhost: str = "/",
    queue: str = QUEUE,
    count: int = 1,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Hands out messages, which are gone then: without an answer they are lost. One call, no retry.

    Source: RabbitMQ, "Management HTTP API", /api/queues/{vhost}/{name}/get.
    """
    body = Annotated[list[Taken], Field(min_length=1, max_length=count)]
    given = State(f"a message waits in queue {queue}", queue=queue)
    choice: Choice = {"given": given, "budget": Budget(p95="200ms"), "failing": ONE_CALL}
    request = _take(vhost, queue, count, auth)
    return promise(contract, f"hands out a message of {queue}", request, Reply(200, body), options, choice)


def empty(
    contract: Contract,
    *,
    vhost: str = "/",
    queue: str = QUEUE,
    count: int = 1,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has nothing to hand out: an empty list.

    Source: RabbitMQ, "Management HTTP API", /api/queues/{vhost}/{name}/get.
    """
    body = Annotated[list[Taken], Field(max_length=0)]
    choice: Choice = {"given": State(f"queue {queue} exists", queue=queue), "repeatable": True}
    request = _take(vhost, queue, count, auth)
    return promise(contract, f"has no message in {queue}", request, Reply(200, body), options, choice)


def declare_queue(
    contract: Contract,
    *,
    vhost: str = "/",
    queue: str = QUEUE,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has the queue from now on: 201 where it is new, 204 where it was there.

    Source: RabbitMQ, "Management HTTP API", /api/queues/{vhost}/{name} (PUT).
    """
    choice: Choice = {"budget": Budget(p95="500ms"), "failing": RETRIED, "repeatable": True}
    request = _declare(vhost, queue, True, auth)
    return promise(contract, f"has a queue {queue}", request, Reply([201, 204]), options, choice)


def message(
    contract: Contract,
    *,
    exchange: str = EXCHANGE,
    routing_key: str = ROUTING_KEY,
    contents: Any = None,
    content_type: str = "application/json",
    metadata: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Puts a message on a queue. It may come again: `message_id` tells, `redelivered` hints. `contents` is your
    model of the payload.

    Source: AMQP 0-9-1, basic.deliver (`exchange`, `routing-key`, `redelivered`) and the properties of class basic.
    """
    model = options.get("model") or contents or Decision
    about = {
        "exchange": exchange,
        "routing_key": routing_key,
        "redelivered": boolean(False),
        "message_id": not_empty("m-1"),
        **(metadata or {}),
    }
    named, terms = told_message(contract, f"delivers {routing_key}", options)
    return contract.message(named, contents=model, metadata=about, content_type=content_type, **terms)


def bad_login(contract: Contract, *, vhost: str = "/", **options: Unpack[Options]) -> HttpInteraction:
    """Refuses a wrong login: 401.

    Source: RabbitMQ, "Management HTTP API" (authentication; errors as `error` and `reason`).
    """
    request = _publish(vhost, EXCHANGE, ROUTING_KEY, PAYLOAD, basic(user="nobody", password="wrong"))
    return _refuses(contract, "refuses a wrong login", request, 401, None, options)


def bad_publish(
    contract: Contract,
    *,
    vhost: str = "/",
    exchange: str = EXCHANGE,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a message without its parts: 400.

    Source: RabbitMQ, "Management HTTP API", /api/exchanges/{vhost}/{name}/publish ("all keys are mandatory").
    """
    path = {"vhost": quote(vhost, safe=""), "exchange": exchange}
    request = POST("/api/exchanges/{vhost}/{exchange}/publish", path=path, json={}, auth=auth)
    return _refuses(contract, "refuses a message without parts", request, 400, None, options)


def no_exchange(
    contract: Contract,
    *,
    vhost: str = "/",
    exchange: str = "nobody",
    auth: Auth | None = KEY,
    status: int | str | list[int] = 404,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Knows no such exchange: 404, or 400 in older versions. The message is nowhere.

    Source: RabbitMQ, "Management HTTP API", /api/exchanges/{vhost}/{name}/publish.
    """
    request = _publish(vhost, exchange, ROUTING_KEY, PAYLOAD, auth)
    return _refuses(contract, "knows no such exchange", request, status, f"no exchange {exchange} exists", options)


def no_queue(
    contract: Contract,
    *,
    vhost: str = "/",
    queue: str = "nobody",
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Knows no such queue: 404.

    Source: RabbitMQ, "Management HTTP API", /api/queues/{vhost}/{name}.
    """
    request = GET("/api/queues/{vhost}/{queue}", path={"vhost": quote(vhost, safe=""), "queue": queue}, auth=auth)
    given = State(f"no queue {queue} exists", queue=queue)
    return _refuses(contract, "knows no such queue", request, 404, given, options)


def queue_differs(
    contract: Contract,
    *,
    vhost: str = "/",
    queue: str = QUEUE,
    auth: Auth | None = KEY,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has a queue of that name with other properties: 400. It stays as it is.

    Source: RabbitMQ, "Management HTTP API", /api/queues/{vhost}/{name} (PUT); AMQP 0-9-1, queue.declare
    (equivalence of arguments).
    """
    given = State(f"queue {queue} exists", queue=queue)
    return _refuses(contract, f"has another {queue}", _declare(vhost, queue, False, auth), 400, given, options)


def _publish(vhost: str, exchange: str, routing_key: str, payload: Any, auth: Auth | None) -> Draft:
    pinned: dict[str, Any] = {"routing_key": (Literal[routing_key], ...)}
    model = create_model("Message", __base__=Publish, **pinned)
    shown = {
        "properties": {"content_type": "application/json", "delivery_mode": 2, "message_id": "m-1"},
        "routing_key": routing_key,
        "payload": payload if isinstance(payload, str) else json.dumps(payload),
        "payload_encoding": "string",
    }
    path = {"vhost": quote(vhost, safe=""), "exchange": exchange}
    return POST("/api/exchanges/{vhost}/{exchange}/publish", path=path, json=model, example=shown, auth=auth)


def _take(vhost: str, queue: str, count: int, auth: Auth | None) -> Draft:
    body = {"count": count, "ackmode": "ack_requeue_false", "encoding": "auto"}
    return POST(
        "/api/queues/{vhost}/{queue}/get",
        path={"vhost": quote(vhost, safe=""), "queue": queue},
        json=body,
        auth=auth,
    )


def _declare(vhost: str, queue: str, durable: bool, auth: Auth | None) -> Draft:
    path = {"vhost": quote(vhost, safe=""), "queue": queue}
    return PUT("/api/queues/{vhost}/{queue}", path=path, json={"durable": durable}, auth=auth)


def _refuses(
    contract: Contract,
    description: str,
    request: Draft,
    status: int | str | list[int],
    given: str | State | None,
    options: Options,
) -> HttpInteraction:
    choice: Choice = {"given": given, "repeatable": True}
    return promise(contract, description, request, Reply(status, BrokerError), options, choice)
