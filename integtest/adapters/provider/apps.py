"""Finds out what an object is: an ASGI app, a WSGI app, a function that makes one, or none of these."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from integtest.adapters.imports import guarded
from integtest.adapters.provider.asgi import AsgiTransport
from integtest.adapters.provider.wsgi import WsgiTransport
from integtest.errors import ConfigError

_KINDS = "it must be an ASGI app (scope, receive, send), a WSGI app (environ, start_response), or a factory of one"


def app_transport(app: Any, name: str) -> AsgiTransport | WsgiTransport:
    """A transport straight into `app`, which `name` names in errors; ConfigError when it is no app."""
    transport = find_app(app, name)
    if transport is None:
        raise ConfigError(f"{name} is a {type(app).__name__}, not an app", hint=_KINDS)
    return transport


def find_app(app: Any, name: str) -> AsgiTransport | WsgiTransport | None:
    """As `app_transport`, but None when it is no app."""
    kind = _kind(app)
    if kind == "factory":
        app = guarded(app, name)
        if inspect.isawaitable(app):
            raise ConfigError(f"{name} is an async factory", hint="make the app in a plain function")
        kind = _kind(app)
    if kind == "asgi":
        return AsgiTransport(app)
    if kind == "asgi2":
        return AsgiTransport(_single(app))
    return WsgiTransport(app) if kind == "wsgi" else None


def _kind(app: Any) -> str | None:
    """`asgi`, `asgi2` (called in two steps), `wsgi` or `factory`, by the parameters that it takes."""
    if not callable(app):
        return None
    try:
        needed, most = _arity(app)
    except (TypeError, ValueError):
        return None
    if needed == 0:
        return "factory"
    if inspect.isclass(app):
        return "asgi2" if needed == 1 and _is_async(app) else None
    if needed <= 3 <= most and (needed == 3 or _is_async(app)):
        return "asgi"
    if needed <= 2 <= most and not _is_async(app):
        return "wsgi"
    return "asgi2" if (needed, most) == (1, 1) and not _is_async(app) else None


def _arity(app: Any) -> tuple[int, float]:
    """How many positional arguments it needs, and how many it takes at most."""
    parameters = inspect.signature(app).parameters.values()
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = sum(p.default is p.empty for p in positional)
    endless = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return needed, float("inf") if endless else len(positional)


def _is_async(app: Any) -> bool:
    called = inspect.getattr_static(app, "__call__", None)
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(called)


def _single(app: Callable[[Any], Any]) -> Callable[..., Awaitable[None]]:
    async def call(scope: Any, receive: Any, send: Any) -> None:
        await app(scope)(receive, send)

    return call
