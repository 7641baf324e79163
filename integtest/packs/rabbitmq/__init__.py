"""RabbitMQ: messages on a queue, and the management API that publishes and takes them.

What a consumer relies on: publishing answers 200 also when no queue takes the message; only `routed: true` says
that it is kept anywhere. A message may be delivered again (`redelivered`), so that acting on it happens once for
each `message_id`. Taking messages over the management API is for tests and tools: what was acknowledged there is
gone.

Source: RabbitMQ's "Management HTTP API" (/api/exchanges/{vhost}/{name}/publish, /api/queues/{vhost}/{name}/get,
the object on errors), AMQP 0-9-1 (basic properties, basic.deliver).

Deviations, by argument: `vhost=` and `exchange=` as they are named with you; `status=` for an exchange that is
not there, which older versions answer with 400.
"""

from __future__ import annotations

from integtest.packs.rabbitmq.calls import (
    bad_login,
    bad_publish,
    declare_queue,
    empty,
    message,
    no_exchange,
    no_queue,
    publish,
    queue_differs,
    take,
    unrouted,
)
from integtest.packs.rabbitmq.models import KEY, BrokerError, Publish, Routed, Taken, Unrouted

__all__ = [
    "KEY",
    "BrokerError",
    "Publish",
    "Routed",
    "Taken",
    "Unrouted",
    "bad_login",
    "bad_publish",
    "declare_queue",
    "empty",
    "message",
    "no_exchange",
    "no_queue",
    "publish",
    "queue_differs",
    "take",
    "unrouted",
]
