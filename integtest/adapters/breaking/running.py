"""Running a consumer's body once, sync or async, to whatever end it comes."""

from __future__ import annotations

import asyncio
import inspect
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from integtest.adapters.breaking.ends import ExitedError, OverrunError, Watch
from integtest.model.failure import SeenError

Ended = Literal["returned", "raised", "hung", "exited", "cancelled"]
_GRACE = 0.05
"""Seconds by which a body may pass its deadline and still come to its own end."""
_PATIENCE = 1.0
"""Seconds that a cancelled task has to clean up."""
_OURS = str(Path(__file__).parents[2])


@dataclass(frozen=True)
class End:
    """How a body ended."""

    ended: Ended
    value: Any = None
    error: BaseException | None = None


def run_sync(body: Callable[[], Any], runner: Callable[[Awaitable[Any]], End], watch: Watch) -> End:
    """Call the body; what it gives to be awaited is awaited by `runner`. `watch` is told that it has ended."""
    try:
        value = body()
        if inspect.isawaitable(value):
            return runner(value)
        return End("returned", value)
    except BaseException as error:  # noqa: BLE001 - the consumer may end in any way
        watch.over = True  # before anything else: a call would be a step at which it may be ended once more
        return _caught(error)


async def run_async(
    awaitable: Awaitable[Any], within: float, cancelled_by: Callable[[Callable[[], None]], None] | None = None
) -> End:
    """Await the body's work for at most `within` seconds of the loop. `cancelled_by` is given what cancels it, to
    be called from any thread."""
    loop, called_off = asyncio.get_running_loop(), asyncio.Event()
    task = asyncio.ensure_future(awaitable)
    watch = asyncio.ensure_future(called_off.wait())
    if cancelled_by is not None:

        def call_off() -> None:
            loop.call_soon_threadsafe(called_off.set)

        cancelled_by(call_off)
    try:
        await asyncio.wait({task, watch}, timeout=within + _GRACE, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return _of(task)
        task.cancel()
        await asyncio.wait({task}, timeout=_PATIENCE)
        return End("cancelled" if called_off.is_set() else "hung")
    finally:
        watch.cancel()


def _of(task: asyncio.Future[Any]) -> End:
    if task.cancelled():
        return End("raised", error=asyncio.CancelledError())
    error = task.exception()
    return End("returned", task.result()) if error is None else _caught(error)


def _caught(error: BaseException) -> End:
    if isinstance(error, KeyboardInterrupt | GeneratorExit):
        raise error
    if isinstance(error, OverrunError) or type(error).__name__ == "DeadlinePassed":
        return End("hung", error=error)
    if isinstance(error, ExitedError | SystemExit):
        return End("exited", error=error)
    if isinstance(error, asyncio.CancelledError):
        return End("cancelled", error=error)
    return End("raised", error=error)


def seen(error: BaseException) -> SeenError:
    """An error as data: its classes, its text, and where in the consumer's code it was raised."""
    types = tuple(f"{one.__module__}:{one.__qualname__}" for one in type(error).__mro__ if one is not object)
    return SeenError(types=types, text=_text(error), where=_where(error))


def _text(error: BaseException) -> str:
    """Its own text and that of what caused it: all of it reaches a log."""
    parts: list[str] = []
    found: BaseException | None = error
    while found is not None and len(parts) < 5:
        try:
            parts.append(str(found))
        except Exception as broken:  # noqa: BLE001 - an error whose text raises
            parts.append(f"<its text raises {type(broken).__name__}>")
        found = found.__cause__
    return " <- ".join(dict.fromkeys(part for part in parts if part))


def _where(error: BaseException) -> str | None:
    """The innermost frame that is neither a library's nor ours; the innermost at all where there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "site-packages" not in f.filename and _is_user(f.filename)]
    found = (own or list(frames))[-1:]
    return next((f"{_shown(one.filename)}:{one.lineno}" for one in found), None)


def _is_user(filename: str) -> bool:
    return not filename.startswith((_OURS, "<")) and "/lib/python3" not in filename


def _shown(filename: str) -> str:
    path, here = Path(filename), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else filename
