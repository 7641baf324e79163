"""RabbitMQ 3.10, with a queue of its own: other tests use others at the same time."""

from __future__ import annotations

from typing import Any

from integtest import Contract, State, packs

broker = Contract(consumer="claims", provider="broker", kind="messages", env="RABBITMQ_URL")
QUEUE = "pack-test"
here: dict[str, Any] = {"vhost": "claims"}
exists = State("queue audit exists", queue=QUEUE)
packs.rabbitmq.publish(broker, given=exists, **here)
packs.rabbitmq.unrouted(broker, given=None, **here)
packs.rabbitmq.take(broker, queue=QUEUE, given=State("a message waits in queue audit", queue=QUEUE), **here)
packs.rabbitmq.empty(broker, queue=QUEUE, given=exists, **here)
packs.rabbitmq.declare_queue(broker, queue=QUEUE, **here)
packs.rabbitmq.queue_differs(broker, queue=QUEUE, given=exists, **here)
packs.rabbitmq.unrouted(broker, exchange="amq.topic", given=None, description="keeps none in the host /")
packs.rabbitmq.bad_login(broker, **here)
packs.rabbitmq.bad_publish(broker, **here)
packs.rabbitmq.no_exchange(broker, status=400, given=None, **here)
packs.rabbitmq.no_queue(broker, given="no queue nobody exists", **here)
