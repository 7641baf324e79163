"""Scrubs a streamed response while it still comes: what is written lags behind, the client does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

from integtest.model.http import Frame, Response, media_type
from integtest.rules.secrets.actions import Doubt

Rewrite = Callable[[list[bytes]], list[bytes]]

WINDOW = 8192
"""Bytes held back, and as many looked back at: a value that is longer and comes in several events is not joined."""
_STREAMS = ("event-stream", "ndjson", "jsonl", "json-seq")
_BOUNDARY = re.compile(rb"\r\n\r\n|\n\n|\r\r")


class StreamScrubber:
    """Takes frames as they come and gives those back that are fit to be written, in order, none lost. Streams of
    events and of lines are given back bit by bit; the shape of any other body is known only at its end."""

    def __init__(self, rewrite: Rewrite, head: Response, doubts: dict[Doubt, None], window: int = WINDOW) -> None:
        self._rewrite, self._doubts, self._window = rewrite, doubts, window
        media = media_type(head.content_type)
        self._bit_by_bit = any(word in media for word in _STREAMS) and not head.header("content-encoding")
        self._boundary = _BOUNDARY if "event-stream" in media else re.compile(rb"\n")
        self._frames: list[Frame] = []
        self._given = 0
        self._waiting = 0

    @property
    def doubts(self) -> list[Doubt]:
        """Where nobody can tell; filled as the stream goes on."""
        return list(self._doubts)

    def feed(self, frame: Frame) -> list[Frame]:
        """Takes one frame; gives those that no later frame can change."""
        self._frames.append(frame)
        self._waiting += len(frame.data)
        if not self._bit_by_bit or self._waiting < 2 * self._window:
            return []
        ready = self._ready()
        return self._give(ready) if ready > self._given else []

    def finish(self) -> list[Frame]:
        """The stream is over, or was cut: gives all that is left."""
        return self._give(len(self._frames))

    def _ready(self) -> int:
        """How many frames end before the last event that is a window away from the end."""
        data = b"".join(frame.data for frame in self._frames)
        ends = [found.end() for found in self._boundary.finditer(data, 0, max(0, len(data) - self._window))]
        limit = ends[-1] if ends else 0
        return sum(end <= limit for end in accumulate(len(frame.data) for frame in self._frames))

    def _give(self, until: int) -> list[Frame]:
        pieces = self._rewrite([frame.data for frame in self._frames])
        result = [Frame(at=self._frames[i].at, data=pieces[i]) for i in range(self._given, until)]
        self._waiting -= sum(len(frame.data) for frame in self._frames[self._given : until])
        self._forget(until)
        return result

    def _forget(self, given: int) -> None:
        """Keeps of the frames that are given only what the next ones may continue."""
        first, held = given, 0
        while first > 0 and held < self._window:
            first -= 1
            held += len(self._frames[first].data)
        self._frames = self._frames[first:]
        self._given = given - first
