"""Traces by OpenTelemetry's exporter (OTLP over HTTP), off the claims' way: a queue with an end, and a count of
what did not fit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Span

ROOM = 512
"""Spans that may wait."""
BATCH = 64
TIMEOUT = 2.0
"""Seconds for one export with its tries."""


class Bounded(SpanProcessor):
    """Hands spans to one thread, and never waits: what finds no room is dropped, what the sink refuses is lost, and
    both are counted."""

    def __init__(self, exporter: SpanExporter, room: int = ROOM) -> None:
        self._exporter = exporter
        self._queue: queue.Queue[ReadableSpan | None] = queue.Queue(room)
        self._thread = threading.Thread(target=self._export, name="telemetry", daemon=True)
        self._thread.start()
        self.dropped = self.failed = self.sent = 0

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span, or count it as dropped."""
        try:
            self._queue.put_nowait(span)
        except queue.Full:
            self.dropped += 1

    def shutdown(self) -> None:
        """Send what waits, within two exports' time; the rest is dropped."""
        try:
            self._queue.put(None, timeout=TIMEOUT)
        except queue.Full:
            return
        self._thread.join(2 * TIMEOUT)

    def _export(self) -> None:
        going = True
        while going:
            batch = [self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            spans = [span for span in batch if span is not None]
            going = len(spans) == len(batch)
            if spans:
                self._count(len(spans), self._exporter.export(spans))

    def _count(self, number: int, result: SpanExportResult) -> None:
        if result is SpanExportResult.SUCCESS:
            self.sent += number
        else:
            self.failed += number


class Telemetry:
    """Spans of the assistant's work; without an address, of no cost."""

    def __init__(self, base: str) -> None:
        self._provider: TracerProvider | None = None
        self.spans: Bounded | None = None
        if base:
            exporter = OTLPSpanExporter(f"{base.rstrip('/')}/v1/traces", timeout=TIMEOUT)
            self.spans = Bounded(exporter)
            resource = Resource({"service.name": "claims-assistant"})
            self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
            self._provider.add_span_processor(self.spans)

    @contextmanager
    def span(self, name: str, **attributes: str) -> Iterator[Span | None]:
        """One piece of work; an exception in it marks the span."""
        if self._provider is None:
            yield None
            return
        with self._provider.get_tracer("claims-assistant").start_as_current_span(
            name, attributes=attributes
        ) as one:
            yield one

    def counts(self) -> dict[str, int]:
        """How many spans were sent, failed at the sink, and found no room."""
        one = self.spans
        return {"sent": one.sent, "failed": one.failed, "dropped": one.dropped} if one else {}

    def close(self) -> None:
        """Send what waits, as far as it goes in a few seconds."""
        if self._provider:
            self._provider.shutdown()
