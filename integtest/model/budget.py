"""Latency and throughput that an interaction must keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from integtest.model.base import Frozen

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(value: Any) -> float:
    """Seconds of a duration: a number of seconds, or text such as "300ms", "1.5s", "2m", "30d"; else ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", str(value))
    if not found or found[2] not in _UNITS:
        raise ValueError(f'{value!r} is not a duration: write "300ms", "1.5s", "2m" or "30d"')
    return float(found[1]) * _UNITS[found[2]]


Duration = Annotated[float, BeforeValidator(seconds), Field(gt=0)]
"""Seconds, written as a number or as text with a unit."""


class Budget(Frozen):
    """Latency at percentiles, in seconds ("300ms" is accepted), and requests per second."""

    p50: Duration | None = None
    p95: Duration | None = None
    p99: Duration | None = None
    max: Duration | None = None
    throughput: Annotated[float, Field(gt=0)] | None = None

    if TYPE_CHECKING:  # what is given may be text; what is kept are seconds

        def __init__(
            self,
            *,
            p50: float | str | None = None,
            p95: float | str | None = None,
            p99: float | str | None = None,
            max: float | str | None = None,  # noqa: A002
            throughput: float | None = None,
        ) -> None: ...
