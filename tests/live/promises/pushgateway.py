"""The Pushgateway: metrics that batch jobs leave behind (API of version 1.5, text exposition format 0.0.4)."""

from typing import Literal

from pydantic import BaseModel, Field

from integtest import DELETE, GET, POST, Contract, Reply, match

metrics = Contract(consumer="live-tests", provider="batch", kind="monitoring")

TEXT = "text/plain; version=0.0.4"


class Group(BaseModel):
    """One group of metrics, by its labels; metrics beside them are under their own names."""

    labels: dict[str, str] = Field(examples=[{"job": "claims-batch"}])
    last_push_successful: bool


class Groups(BaseModel):
    status: Literal["success"]
    data: list[Group]


push = metrics.http(
    "takes a job's metrics",
    request=POST("/metrics/job/claims-batch", text="claims_decided_total 3\n", content_type=TEXT),
    reply=Reply(200),
    repeatable=True,
)
read = metrics.http("lists the groups that were pushed", request=GET("/api/v1/metrics"), reply=Reply(200, Groups))
refuse = metrics.http(
    "refuses what is no exposition",
    request=POST("/metrics/job/claims-batch", text="claims decided total three\n", content_type=TEXT),
    reply=Reply(400, match.includes("text format parsing error")),
    repeatable=True,
)
forget = metrics.http(
    "forgets a job's group", request=DELETE("/metrics/job/claims-forgotten"), reply=Reply(202), repeatable=True
)
