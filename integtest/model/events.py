"""Streams of events as they cross the wire: server-sent events (WHATWG HTML, 9.2) and lines of JSON."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable
from typing import Literal

from integtest.model.base import Frozen

StreamFormat = Literal["sse", "jsonl"]
"""`sse`: text/event-stream. `jsonl`: one JSON document a line, with or without a record separator (RFC 7464)."""

_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)+")
_LINE = re.compile(r"\r\n|\n|\r")


class StreamEvent(Frozen):
    """One event. `event` is None where the stream does not name it; an `id` and a `retry` (milliseconds) are those
    that stand beside this data."""

    data: str
    event: str | None = None
    id: str | None = None
    retry: int | None = None

    def encoded(self, form: StreamFormat = "sse") -> bytes:
        """The event on the wire, with what ends it."""
        if form == "jsonl":
            return f"{self.data}\n".encode()
        fields = (("event", self.event), ("id", self.id), ("retry", self.retry))
        head = [f"{name}: {value}" for name, value in fields if value is not None]
        return "\n".join([*head, *(f"data: {line}" for line in _LINE.split(self.data)), "", ""]).encode()


class EventReader:
    """Reads events from bytes that may be split anywhere, also within a character or a CR LF."""

    def __init__(self, form: StreamFormat = "sse") -> None:
        self._form = form
        self._lines = _LINE if form == "sse" else re.compile("\n")
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._text: list[str] = []
        """The line that has not ended yet, in pieces."""
        self._begun = False
        self._return = False
        """The text so far ended in a CR, whose LF may come."""
        self._data: list[str] = []
        self._name: str | None = None
        self._id: str | None = None
        self._retry: int | None = None

    def feed(self, data: bytes) -> list[StreamEvent]:
        """The events that these bytes complete."""
        return self._take(self._decoder.decode(data))

    def close(self) -> tuple[list[StreamEvent], StreamEvent | None]:
        """What the end completes, and what it cuts off. A last line of JSON needs no line end; a server-sent event
        without the empty line behind it is not one, and a client drops it."""
        found = self._take(self._decoder.decode(b"", final=True))
        left = "".join(self._text)
        self._text = []
        if left and (event := self._line(left)):
            found.append(event)
        cut = self._event() if self._data else None
        self._clear()
        return found, cut

    def _take(self, text: str) -> list[StreamEvent]:
        if text and not self._begun:
            self._begun = True
            text = text.removeprefix("\ufeff")
        if self._form == "sse":
            if self._return and text:
                self._return = False
                text = text.removeprefix("\n")
            self._return = text.endswith("\r") or (self._return and not text)
        first, *rest = self._lines.split(text)
        self._text.append(first)
        found = []
        for following in rest:
            line = "".join(self._text)
            self._text = [following]
            if event := self._line(line):
                found.append(event)
        return found

    def _line(self, line: str) -> StreamEvent | None:
        if self._form == "jsonl":
            data = line.strip(" \t\r\x1e")
            return StreamEvent(data=data) if data else None
        if not line:
            found = self._event() if self._data else None
            self._clear()
            return found
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._data.append(value)
            case "event":
                self._name = value
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit():
                self._retry = int(value)
        return None

    def _event(self) -> StreamEvent:
        return StreamEvent(data="\n".join(self._data), event=self._name or None, id=self._id, retry=self._retry)

    def _clear(self) -> None:
        self._data = []
        self._name = self._id = self._retry = None


def events_of(body: bytes, form: StreamFormat = "sse") -> tuple[StreamEvent, ...]:
    """The events of a whole body."""
    reader = EventReader(form)
    return (*reader.feed(body), *reader.close()[0])


def encoded(events: Iterable[StreamEvent], form: StreamFormat = "sse") -> bytes:
    """A whole body of these events."""
    return b"".join(event.encoded(form) for event in events)


def pieces(body: bytes, form: StreamFormat = "sse") -> tuple[bytes, ...]:
    """The body cut behind each event, so that each piece can leave by itself; together they are the body."""
    ends = [found.end() for found in (re.compile(rb"\n") if form == "jsonl" else _END).finditer(body)]
    starts = [0, *ends]
    return tuple(piece for start, end in zip(starts, [*ends, len(body)], strict=True) if (piece := body[start:end]))
