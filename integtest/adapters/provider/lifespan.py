"""The startup and shutdown of an ASGI app (asgi.readthedocs.io, Lifespan 2.0)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from integtest.model.http import TransportFailure

App = Callable[..., Awaitable[None]]


class Lifespan:
    """The app's startup and shutdown; `state` is shared with every request."""

    def __init__(self, app: App) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._task: asyncio.Future[None] | None = None
        self._inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._outbox: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()

    async def start(self, timeout: float) -> TransportFailure | None:
        if self._task is not None:
            return None
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        self._task = asyncio.ensure_future(run_app(self._app, scope, self._inbox.get, self._outbox.put))
        answer = await self._ask(self._task, "startup", timeout)
        if answer is None:
            return TransportFailure(kind="timeout", message=f"the app did not start within {timeout:g} s")
        if answer.get("type") == "lifespan.startup.failed":
            message = str(answer.get("message") or "")
            last = message.strip().rsplit("\n", 1)[-1]
            return TransportFailure(
                kind="other", message=f"the app failed to start: {last}", trace=tuple(message.splitlines()[-12:])
            )
        return None

    async def stop(self, timeout: float = 5.0) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        if not task.done():
            await self._ask(task, "shutdown", timeout)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _ask(self, task: asyncio.Future[None], what: str, timeout: float) -> MutableMapping[str, Any] | None:
        """The app's answer; {} when it does not do lifespan, None after `timeout` seconds."""
        await self._inbox.put({"type": f"lifespan.{what}"})
        reply = asyncio.ensure_future(self._outbox.get())
        both: set[asyncio.Future[Any]] = {task, reply}
        await asyncio.wait(both, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if reply.done():
            return reply.result()
        reply.cancel()
        return {} if task.done() else None


class AppExitError(Exception):
    """The app tried to end the process."""


async def run_app(app: App, *asgi: Any) -> None:
    """Call the app; a SystemExit in a task would end our own loop."""
    try:
        await app(*asgi)
    except SystemExit as error:
        raise AppExitError(f"SystemExit({error})") from error
