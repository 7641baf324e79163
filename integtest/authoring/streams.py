"""Stream: a reply that comes as a sequence of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integtest.authoring.places import refuse
from integtest.authoring.replies import Reply
from integtest.model.events import StreamFormat
from integtest.model.http import media_type

_LINES = ("application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-seq")
_COUNTS = 1000


@dataclass(frozen=True, init=False)
class Event:
    """One kind of event of a `Stream`.

    `name` is that of a server-sent event (`event: message_stop`); None asks for none. `data` is what a `Reply`'s
    body may be: a pydantic model, a JSON Schema or an example with matchers; text is to come exactly so, None
    promises nothing of the data. It comes from `least` to `most` times at its place; `most=None` is without end.
    """

    name: str | None
    data: Any
    example: Any
    least: int
    most: int | None

    def __init__(
        self,
        name: str | None = None,
        data: Any = None,
        *,
        example: Any = None,
        least: int = 1,
        most: int | None = 1,
    ) -> None:
        if name is not None and (not isinstance(name, str) or not name or set(name) & set("\r\n\0")):
            refuse(
                f"Event({name!r}) has no name of an event",
                'write Event("message_stop", Model) or Event(None, Model)',
            )
        if name is None and data is None:
            refuse("an Event without a name and without data is any event", "say one of them")
        fields = {"name": name, "data": data, "example": example}
        for field, value in {**fields, **_counts(least, most)}.items():
            object.__setattr__(self, field, value)


@dataclass(frozen=True)
class Events:
    """Several parts of a stream; made by `in_order` and `any_of`."""

    parts: tuple[Any, ...]
    either: bool
    least: int
    most: int | None


def in_order(*parts: Any, least: int = 1, most: int | None = 1) -> Events:
    """Parts of a stream (events, models, further groups) that follow each other; that from `least` to `most`
    times, `most=None` without end."""
    return _group(parts, either=False, **_counts(least, most))


def any_of(*parts: Any, least: int = 1, most: int | None = None) -> Events:
    """One of several parts of a stream; that from `least` to `most` times, so that they may come in any order."""
    return _group(parts, either=True, **_counts(least, most))


def _group(parts: tuple[Any, ...], *, either: bool, least: int, most: int | None) -> Events:
    if not parts:
        refuse("a group of a stream's events holds none", "name the events that it is made of")
    return Events(parts, either, least, most)


def _counts(least: int, most: int | None) -> dict[str, Any]:
    for value in (least, 1 if most is None else most):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _COUNTS:
            refuse(f"{value!r} is no number of events", f"write 0 to {_COUNTS}, or most=None for no limit")
    if most is not None and most < max(least, 1):
        refuse(f"least={least} and most={most}: an event that never comes", "give most= at least least=, and 1")
    return {"least": least, "most": most}


@dataclass(frozen=True, init=False)
class Stream:
    """What the consumer relies on in a streamed answer: server-sent events, or JSON Lines by `content_type`.

    `frames` is a model (or what an `Event`'s data may be), which comes once or more; a list of them, which come in
    that order, each once unless its `Event` says otherwise; or `in_order(…)` and `any_of(…)`. `end` is the terminal
    event: text that comes exactly so ("[DONE]") or an `Event`; a stream that stops without it was cut. None ends
    with the body. `optional` may come anywhere before the end. `tolerant=True` lets events come that nobody
    promised. `example` is a list of the events to serve: data, or `Event(name, data)`; else a short sequence is
    made of the models. `status` and `headers` are as in `Reply`.
    """

    reply: Reply
    frames: Any
    end: Event | None
    optional: tuple[Any, ...]
    tolerant: bool
    example: tuple[Any, ...] | None
    content_type: str

    def __init__(
        self,
        status: int | str | list[int] = 200,
        *,
        frames: Any,
        end: str | Event | None = None,
        optional: Sequence[Any] = (),
        tolerant: bool = False,
        example: Sequence[Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        content_type: str = "text/event-stream",
    ) -> None:
        if media_type(content_type) not in ("text/event-stream", *_LINES):
            refuse(
                f"{content_type!r} is no stream of events", f"it is text/event-stream or one of {', '.join(_LINES)}"
            )
        if not isinstance(optional, Sequence) or isinstance(optional, str):
            refuse("optional= takes a list of events", "write optional=[Usage]")
        for field, value in {
            "reply": Reply(status, headers=headers),
            "frames": frames,
            "end": _end(end),
            "optional": tuple(optional),
            "tolerant": tolerant,
            "example": None if example is None else tuple(example),
            "content_type": content_type,
        }.items():
            object.__setattr__(self, field, value)

    @property
    def format(self) -> StreamFormat:
        """How events stand on the wire."""
        return "jsonl" if media_type(self.content_type) in _LINES else "sse"


def _end(end: str | Event | None) -> Event | None:
    if end is None or isinstance(end, Event):
        return end
    if not isinstance(end, str) or not end:
        refuse(f"end={end!r:.80} is no terminal event", 'write end="[DONE]", or end=Event("message_stop", Model)')
    return Event(None, end)
