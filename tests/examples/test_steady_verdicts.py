"""A busy machine changes no verdict: threads, executors, event loops and streams of real clients, tried twice."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from examples.known_clients.__main__ import tried
from examples.known_clients.clients import CLIENTS, Client
from examples.known_clients.promises import answer, claim, spans

MODES = (
    "refused",
    "reset-mid-body",
    "stall",
    "too-many-requests",
    "server-error",
    "fails-then-recovers",
    "html-page",
)
BUSY = "while True: pass"
LOOKED = "a claim could not be read"


def by_threads(providers):
    """Workers, a queue and an event between them, and two tries for each of the calls."""
    import httpx

    found, ready = queue.Queue(), threading.Event()

    def read(client):
        ready.wait()
        for wait in (1.0, 4.0):
            try:
                found.put(client.get("/claims/7").raise_for_status().json()["status"])
                return
            except (httpx.HTTPError, ValueError):
                threading.Event().wait(wait)
        found.put(None)

    with httpx.Client(base_url=providers["store"].url, timeout=2) as client, ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(read, client) for _ in range(2)]
        ready.set()
        seen = [found.get(timeout=20) for _ in jobs]
    if None in seen:
        raise LookupError(LOOKED)
    return seen


async def by_the_async_openai(providers):
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{providers['gateway'].url}/v1", api_key="a-placeholder", timeout=5) as client:
        said = await client.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "hi"}])
    return said.choices[0].message.content


def by_a_batch_processor(providers):
    """Spans that a thread of the SDK exports; the service waits until they are away."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    tracer = TracerProvider(shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{providers['collector'].url}/v1/traces")
    tracer.add_span_processor(BatchSpanProcessor(exporter))
    tracer.get_tracer("claims").start_span("decide").end()
    sent = tracer.force_flush(20_000)
    tracer.shutdown()
    return sent


CONSUMERS = (
    Client("threads", by_threads, claim),
    Client("async openai", by_the_async_openai, answer),
    Client("batch processor", by_a_batch_processor, spans, lambda value: value in (True, False)),
    next(one for one in CLIENTS if one.name == "otlp exporter"),
    next(one for one in CLIENTS if one.name == "aiohttp"),
)


@contextmanager
def a_busy_machine():
    """Three times as many processes at work as there are processors."""
    working = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(3 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for one in working:
            one.kill()
            one.wait()


def verdicts(client, modes):
    return {mode: (one.status, one.calls) for mode, one in tried(client, modes).items()}


@pytest.mark.parametrize("client", CONSUMERS, ids=lambda one: one.name)
def test_verdicts_and_calls_are_the_same_on_a_busy_machine(client):
    quiet = verdicts(client, MODES)
    assert len(quiet) >= len(MODES) - 1
    with a_busy_machine():
        assert verdicts(client, MODES[::-1]) == quiet
