"""Streams as failure modes see them: each kind of event is a document of its own, broken within the whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any

from integtest.failures.catalogue import Draft, Maker
from integtest.failures.subject import Subject
from integtest.model.events import StreamEvent, StreamFormat, encoded, events_of
from integtest.model.stream import EventPattern


@dataclass(frozen=True)
class EventView(Subject):
    """One event of a promised stream, in the place of a whole reply's document. `index` counts from 0."""

    index: int = 0
    events: tuple[StreamEvent, ...] = ()
    pattern: EventPattern | None = None
    form: StreamFormat = "sse"

    @cached_property
    def document(self) -> Any:
        return _document(self.events[self.index])

    @cached_property
    def has_document(self) -> bool:
        return True

    @cached_property
    def schema(self) -> Mapping[str, Any] | None:
        return self.pattern.json_schema if self.pattern is not None else None

    def within(self, data: bytes) -> bytes:
        """The whole stream with other data in this event."""
        changed = self.events[self.index].model_copy(update={"data": data.decode("utf-8", "surrogatepass")})
        return encoded((*self.events[: self.index], changed, *self.events[self.index + 1 :]), self.form)


def views(subject: Subject) -> list[EventView]:
    """The last event of each kind that the stream promises and its example shows as JSON: the last, since what a
    consumer decides by stands there. In the order of the stream."""
    if subject.stream is None:
        return []
    events = events_of(subject.content, subject.stream.format)
    last: dict[str, EventView] = {}
    for index, event in enumerate(events):
        pattern = subject.stream.likely(event)
        if pattern is not None and pattern.kind == "json" and isinstance(_document(event), dict | list):
            view = EventView(
                subject.interaction, subject.book, subject.seed, index, events, pattern, subject.stream.format
            )
            last[pattern.label] = view
    return sorted(last.values(), key=lambda one: one.index)


def in_streams(make: Maker) -> Maker:
    """The maker of a mode that looks at a document: of a stream it is given each kind of event."""

    @wraps(make)
    def over(subject: Subject) -> Iterator[Draft]:
        if subject.stream is None:
            yield from make(subject)
            return
        for view in views(subject):
            for draft in make(view):
                pointer = f"/{view.index}{draft.pointer or ''}"
                yield replace(draft, pointer=pointer, what=f"in event {view.index} of the stream {draft.what}")

    return over


def _document(event: StreamEvent) -> Any:
    try:
        return json.loads(event.data)
    except (ValueError, RecursionError):
        return None
