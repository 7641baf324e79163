"""What the claims assistant relies on from Alertmanager."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from integtest import DELETE, GET, Contract, Reply, from_state

alerts = Contract(consumer="claims-assistant", provider="alerts", kind="monitoring", env="ALERTMANAGER_URL")
SILENCE = {"id": from_state("id", example="00000000-0000-4000-8000-000000000000")}


class Status(BaseModel):
    state: Literal["active"]


class Alert(BaseModel):
    labels: dict[str, str]
    status: Status


class Silence(BaseModel):
    id: str
    status: Status


alerts.http(
    "shows what fires",
    given="an alert fires",
    request=GET("/api/v2/alerts", query={"active": "true", "silenced": "false"}),
    reply=Reply(200, list[Alert]),
)
alerts.http(
    "shows a silence",
    given="a silence exists",
    request=GET("/api/v2/silence/{id}", path=SILENCE),
    reply=Reply(200, Silence),
)
alerts.http(
    "ends a silence",
    given="a silence exists",
    request=DELETE("/api/v2/silence/{id}", path=SILENCE),
    reply=Reply(200),
)
alerts.http(
    "knows no other silence",
    given="no such silence exists",
    request=GET("/api/v2/silence/{id}", path=SILENCE),
    reply=Reply(404),
)
alerts.http("refuses a filter that is none", request=GET("/api/v2/alerts", query={"filter": "="}), reply=Reply(400))
