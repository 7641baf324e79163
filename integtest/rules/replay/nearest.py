"""The recording that comes nearest to a request that has none, and what differs."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from integtest.model.base import Frozen
from integtest.model.http import Exchange, Request
from integtest.rules.replay.bodies import json_value

if TYPE_CHECKING:
    from integtest.rules.replay.keys import Keys

_CANDIDATES = 200
"""Recordings looked at closely; the rest is passed over, so that a miss stays quick in a large cassette."""
_CLIP = 80
_ABSENT = object()


class Miss(Frozen):
    """Why no recording answers, without secrets. An empty cassette has no nearest recording."""

    played: int = 0
    """How many recordings of this very request were there and are all played."""
    recorded: int = 0
    nearest: Exchange | None = None
    differences: tuple[str, ...] = ()

    def told(self) -> str:
        """The reason in words, without the request itself."""
        if self.played:
            return f"its {self.played} recording{'s were' if self.played > 1 else ' was'} played already"
        if self.nearest is None:
            return "the cassette is empty" if not self.recorded else "no recording is like it"
        near = f"{self.nearest.request.method} {_shown(self.nearest.request.url)}"
        return "\n".join([f"nearest of {self.recorded}: {near}", *(f"  {line}" for line in self.differences)])


def explain(request: Request, exchanges: Sequence[Exchange], keys: Keys, played: int) -> Miss:
    """The reason, with the nearest recording: same path first, then fewest parts that differ."""
    if played or not exchanges:
        return Miss(played=played, recorded=len(exchanges))
    sent = keys.parts(request)
    nearest = min(_candidates(request, exchanges), key=lambda e: _distance(sent, keys.parts(e.request)))
    masked = nearest.model_copy(update={"request": keys.masked(nearest.request)})
    lines = _differences(sent, keys.parts(nearest.request), keys.masked(request), masked.request)
    return Miss(recorded=len(exchanges), nearest=masked, differences=tuple(lines))


def _candidates(request: Request, exchanges: Sequence[Exchange]) -> Sequence[Exchange]:
    path = request.path
    same = [e for e in exchanges if e.request.path == path]
    if same:
        return same[:_CANDIDATES]
    method = [e for e in exchanges if e.request.method.upper() == request.method.upper()] or list(exchanges)
    sized = sorted(method[: _CANDIDATES * 10], key=lambda e: abs(len(e.request.path) - len(path)))
    return sized[:_CANDIDATES]


def _distance(sent: dict[str, Hashable], recorded: dict[str, Hashable]) -> float:
    total = 0.0
    for part, value in sent.items():
        other = recorded.get(part)
        if value != other:
            total += 1 + (1 - SequenceMatcher(None, str(value)[:500], str(other)[:500]).quick_ratio())
    return total


def _differences(
    sent: dict[str, Hashable], recorded: dict[str, Hashable], request: Request, near: Request
) -> Iterator[str]:
    for part, value in sent.items():
        other = recorded.get(part)
        if value == other:
            continue
        if part == "query":
            yield from _pairs(dict(_rows(other)), dict(_rows(value)), "query ")
        elif part == "body" and isinstance(json_value(request), dict | list) and json_value(near) is not None:
            yield from _json_lines(json_value(near), json_value(request), "")
        else:
            yield f"{part}: recorded {_clip(other)}, sent {_clip(value)}"


def _rows(value: Any) -> Iterator[tuple[str, str]]:
    yield from value or ()


def _pairs(recorded: dict[str, Any], sent: dict[str, Any], prefix: str) -> Iterator[str]:
    for name in sorted({*recorded, *sent}):
        old, new = recorded.get(name, _ABSENT), sent.get(name, _ABSENT)
        if old != new:
            yield f"{prefix}{name}: recorded {_clip(old)}, sent {_clip(new)}"


def _json_lines(recorded: Any, sent: Any, pointer: str) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(sent, dict):
        for key in sorted({*recorded, *sent}):
            step = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from _json_lines(recorded.get(key, _ABSENT), sent.get(key, _ABSENT), step)
    elif isinstance(recorded, list) and isinstance(sent, list) and len(recorded) == len(sent):
        for number, (old, new) in enumerate(zip(recorded, sent, strict=True)):
            yield from _json_lines(old, new, f"{pointer}/{number}")
    elif recorded is _ABSENT or sent is _ABSENT or recorded != sent:
        yield f"body {pointer or '/'}: recorded {_clip(recorded)}, sent {_clip(sent)}"


def _clip(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _CLIP else text[: _CLIP - 1] + "…"


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
