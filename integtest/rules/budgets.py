"""Latency budgets against the samples seen. What too few samples cannot tell is said, never judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from integtest.model.contract import Interaction
from integtest.model.finding import Finding
from integtest.model.http import Place
from integtest.rules.verification import finding

NEEDED = {"p50": 5, "p95": 20, "p99": 100, "max": 1}
"""Samples that a percentile needs: with fewer than 20, the 95th is just the slowest (nearest rank)."""
_PERCENT = {"p50": 50, "p95": 95, "p99": 99, "max": 100}


@dataclass(frozen=True)
class Budgeted:
    """What became of one budget: findings, and the limits that had too few samples."""

    findings: tuple[Finding, ...] = ()
    unjudged: tuple[str, ...] = ()


def judge(interaction: Interaction, seconds: Sequence[float], source: Literal["live", "recorded"]) -> Budgeted:
    """Holds the latencies of one source, in seconds, against the interaction's budget. A recording tells of the day
    it was made, so that what it exceeds is a warning; `throughput` needs a load test, and is not judged."""
    budget = interaction.budget
    if budget is None or not seconds:
        return Budgeted()
    ranked = sorted(seconds)
    found, unjudged = [], []
    for name, needed in NEEDED.items():
        limit = getattr(budget, name)
        if limit is None:
            continue
        if len(ranked) < needed:
            unjudged.append(name)
            continue
        value = ranked[-(-len(ranked) * _PERCENT[name] // 100) - 1]
        if value > limit:
            found.append(_exceeded(interaction, name, limit, value, len(ranked), source))
    return Budgeted(tuple(found), tuple(unjudged))


def note(unjudged: Sequence[tuple[str, int]]) -> str | None:
    """One line for all limits without enough samples, given as pairs of limit and samples; None without any."""
    if not unjudged:
        return None
    limits = sorted({name for name, _ in unjudged}, key=list(NEEDED).index)
    needs = ", ".join(f"{name} needs {NEEDED[name]}" for name in limits)
    most = max(samples for _, samples in unjudged)
    count = f"{len(unjudged)} latency limit{'s were' if len(unjudged) > 1 else ' was'}"
    return f"{count} not judged for want of samples: {needs}, seen {most} at most"


def _exceeded(
    interaction: Interaction,
    name: str,
    limit: float,
    value: float,
    samples: int,
    source: Literal["live", "recorded"],
) -> Finding:
    shown, allowed = _milliseconds(value), _milliseconds(limit)
    what = "the slowest" if name == "max" else name
    over = f"over {samples} {source} sample{'s' if samples > 1 else ''}"
    return finding(
        "budget-exceeded",
        f"{what} took {shown}, the budget is {allowed} ({over})",
        interaction=interaction,
        severity="error" if source == "live" else "warning",
        location=Place(file=interaction.place.file, line=interaction.place.line, pointer=f"budget.{name}"),
        expected=allowed,
        actual=shown,
        hint="make the provider faster, or give the interaction a budget that its callers can live with",
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.4g} ms"
