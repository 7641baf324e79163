"""What is promised of a streamed reply: its events, their order, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from integtest.model.base import Frozen
from integtest.model.events import StreamEvent, StreamFormat
from integtest.model.rule import RuleList


class EventPattern(Frozen):
    """One kind of event. `label` is what findings call it, `event` the name that server-sent events must carry
    (None: any or none), `example` the data of one such event."""

    label: str
    event: str | None = None
    kind: Literal["json", "text", "literal", "any"] = "json"
    """How its data is judged: as a JSON document or as text, by rules and schema; to be just the example; not at
    all."""
    example: str = ""
    rules: dict[str, RuleList] = Field(default_factory=dict)
    """As `RuleSet.body`: by Pact paths within this one event's data."""
    json_schema: dict[str, Any] | None = None

    @property
    def sample(self) -> StreamEvent:
        """An event as this pattern shows it."""
        return StreamEvent(event=self.event, data=self.example)

    @property
    def marks(self) -> dict[str, Any]:
        """Top-level keys that the schema demands with one value only ({"type": "ping"}): what tells this kind of
        JSON event from another."""
        schema = self.json_schema or {}
        required = schema.get("required", ())
        found = {}
        for key, part in schema.get("properties", {}).items():
            if key in required and isinstance(part, dict):
                only = part.get("enum", [])
                if "const" in part or len(only) == 1:
                    found[key] = part.get("const", *only)
        return found


class Part(Frozen):
    """A piece of the promised order: one event, or parts in order, or (`either`) one of several parts; that from
    `least` to `most` times (None: without end)."""

    event: EventPattern | None = None
    parts: tuple[Part, ...] = ()
    either: bool = False
    least: Annotated[int, Field(ge=0, le=1000)] = 1
    most: Annotated[int, Field(ge=1, le=1000)] | None = 1

    def events(self) -> Iterator[EventPattern]:
        """All events below, in the order written."""
        if self.event is not None:
            yield self.event
        for part in self.parts:
            yield from part.events()


class StreamPattern(Frozen):
    """A promised sequence: `frames` in their order, then `end`; `optional` events may stand anywhere before that.
    Comments and retry fields (WHATWG HTML, 9.2) may always come, they are no events."""

    format: StreamFormat = "sse"
    frames: Part
    end: EventPattern | None = None
    """The terminal event; without it a stream is cut, however the connection ended. None: it ends with the body."""
    optional: tuple[EventPattern, ...] = ()
    tolerant: bool = False
    """True when events of kinds that are not promised may come too."""
    example: str = ""
    """The whole text, where the reply's body cannot hold it: Pact reads lines of JSON as one document."""

    @property
    def events(self) -> tuple[EventPattern, ...]:
        """The kinds of events of `frames`, each once."""
        found: list[EventPattern] = []
        for event in self.frames.events():
            if event not in found:
                found.append(event)
        return tuple(found)

    def likely(self, event: StreamEvent) -> EventPattern | None:
        """The kind of event that this one means to be, by its name and its marks; None when it is like none."""
        known = [*self.events, *self.optional, *([self.end] if self.end else [])]
        document = _document(event.data)
        meant = [one for one in known if means(one, event, document)]
        return next(
            (one for one in meant if one.kind == "literal" or one.event or one.marks), next(iter(meant), None)
        )


def means(pattern: EventPattern, event: StreamEvent, document: Any) -> bool:
    """Whether an event's name and marks are those of a pattern, whatever else it holds; `document` is its data
    parsed, None where it is no JSON."""
    if pattern.event is not None and pattern.event != (event.event or "message"):
        return False
    if pattern.kind == "literal":
        return event.data == pattern.example
    if pattern.kind != "json":
        return True
    marks = pattern.marks
    return not marks or (
        isinstance(document, dict) and all(document.get(key) == value for key, value in marks.items())
    )


def _document(data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
