"""Messages for others, published through RabbitMQ's management API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from examples.claims_assistant.errors import ProviderUnavailable
from examples.claims_assistant.http import Promised, Provider

EXCHANGE = "claims"


class Published(Promised):
    """Whether a queue took it: a message that nobody takes is lost."""

    routed: bool


class Broker:
    """One exchange of one virtual host."""

    def __init__(
        self, base: str, user: str, password: str, unavailable: type[ProviderUnavailable], host: str = "claims"
    ) -> None:
        self._provider = Provider(base, unavailable, deadline=6.0)
        self._auth = httpx.BasicAuth(user, password)
        self._path = f"/api/exchanges/{host}/{EXCHANGE}/publish"

    async def publish(self, key: str, message_id: str, content: Mapping[str, Any], kind: str) -> None:
        """Publish once or more: who reads tells repeats by `message_id`. Raises unless a queue has it."""
        properties = {"message_id": message_id, "content_type": kind, "delivery_mode": 2}
        body = {
            "properties": properties,
            "routing_key": key,
            "payload": json.dumps(content, sort_keys=True),
            "payload_encoding": "string",
        }
        sent = await self._provider.send("POST", self._path, again=True, json=body, auth=self._auth)
        if not self._provider.read(sent, Published).routed:
            raise self._provider.unavailable(f"nobody takes {key}")
