"""A provider as an ASGI app (asgi.readthedocs.io, HTTP and Lifespan 3.0), called without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any
from urllib.parse import unquote

from integtest.adapters.provider.lifespan import App, Lifespan, run_app
from integtest.adapters.tracebacks import user_lines
from integtest.model.http import Exchange, Headers, Request, Response, TransportFailure

HOST = "localhost"


class AsgiTransport:
    """Fulfils `ports.Transport`. Requests run in the caller's event loop, each in a task of its own."""

    base = f"http://{HOST}"

    def __init__(self, app: App) -> None:
        self._app = app
        self._lifespan = Lifespan(app)

    async def open(self, *, timeout: float, probe: bool = False) -> TransportFailure | None:  # noqa: ARG002
        """Run the app's lifespan startup; an app without lifespan is fine."""
        return await self._lifespan.start(timeout)

    async def send(self, request: Request, *, timeout: float) -> Exchange:
        """Call the app and read the whole answer. What the app raises is in the exchange's error."""
        call = _Call(request)
        task = asyncio.ensure_future(
            run_app(self._app, _scope(request, self._lifespan.state), call.receive, call.send)
        )
        try:
            # Waits for work that goes on after the answer too, as the next state must not meet it.
            await asyncio.wait({task}, timeout=timeout)
        finally:
            late = not task.done()
            task.cancel()
        error = call.late(timeout) if late else call.fault(task)
        return Exchange(
            request=request.model_copy(update={"url": self.base + request.url}),
            response=call.response(),
            error=error,
            latency=call.latency,
            duration=perf_counter() - call.began,
        )

    async def close(self) -> None:
        """Run the app's lifespan shutdown."""
        await self._lifespan.stop()


class _Call:
    """One request and what the app sends for it."""

    def __init__(self, request: Request) -> None:
        self.began = perf_counter()
        self.latency: float | None = None
        self._request: Request | None = request
        self._bodiless = request.method.upper() == "HEAD"
        self._start: tuple[int, Headers] | None = None
        self._body = bytearray()
        self._complete = asyncio.Event()
        self._broken: str | None = None

    async def receive(self) -> dict[str, Any]:
        if self._request is not None:
            body, self._request = self._request.body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._complete.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        kind = message.get("type")
        if kind == "http.response.start" and self._start is None:
            self._start = _start(message)
            self.latency = perf_counter() - self.began
        elif kind == "http.response.body" and self._start is not None and not self._complete.is_set():
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                self._complete.set()
        elif self._broken is None:
            self._broken = f"the app sent {kind!r} out of turn"

    def late(self, timeout: float) -> TransportFailure | None:
        """What it means that the app still runs after `timeout` seconds."""
        if self._complete.is_set():
            return None
        what = "no answer" if self._start is None else "the headers came, but the body did not end"
        return TransportFailure(kind="timeout", message=f"{what} within {timeout:g} s")

    def fault(self, task: asyncio.Future[None]) -> TransportFailure | None:
        if task.cancelled():
            return TransportFailure(kind="closed", message="the app cancelled the request")
        if (error := task.exception()) is not None:
            message = f"the app raised {type(error).__name__}: {error}"
            return TransportFailure(kind="other", message=message, trace=user_lines(error))
        if self._broken:
            return TransportFailure(kind="protocol", message=self._broken)
        if not self._complete.is_set():
            what = "did not finish its answer" if self._start else "gave no answer"
            return TransportFailure(kind="closed", message=f"the app {what}")
        return None

    def response(self) -> Response | None:
        if self._start is None:
            return None
        status, headers = self._start
        return Response(
            status=status,
            headers=headers,
            body=b"" if self._bodiless else bytes(self._body),
            complete=self._complete.is_set(),
        )


def _scope(request: Request, state: dict[str, Any]) -> dict[str, Any]:
    path, _, query = request.url.partition("?")
    headers = [(name.lower().encode("latin-1"), value.encode()) for name, value in request.headers]
    named = {name for name, _ in headers}
    if b"host" not in named:
        headers.insert(0, (b"host", HOST.encode()))
    if b"content-length" not in named and b"transfer-encoding" not in named and request.body:
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method.upper(),
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii", "ignore"),
        "query_string": query.encode("ascii", "ignore"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": (HOST, 80),
        "state": dict(state),
        "extensions": {},
    }


def _start(message: MutableMapping[str, Any]) -> tuple[int, Headers]:
    """Status and headers; raises into the app, as a server does, when they are not what ASGI says."""
    status = message["status"]
    if not isinstance(status, int):
        raise TypeError(f"status must be an int, got {type(status).__name__}")
    headers = message.get("headers", ())
    return status, tuple(
        (memoryview(n).tobytes().decode("latin-1"), _text(memoryview(v).tobytes())) for n, v in headers
    )


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
