"""Prometheus' query API, Alertmanager's API v2, and traces for an OpenTelemetry collector."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Failing, Reply

metrics = Contract(consumer="claims-assistant", provider="prometheus", kind="monitoring", env="PROMETHEUS_URL")
alerting = Contract(consumer="claims-assistant", provider="alertmanager", kind="monitoring", env="ALERTMANAGER_URL")
telemetry = Contract(consumer="claims-assistant", provider="telemetry", kind="monitoring", env="OTLP_URL")

ERRORS = "examples.claims_assistant.errors"
failing = Failing(raises=(f"{ERRORS}:MonitoringUnavailable", f"{ERRORS}:BadQuery"), within="10s", calls=3)


class Sample(BaseModel):
    """One series of an instant vector; `value` is [unix seconds, the number as text]."""

    metric: dict[str, str] = Field(examples=[{"__name__": "up"}])
    value: tuple[float, str] = Field(examples=[(1735689600.781, "1")])


class Vector(BaseModel):
    resultType: Literal["vector"]  # noqa: N815 the API's own name
    result: list[Sample]


class QueryResult(BaseModel):
    status: Literal["success"]
    data: Vector


class EmptyVector(BaseModel):
    resultType: Literal["vector"]  # noqa: N815 the API's own name
    result: list[Sample] = Field(max_length=0, examples=[[]])


class NoSamples(BaseModel):
    status: Literal["success"]
    data: EmptyVector


class QueryError(BaseModel):
    status: Literal["error"]
    errorType: Literal["bad_data"]  # noqa: N815 the API's own name
    error: str = Field(min_length=1)


class AlertStatus(BaseModel):
    state: Literal["unprocessed", "active", "suppressed"]


class Alert(BaseModel):
    fingerprint: str = Field(min_length=1, examples=["a1b2c3d4e5f60718"])
    labels: dict[str, str] = Field(examples=[{"alertname": "ModelErrorRateHigh"}])
    status: AlertStatus


class Silence(BaseModel):
    silenceID: str = Field(min_length=1, examples=["2f1c9f5e-5c59-4a53-9d1b-6a0f3c1f0f9a"])  # noqa: N815


query_value = metrics.http(
    "answers an instant query with samples",
    request=GET("/api/v1/query", query={"query": "vector(1)"}),
    reply=Reply(200, QueryResult),
    failing=failing,
)

query_nothing = metrics.http(
    "answers an instant query that has no samples",
    request=GET("/api/v1/query", query={"query": "absent_metric_of_nobody"}),
    reply=Reply(200, NoSamples),
    failing=failing,
)

refuse_query = metrics.http(
    "refuses a malformed query",
    request=GET("/api/v1/query", query={"query": "{"}),
    reply=Reply(400, QueryError),
    failing=failing,
)

fire_alert = alerting.http(
    "takes an alert",
    request=POST(
        "/api/v2/alerts",
        json=[
            {
                "labels": {"alertname": "ClaimsAssistantCheck", "severity": "info"},
                "annotations": {"summary": "a check"},
            }
        ],
    ),
    reply=Reply(200),
    repeatable=True,
    failing=failing,
)

list_alerts = alerting.http(
    "lists the alerts of a name",
    request=GET("/api/v2/alerts", query={"active": "true", "filter": 'alertname="ClaimsAssistantCheck"'}),
    reply=Reply(200, list[Alert]),
    failing=failing,
)

refuse_filter = alerting.http(
    "refuses a filter that is none",
    request=GET("/api/v2/alerts", query={"active": "true", "filter": 'alertname="""'}),
    reply=Reply(400),
    failing=failing,
)

silence_alert = alerting.http(
    "silences an alert",
    request=POST(
        "/api/v2/silences",
        json={
            "matchers": [{"name": "alertname", "value": "ClaimsAssistantCheck", "isRegex": False}],
            "startsAt": "2099-01-01T00:00:00+00:00",
            "endsAt": "2099-01-01T01:00:00+00:00",
            "createdBy": "claims-assistant",
            "comment": "maintenance",
        },
    ),
    reply=Reply(200, Silence),
    failing=failing,
)

export_spans = telemetry.http(
    "takes spans",
    request=POST("/v1/traces", content_type="application/x-protobuf"),
    reply=Reply(200),
    repeatable=True,
    pending=True,
    comments="no collector is among the services: kept by the consumer's tests alone",
    failing=Failing(within="10s"),
)
