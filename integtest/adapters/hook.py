"""The request hook: a team's function that signs a request or adds its credentials."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from integtest.adapters.calling import Bound, call
from integtest.adapters.imports import guarded
from integtest.adapters.provider.threads import HungError, Worker
from integtest.adapters.tracebacks import user_lines
from integtest.errors import ConfigError, HookError
from integtest.model.http import Request


class Hook:
    """Calls `function(request)`, sync or async; it returns the request to send, or a dict of headers to add.

    `name` names it in errors. ConfigError when it is no function; HookError when it raises, hangs, or gives back
    something else.
    """

    def __init__(self, function: Any, name: str, *, timeout: float = 10.0) -> None:
        self._function: Callable[..., Any] = guarded(function, name) if inspect.isclass(function) else function
        if not callable(self._function):
            raise ConfigError(
                f"{name} is a {type(function).__name__}, not a request hook",
                hint="name a function that takes a request and returns the one to send",
            )
        self._name = name
        self._timeout = timeout
        self._worker = Worker("integtest-hook")

    async def __call__(self, request: Request) -> Request:
        """The request to send in place of `request`, whose URL is absolute."""
        bound = Bound((request,), {}, frozenset())
        try:
            made = await call(self._function, bound, self._worker, self._timeout)
        except HungError as error:
            words = f"the request hook did not end within {self._timeout:g} s"
            raise self._failed(words, error.lines) from None
        except (Exception, SystemExit) as error:
            words = f"the request hook raised {type(error).__name__}: {error}"
            raise self._failed(words, user_lines(error)) from error
        if isinstance(made, Request):
            return made
        if isinstance(made, Mapping):
            return with_headers(request, made)
        raise self._failed(f"the request hook gave back {type(made).__name__}, not the request to send", ())

    async def close(self) -> None:
        """Let the thread end."""
        self._worker.close()

    def _failed(self, message: str, trace: tuple[str, ...]) -> HookError:
        failed = HookError(message, place=self._name)
        failed.trace = trace
        return failed


def with_headers(request: Request, headers: Mapping[Any, Any]) -> Request:
    """The request with these fields in place of those of the same names."""
    names = {str(name).lower() for name in headers}
    kept = tuple((name, value) for name, value in request.headers if name.lower() not in names)
    added = tuple((str(name), str(value)) for name, value in headers.items())
    return request.model_copy(update={"headers": (*kept, *added)})
