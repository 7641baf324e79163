"""The alerts' states (Alertmanager's API v2)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from examples.states.service import Service, fresh

alertmanager = Service("ALERTMANAGER_URL")


def an_alert(alertname: str = "") -> Iterator[dict[str, str]]:
    """An alert of its own fires, by the label `alertname`."""
    name = alertname or fresh("StateMade")
    _post(name, datetime.now(UTC) + timedelta(minutes=5))
    yield {"alertname": name}
    _post(name, datetime.now(UTC))


def a_silence(alertname: str = "") -> Iterator[dict[str, str]]:
    """A silence of its own holds, of the label `alertname`."""
    now = datetime.now(UTC)
    name = alertname or fresh("StateMade")
    body = {
        "matchers": [{"name": "alertname", "value": name, "isRegex": False, "isEqual": True}],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(minutes=5)).isoformat(),
        "createdBy": "provider-state",
        "comment": "made for one interaction",
    }
    silence = str(alertmanager.call("POST", "/api/v2/silences", json=body)["silenceID"])
    yield {"id": silence, "alertname": name}
    alertmanager.call("DELETE", f"/api/v2/silence/{silence}")


def no_silence() -> dict[str, str]:
    """The id of a silence that there is not."""
    return {"id": str(uuid.uuid4())}


def _post(name: str, ends: datetime) -> None:
    alertmanager.call("POST", "/api/v2/alerts", json=[{"labels": {"alertname": name}, "endsAt": ends.isoformat()}])


states = {
    "an alert fires": an_alert,
    "a silence exists": a_silence,
    "no such silence exists": no_silence,
}
