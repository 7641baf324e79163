"""A request that nothing promises: the nearest interaction, and what differs from it in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from integtest.adapters.wire.masks import mask_mismatch
from integtest.model.contract import HttpInteraction
from integtest.model.finding import Mismatch
from integtest.model.http import Request
from integtest.model.matching import RequestPattern
from integtest.rules.match import RequestJudge
from integtest.rules.match.target import split
from integtest.rules.secrets import mask_request

_LOOKED_AT = 20
"""Interactions that are judged in full to find the nearest."""
_WIDTH = 200
_SHOWN = 12
"""Differences that a report lists."""
_WEIGHTS: Mapping[str, tuple[float, float]] = {
    "method": (12, 12),
    "query": (2, 6),
    "header": (2, 4),
    "body": (1, 6),
}
"""What one difference weighs, and all of its part together at most; a path weighs 10 to 20."""


Why = Literal["unknown", "unexpected", "elsewhere"]
_REASONS: Mapping[Why, str] = {
    "unknown": "no interaction answers {}",
    "unexpected": "{} is promised, but this test does not expect it",
    "elsewhere": "{} goes to another host, where no contract answers",
}


@dataclass(frozen=True, slots=True)
class Miss:
    """Holds no secret: request and differences are masked. `request` is without its body, which may be large; the
    stub's `exchanges` have it."""

    request: Request
    nearest: HttpInteraction | None
    differences: tuple[Mismatch, ...]
    provider: str
    why: Why = "unknown"
    """`unexpected`: `nearest` fits, but is not what the test expects; `elsewhere`: it was sent to another host."""

    @property
    def message(self) -> str:
        """What happened, in one line."""
        what = f"{self.request.method} {self.request.url}"
        return f"{self.provider}: {_REASONS[self.why].format(what)}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The differences, one a line, at most 12."""
        told = [_told(mismatch) for mismatch in self.differences[:_SHOWN]]
        more = len(self.differences) - len(told)
        return (*told, f"… and {more} more") if more else tuple(told)

    def __str__(self) -> str:
        if self.nearest is None:
            return f"{self.message}; the contract has no HTTP interaction"
        where = self.nearest.place
        place = f" ({where.file}:{where.line})" if where.file and where.line else ""
        near = f'  nearest: "{self.nearest.description}"{place}'
        return "\n".join([self.message, near, *(f"    {line}" for line in self.lines)])


def explain(
    request: Request,
    interactions: Sequence[HttpInteraction],
    judges: Sequence[RequestJudge],
    known: Mapping[str, str],
    why: Why = "unknown",
) -> Miss:
    """Why none of `interactions` answers; each has its judge at the same place."""
    masked = mask_request(request.model_copy(update={"body": b""}), known)
    if not interactions:
        return Miss(masked, None, (), "the stub", why)
    path, query = split(request.url)
    names = {name for name, _ in query}
    near = sorted(
        range(len(interactions)), key=lambda n: _distance(request.method, path, names, interactions[n].request)
    )[:_LOOKED_AT]
    judged = [(judges[n].judge(request).mismatches, n) for n in near]
    found, number = min(judged, key=lambda pair: (sum(_weights(pair[0])), pair[1]))
    nearest = interactions[number]
    ordered = sorted(found, key=lambda m: (m.part == "body", m.path if m.part == "body" else ""))
    shown = tuple(mask_mismatch(mismatch, nearest.secrets, known) for mismatch in ordered)
    return Miss(masked, nearest, shown, nearest.contract.provider, why)


def _distance(method: str, path: str, names: set[str], pattern: RequestPattern) -> float:
    """A cheap guess at how far a pattern is from a request."""
    away = 0.0 if method.upper() == pattern.method.upper() else 12.0
    if path != pattern.path:
        away += 10 * (1 - _likeness(path, pattern.path))
    return away + len(names ^ set(pattern.query))


def _likeness(path: str, other: str) -> float:
    """From 0 to 1 by segments, a little more for a common start."""
    pieces, others = path.split("/"), other.split("/")
    same = sum(a == b for a, b in zip(pieces, others, strict=False))
    letters = next((n for n, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), len(path))
    return 0.8 * same / max(len(pieces), len(others)) + 0.2 * letters / max(len(path), len(other), 1)


def _weights(mismatches: Sequence[Mismatch]) -> Iterator[float]:
    counts: dict[str, int] = {}
    for mismatch in mismatches:
        counts[mismatch.part] = counts.get(mismatch.part, 0) + 1
        if mismatch.part == "path":
            alike = SequenceMatcher(None, str(mismatch.expected)[:500], str(mismatch.actual)[:500]).ratio()
            yield 10 + 10 * (1 - alike)
    for part, count in counts.items():
        if part in _WEIGHTS:
            each, most = _WEIGHTS[part]
            yield min(most, each * count)


def _told(mismatch: Mismatch) -> str:
    if mismatch.part in ("header", "query") and mismatch.message.startswith(mismatch.part):
        line = mismatch.message
    else:
        place = mismatch.part if mismatch.part in ("method", "path") else f"{mismatch.part} {mismatch.path}"
        line = f"{place}: {mismatch.message}"
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
