"""What the claims assistant relies on from Prometheus."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from integtest import GET, Contract, Reply, from_state

metrics = Contract(consumer="claims-assistant", provider="metrics", kind="monitoring", env="PROMETHEUS_URL")


class Series(BaseModel):
    metric: dict[str, str]
    value: tuple[float, Literal["7"]]


class Found(BaseModel):
    resultType: Literal["vector"]
    result: list[Series] = Field(min_length=1, max_length=1)


class Nothing(BaseModel):
    resultType: Literal["vector"]
    result: list[Any] = Field(max_length=0)


class Answer(BaseModel):
    status: Literal["success"]
    data: Found


class Empty(BaseModel):
    status: Literal["success"]
    data: Nothing


class Refusal(BaseModel):
    status: Literal["error"]
    errorType: Literal["bad_data"]
    error: str


def ask(query: Any) -> Any:
    return GET("/api/v1/query", query={"query": query})


held = from_state("query", example='claims_answered_total{job="state-1"}')
metrics.http("tells a figure", given="a metric was pushed", request=ask(held), reply=Reply(200, Answer))
metrics.http("finds nothing", given="no such metric exists", request=ask(held), reply=Reply(200, Empty))
metrics.http("refuses a query that is none", request=ask("{"), reply=Reply(400, Refusal))
