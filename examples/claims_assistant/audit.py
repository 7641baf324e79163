"""Who did what, told to an audit trail that may be away: events wait in a file, and go out in their order."""

from __future__ import annotations

import asyncio
import json
import os
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examples.claims_assistant.broker import Broker
from examples.claims_assistant.errors import AuditUnavailable

KEY = "claim.audit"
KIND = "application/cloudevents+json"
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b[A-Z]{2}\d{2}[A-Z0-9 ]{10,30}\b|\+?\d[\d ()/-]{7,}\d")


class AuditTrail:
    """Events on this machine's disk first (in memory without a file), then at the sink: an outage loses none."""

    def __init__(self, broker: Broker, spool: Path | None) -> None:
        self._broker, self._spool = broker, spool
        self._waiting = _read(spool)
        self._lock = asyncio.Lock()
        if self._waiting:
            self._keep()  # without the line that a crash cut

    @property
    def waiting(self) -> int:
        """How many events the sink does not have yet."""
        return len(self._waiting)

    def record(self, action: str, claim_id: str, outcome: str, reason: str = "", **more: str) -> dict[str, Any]:
        """Note an act; on the disk when this returns. Content goes in as hashes, never as text."""
        event = _event(action, claim_id, outcome, _redacted(reason), more)
        self._waiting.append(event)
        if self._spool:
            with self._spool.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(event) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        return event

    async def drain(self) -> int:
        """Send what waits, the oldest first, each under its own id; how many went. AuditUnavailable leaves the rest
        waiting."""
        sent = 0
        async with self._lock:
            try:
                while self._waiting:
                    event = self._waiting[0]
                    await self._broker.publish(KEY, event["id"], event, KIND)
                    self._waiting.pop(0)
                    sent += 1
            finally:
                if sent:
                    self._keep()
        return sent

    async def try_to_drain(self) -> None:
        """The same for who has something else to do: what does not go now goes with the next event."""
        try:
            await self.drain()
        except AuditUnavailable:
            return

    def _keep(self) -> None:
        """What still waits, swapped in as a whole: a crash leaves the old file, and repeats at most."""
        if self._spool:
            new = self._spool.with_suffix(".new")
            new.write_text("".join(json.dumps(event) + "\n" for event in self._waiting), "utf-8")
            new.replace(self._spool)


def _event(action: str, claim_id: str, outcome: str, reason: str, more: Mapping[str, str]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/claims-assistant",
        "type": "audit.action",
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "actor": {"type": "service", "id": "claims-assistant"},
            "action": action,
            "resource": {"type": "claim", "id": claim_id},
            "outcome": outcome,
            **({"reason": reason} if reason else {}),
            **more,
        },
    }


def _redacted(text: str) -> str:
    """Without e-mail addresses, account and telephone numbers."""
    return _PERSONAL.sub("[redacted]", text)


def _read(spool: Path | None) -> list[dict[str, Any]]:
    """What an earlier run left; a line that was cut by a crash is no event."""
    if not spool or not spool.exists():
        return []
    found = []
    for line in spool.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
