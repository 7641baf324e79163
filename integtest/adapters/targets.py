"""Opens what a provider is reached by: URLs, apps, producers of messages, state handlers, hooks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, Protocol, TypeVar

from integtest.adapters.hook import Hook
from integtest.adapters.imports import load_object
from integtest.adapters.message_url import UrlMessages
from integtest.adapters.messages import ObjectMessages
from integtest.adapters.provider.apps import app_transport, find_app
from integtest.adapters.provider.http import HttpTransport
from integtest.adapters.state_url import UrlStates
from integtest.adapters.states import ObjectStates
from integtest.errors import ConfigError
from integtest.model.http import Headers
from integtest.ports import MessageSource, StateHandlers, Transport


class _Closing(Protocol):
    async def close(self) -> None: ...


Opened = TypeVar("Opened", bound=_Closing)


class Opener:
    """Opens by name or takes objects as they are; `stack` closes what was opened.

    A text is `module:object`, a URL, or `env:NAME` for the value of a variable of `environment`. `secrets` holds
    the values of variables that were used in headers. `timeout` in seconds.
    """

    def __init__(
        self,
        stack: AsyncExitStack,
        environment: Mapping[str, str],
        *,
        timeout: float = 10.0,
        ca_file: str | None = None,
    ) -> None:
        self.secrets: dict[str, str] = {}
        self._stack = stack
        self._environment = environment
        self._timeout = timeout
        self._ca_file = ca_file

    def source(
        self, *, url: str | None, app: Any, messages: Any, http: bool, talks: bool, base: str = ""
    ) -> tuple[Transport | None, MessageSource | None]:
        """What answers requests and what produces messages. `http` and `talks` say what the contracts need: one
        address may serve for both. `base` is a path prefix that the contracts' paths have already."""
        producer = self.messages(messages) if messages is not None else None
        if url is not None:
            root = self.text(url)
            at = root.rstrip("/").removesuffix(base.rstrip("/")) if base.rstrip("/") else root
            transport = self._closing(HttpTransport(at, ca_file=self._ca_file))
            return transport, producer or (self.messages(root) if talks else None)
        if app is None:
            return None, producer
        found, name = self._object(app)
        if talks and producer is None:
            made = find_app(found, name) if http else None
            return (self._closing(made), None) if made else (None, self.messages(app))
        return self._closing(app_transport(found, name)), producer

    def messages(self, source: Any) -> MessageSource:
        """A producer of messages; ConfigError when it is none."""
        if _is_url(source):
            url = self.text(source)
            return self._closing(UrlMessages(url, timeout=self._timeout, ca_file=self._ca_file))
        return self._closing(ObjectMessages(*self._object(source), timeout=self._timeout))

    def states(self, source: Any) -> StateHandlers | None:
        """State handlers; None for None, ConfigError when they are none."""
        if source is None:
            return None
        if _is_url(source):
            url = self.text(source)
            return self._closing(UrlStates(url, timeout=self._timeout, ca_file=self._ca_file))
        return self._closing(ObjectStates(*self._object(source), timeout=self._timeout))

    def hook(self, source: Any) -> Hook | None:
        """The request hook; None for None, ConfigError when it is none."""
        return None if source is None else self._closing(Hook(*self._object(source), timeout=self._timeout))

    def headers(self, headers: Mapping[str, str]) -> Headers:
        """The fields with their values."""
        return tuple((name, self.text(value, secret=True)) for name, value in headers.items())

    def text(self, text: str, *, secret: bool = False) -> str:
        """The text, or for `env:NAME` the variable's value; ConfigError when it is not set."""
        if not text.startswith("env:"):
            return text
        name = text.removeprefix("env:")
        value = self._environment.get(name)
        if not value:
            raise ConfigError(f"the environment variable {name} is not set", place=text)
        if secret:
            self.secrets[name] = value
        return value

    def _object(self, source: Any) -> tuple[Any, str]:
        """The object and its name for errors."""
        if isinstance(source, str):
            return load_object(source), source
        return source, getattr(source, "__qualname__", None) or type(source).__name__

    def _closing(self, opened: Opened) -> Opened:
        self._stack.push_async_callback(opened.close)
        return opened


def _is_url(source: Any) -> bool:
    return isinstance(source, str) and ("://" in source or source.startswith("env:"))
