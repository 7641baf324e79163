"""A provider as a WSGI app (PEP 3333), called without sockets."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from time import perf_counter
from typing import Any
from urllib.parse import unquote_to_bytes

from integtest.adapters.provider.threads import Worker
from integtest.adapters.tracebacks import user_lines
from integtest.model.http import Exchange, Headers, Request, Response, TransportFailure

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HOST = "localhost"


class WsgiTransport:
    """Fulfils `ports.Transport`. The app runs in threads of its own, `threads` of them at most."""

    base = f"http://{HOST}"

    def __init__(self, app: App, *, threads: int = 4) -> None:
        self._app = app
        self._workers = [Worker(f"integtest-wsgi-{number}") for number in range(threads)]
        self._idle: asyncio.LifoQueue[Worker] | None = None

    async def open(self, *, timeout: float, probe: bool = False) -> TransportFailure | None:  # noqa: ARG002
        """Nothing to make ready."""
        return None

    async def send(self, request: Request, *, timeout: float) -> Exchange:
        """Call the app and read the whole answer. What the app raises is in the exchange's error."""
        idle = self._pool()
        worker = await idle.get()
        call = _Call(request)
        error = None
        try:
            await worker.run(call.run, self._app, timeout=timeout)
        except TimeoutError:
            error = call.late(timeout)
        except _BrokenError as broken:
            error = TransportFailure(kind="protocol", message=str(broken))
        except (Exception, SystemExit) as raised:  # noqa: BLE001
            message = f"the app raised {type(raised).__name__}: {raised}"
            error = TransportFailure(kind="other", message=message, trace=user_lines(raised))
        finally:
            idle.put_nowait(worker)
        return Exchange(
            request=request.model_copy(update={"url": self.base + request.url}),
            response=call.response(complete=error is None),
            error=error,
            latency=call.latency,
            duration=perf_counter() - call.began,
        )

    async def close(self) -> None:
        """Let the threads end."""
        for worker in self._workers:
            worker.close()

    def _pool(self) -> asyncio.LifoQueue[Worker]:
        if self._idle is None:
            self._idle = asyncio.LifoQueue()
            for worker in self._workers:
                self._idle.put_nowait(worker)
        return self._idle


class _BrokenError(Exception):
    """The app does not keep to PEP 3333."""


class _Call:
    """One request and what the app gives for it."""

    def __init__(self, request: Request) -> None:
        self.began = perf_counter()
        self.latency: float | None = None
        self._request = request
        self._status: str | None = None
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()

    def run(self, app: App) -> None:
        """Call the app and read its answer, in a worker's thread."""
        chunks = app(_environ(self._request), self._start)
        try:
            for chunk in chunks:
                self._write(chunk)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        if self._status is None:
            raise _BrokenError("the app did not call start_response")

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info and self._body:
            raise exc_info[1].with_traceback(exc_info[2])
        if not (len(status) >= 3 and status[:3].isdigit()):
            raise _BrokenError(f"the app gave {status!r} for a status")
        self._status, self._headers = status, list(headers)
        return self._write

    def _write(self, chunk: bytes) -> None:
        if not isinstance(chunk, bytes):
            raise _BrokenError(f"the app gave {type(chunk).__name__} for a body, not bytes")
        if self._status is None:
            raise _BrokenError("the app gave a body before it called start_response")
        if self.latency is None:
            self.latency = perf_counter() - self.began
        self._body += chunk

    def late(self, timeout: float) -> TransportFailure:
        """What it means that the app still runs after `timeout` seconds."""
        what = "no answer" if self.latency is None else "the body began but did not end"
        return TransportFailure(kind="timeout", message=f"{what} within {timeout:g} s")

    def response(self, *, complete: bool) -> Response | None:
        if self._status is None:
            return None
        headers: Headers = tuple((str(name), _text(value)) for name, value in self._headers)
        body = b"" if self._request.method.upper() == "HEAD" else bytes(self._body)
        return Response(
            status=int(self._status[:3]),
            reason=self._status[4:],
            headers=headers,
            body=body,
            complete=complete,
        )


def _environ(request: Request) -> dict[str, Any]:
    path, _, query = request.url.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method.upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": request.url,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            key = f"HTTP_{key}"
            already = environ.get(key) if key != "HTTP_HOST" else None
            text = value.encode().decode("latin-1")
            environ[key] = f"{already}, {text}" if already else text
    return environ


def _text(value: str) -> str:
    """WSGI's native strings hold bytes as latin-1."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
