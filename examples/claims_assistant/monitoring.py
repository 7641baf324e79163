"""What the assistant tells its operators, and asks of them: Prometheus and Alertmanager."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from examples.claims_assistant.errors import BadQuery, MonitoringUnavailable
from examples.claims_assistant.http import Provider


class Metrics:
    """Reads one number from Prometheus' query API."""

    def __init__(self, base: str) -> None:
        self._provider = Provider(base, MonitoringUnavailable)

    def value(self, query: str) -> float | None:
        """The first sample of an instant query, None when there is none; BadQuery when it is malformed."""
        response = self._provider.send("GET", "/api/v1/query", params={"query": query})
        body = self._provider.json(response)
        if response.status_code == 400:
            raise BadQuery(f"{body.get('errorType')}: {body.get('error')}")
        try:
            samples = body["data"]["result"]
            return float(samples[0]["value"][1]) if samples else None
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise MonitoringUnavailable("the query reply has no samples to read") from error


class Alerts:
    """Raises, lists and silences alerts in Alertmanager (API v2)."""

    def __init__(self, base: str) -> None:
        self._provider = Provider(base, MonitoringUnavailable)

    def fire(self, labels: Mapping[str, str], summary: str) -> None:
        """Send one alert; Alertmanager merges repeats by their labels."""
        alert = {"labels": dict(labels), "annotations": {"summary": summary}}
        self._expect(self._provider.send("POST", "/api/v2/alerts", json=[alert]).status_code, "alert")

    def active(self, name: str) -> list[str]:
        """Fingerprints of the alerts of that name which fire now."""
        params = {"active": "true", "filter": f'alertname="{name}"'}
        response = self._provider.send("GET", "/api/v2/alerts", params=params)
        self._expect(response.status_code, "list")
        try:
            return [str(alert["fingerprint"]) for alert in response.json()]
        except (KeyError, TypeError, ValueError) as error:
            raise MonitoringUnavailable("the alert list cannot be read") from error

    def silence(self, name: str, until: timedelta, now: datetime, reason: str) -> str:
        """Silence an alert from `now` (with a zone); the silence's id."""
        body = {
            "matchers": [{"name": "alertname", "value": name, "isRegex": False}],
            "startsAt": now.isoformat(),
            "endsAt": (now + until).isoformat(),
            "createdBy": "claims-assistant",
            "comment": reason,
        }
        response = self._provider.send("POST", "/api/v2/silences", json=body)
        self._expect(response.status_code, "silence")
        try:
            return str(self._provider.json(response)["silenceID"])
        except KeyError as error:
            raise MonitoringUnavailable("the silence has no id") from error

    @staticmethod
    def _expect(status: int, what: str) -> None:
        if status != 200:
            raise MonitoringUnavailable(f"{what}: status {status}")
