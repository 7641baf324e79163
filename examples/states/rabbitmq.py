"""The broker's states (RabbitMQ's management API), all in the virtual host `claims`."""

from __future__ import annotations

import json
from typing import Any

from examples.states.service import Service, setting

rabbitmq = Service("RABBITMQ_URL", auth=lambda: (setting("RABBITMQ_USER"), setting("RABBITMQ_PASSWORD")))
BINDING = "claim.#"


def _queue(name: str) -> str:
    return f"/api/queues/{setting('RABBITMQ_VHOST')}/{name}"


def a_queue(queue: str = "audit") -> dict[str, str]:
    """The queue is there, bound to the exchange `claims` by `claim.#`, and empty."""
    host = setting("RABBITMQ_VHOST")
    rabbitmq.call("PUT", _queue(queue), json={"durable": True})
    rabbitmq.call("POST", f"/api/bindings/{host}/e/claims/q/{queue}", json={"routing_key": BINDING})
    rabbitmq.call("DELETE", f"{_queue(queue)}/contents")
    return {"queue": queue, "vhost": host}


def no_queue(queue: str = "nobody") -> dict[str, str]:
    rabbitmq.call("DELETE", _queue(queue), expect=(204, 404))
    return {"queue": queue, "vhost": setting("RABBITMQ_VHOST")}


def a_message(queue: str = "audit", body: Any = None) -> dict[str, str]:
    """One message waits in the queue, and no other."""
    found = a_queue(queue)
    message = {
        "properties": {"content_type": "application/json"},
        "routing_key": queue,
        "payload": json.dumps(body if body is not None else {"decision": "approve"}),
        "payload_encoding": "string",
    }
    rabbitmq.call("POST", f"/api/exchanges/{found['vhost']}/amq.default/publish", json=message)
    return found


states = {
    "queue audit exists": a_queue,
    "no queue nobody exists": no_queue,
    "a message waits in queue audit": a_message,
}
