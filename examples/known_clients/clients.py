"""One small consumer for each client, written as its first example in the documentation shows it: no time-out, no
retry and no error handling but what the client brings along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from examples.known_clients.promises import answer, claim, spans
from integtest.model.contract import HttpInteraction


def by_httpx(providers: Any) -> Any:
    import httpx

    return httpx.get(f"{providers['store'].url}/claims/7").raise_for_status().json()["status"]


def by_httpx_without_timeout(providers: Any) -> Any:
    import httpx

    with httpx.Client(base_url=providers["store"].url, timeout=None) as client:  # noqa: S113 - as is often advised
        return client.get("/claims/7").raise_for_status().json()["status"]


def by_requests(providers: Any) -> Any:
    import requests

    response = requests.get(f"{providers['store'].url}/claims/7")  # noqa: S113 - that is what is shown
    response.raise_for_status()
    return response.json()["status"]


def by_tenacity(providers: Any) -> Any:
    import httpx
    from tenacity import retry

    @retry
    def read() -> Any:
        return httpx.get(f"{providers['store'].url}/claims/7").raise_for_status().json()["status"]

    return read()


async def by_aiohttp(providers: Any) -> Any:
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{providers['store'].url}/claims/7", raise_for_status=True) as response,
    ):
        return (await response.json())["status"]


def by_openai(providers: Any) -> Any:
    from openai import OpenAI

    with OpenAI(base_url=f"{providers['gateway'].url}/v1", api_key="a-placeholder") as client:
        said = client.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "hi"}])
    return said.choices[0].message.content


def by_otlp(providers: Any) -> Any:
    """Also what the service itself sees of it: "SUCCESS" or "FAILURE", never an error."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = OTLPSpanExporter(endpoint=f"{providers['collector'].url}/v1/traces")
    tracer, kept = TracerProvider(shutdown_on_exit=False), InMemorySpanExporter()
    span = tracer.get_tracer("claims").start_span("decide")
    span.end()
    kept.export([span])
    return exporter.export(kept.get_finished_spans()).name


@dataclass(frozen=True)
class Client:
    """A consumer, what it calls, and what it may return when it gave up."""

    name: str
    body: Callable[[Any], Any]
    calls: HttpInteraction
    honest: Callable[[Any], bool] | None = None


CLIENTS = (
    Client("openai", by_openai, answer),
    Client("httpx", by_httpx, claim),
    Client("httpx timeout=None", by_httpx_without_timeout, claim),
    Client("requests", by_requests, claim),
    Client("tenacity @retry", by_tenacity, claim),
    Client("aiohttp", by_aiohttp, claim),
    Client("otlp exporter", by_otlp, spans, lambda value: value == "FAILURE"),
)
