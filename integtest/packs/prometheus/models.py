"""What Prometheus answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

PATH, RANGE_PATH = "/api/v1/query", "/api/v1/query_range"
UP = "up"
VALUE = r"^([+-]?Inf|NaN|[+-]?[0-9.]+(e[+-]?[0-9]+)?)$"
WHEN = r"[0-9]+(\.[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})"
"""Seconds since 1970, or RFC 3339."""
Value = Field(pattern=VALUE, examples=["1"])


class Sample(BaseModel):
    """One series with its value now: when (seconds since 1970), and the number as text."""

    metric: dict[str, str] = Field(examples=[{"__name__": "up", "job": "claims"}])
    value: tuple[float, str] = Field(
        examples=[(1435781451.781, "1")],
        json_schema_extra={"prefixItems": [{"type": "number"}, {"type": "string", "pattern": VALUE}]},
    )


class Series(BaseModel):
    """One series with its values over a range."""

    metric: dict[str, str] = Field(examples=[{"__name__": "up", "job": "claims"}])
    values: list[tuple[float, str]] = Field(min_length=1, examples=[[(1435781430.781, "1"), (1435781445.781, "1")]])


class Vector(BaseModel):
    """What an instant query found: one series at least."""

    resultType: Literal["vector"]  # noqa: N815 - the API's own name
    result: list[Sample] = Field(min_length=1)


class Nothing(BaseModel):
    """What a query found that found nothing."""

    resultType: Literal["vector"]  # noqa: N815
    result: list[Sample] = Field(max_length=0)


class Matrix(BaseModel):
    """What a range query found."""

    resultType: Literal["matrix"]  # noqa: N815
    result: list[Series] = Field(min_length=1)


class Scalar(BaseModel):
    """A number."""

    resultType: Literal["scalar"]  # noqa: N815
    result: tuple[float, str] = Field(examples=[(1435781451.781, "1")])


class Answer(BaseModel):
    """An answer; with warnings, some of the data is missing."""

    status: Literal["success"]
    warnings: list[str] | None = None


class Success(Answer):
    """An answer to an instant query."""

    data: Vector


class NoSamples(Answer):
    """An answer that found nothing."""

    data: Nothing


class Range(Answer):
    """An answer to a range query."""

    data: Matrix


class Number(Answer):
    """An answer to a query whose value is a number."""

    data: Scalar


class Failure(BaseModel):
    """Why there is no answer."""

    status: Literal["error"]
    errorType: str = Field(min_length=1, examples=["bad_data"])  # noqa: N815
    error: str = Field(min_length=1, examples=["invalid parameter"])


class BadData(Failure):
    """The request is wrong."""

    errorType: Literal["bad_data"]  # noqa: N815


class NotExecuted(Failure):
    """The expression cannot be executed."""

    errorType: Literal["execution"]  # noqa: N815


class NoTime(Failure):
    """The query took too long, or was given up."""

    errorType: Literal["timeout", "canceled"]  # noqa: N815
