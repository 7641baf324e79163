"""What the assistant tells its operators, and asks of them: Prometheus and Alertmanager."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, RootModel, ValidationError

from examples.claims_assistant.errors import BadQuery, MonitoringUnavailable
from examples.claims_assistant.http import Promised, Provider, Strict


class Vector(Promised):
    """Samples of an instant query: each [unix seconds, the number as text]."""

    class Sample(Promised):
        value: tuple[float, str] = Field(strict=False)

    resultType: Literal["vector"]  # noqa: N815 - the API's own name
    result: list[Sample]


class Found(Promised):
    """Prometheus' reply to a query."""

    status: Literal["success"]
    data: Vector


class Complaint(Strict):
    """Prometheus' reply to a query that it cannot read."""

    status: Literal["error"]
    errorType: str  # noqa: N815 - the API's own name
    error: str


class Metrics:
    """Reads one number from Prometheus' query API."""

    def __init__(self, base: str) -> None:
        self._provider = Provider(base, MonitoringUnavailable)

    async def value(self, query: str) -> float | None:
        """The first sample of an instant query, None when there is none; BadQuery when it is malformed."""
        response = await self._provider.send("GET", "/api/v1/query", params={"query": query})
        if response.status_code == 400:
            told = self._provider.read(response, Complaint, 400)
            raise BadQuery(f"{told.errorType}: {told.error}")
        samples = self._provider.read(response, Found).data.result
        try:
            return float(samples[0].value[1]) if samples else None
        except ValueError:
            raise MonitoringUnavailable("the sample is no number") from None


class Alert(Promised):
    """One alert of the list."""

    class Status(Promised):
        state: Literal["unprocessed", "active", "suppressed"]

    fingerprint: str = Field(min_length=1)
    labels: dict[str, str]
    status: Status


class Alerts:
    """Raises, lists and silences alerts in Alertmanager (API v2)."""

    class Made(Promised):
        silenceID: str = Field(min_length=1)  # noqa: N815 - the API's own name

    def __init__(self, base: str) -> None:
        self._provider = Provider(base, MonitoringUnavailable)

    async def fire(self, labels: Mapping[str, str], summary: str) -> None:
        """Send one alert; Alertmanager merges repeats by their labels."""
        alert = {"labels": dict(labels), "annotations": {"summary": summary}}
        self._expect(
            (await self._provider.send("POST", "/api/v2/alerts", again=True, json=[alert])).status_code, "alert"
        )

    async def active(self, name: str) -> list[str]:
        """Fingerprints of the alerts of that name which fire now."""
        params = {"active": "true", "filter": f'alertname="{name}"'}
        response = await self._provider.send("GET", "/api/v2/alerts", params=params)
        self._expect(response.status_code, "list")
        try:
            found = RootModel[list[Alert]].model_validate_json(response.content, strict=True).root
        except ValidationError:
            raise MonitoringUnavailable("the alert list cannot be read") from None
        return [alert.fingerprint for alert in found]

    async def silence(self, name: str, until: timedelta, now: datetime, reason: str) -> str:
        """Silence an alert from `now` (with a zone); the silence's id."""
        body = {
            "matchers": [{"name": "alertname", "value": name, "isRegex": False}],
            "startsAt": now.isoformat(),
            "endsAt": (now + until).isoformat(),
            "createdBy": "claims-assistant",
            "comment": reason,
        }
        response = await self._provider.send("POST", "/api/v2/silences", json=body)
        return self._provider.read(response, self.Made).silenceID

    @staticmethod
    def _expect(status: int, what: str) -> None:
        if status != 200:
            raise MonitoringUnavailable(f"{what}: status {status}")
