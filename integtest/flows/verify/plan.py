"""What to verify, as data: the command line and the pytest plugin make the same plan."""

from __future__ import annotations

import re
from typing import Any, Literal

from integtest.errors import UsageError
from integtest.model.base import Frozen
from integtest.model.contract import Contract

_OBJECT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*(\(\))?")

EngineName = Literal["native", "pact", "both"]


class ProviderPlan(Frozen):
    """How one provider is reached, and what its team brings along.

    A text names an object as `module:object` or gives a URL; where a text is allowed, the object itself is too.
    `env:NAME` in `url` and `headers` stands for the value of an environment variable.
    """

    name: str
    url: str | None = None
    app: Any = None
    """An ASGI or WSGI app, or a function that makes one; an object of message producers is found out by use."""
    messages: Any = None
    """What produces messages: an object, or a URL that is asked as Pact does."""
    states: Any = None
    auth: Any = None
    """The request hook: takes a `Request`, returns the one to send; sync or async."""
    headers: dict[str, str] = {}
    cassettes: tuple[str, ...] = ()
    optional: bool = False
    """True when it comes from a configuration that may know more providers than the selected contracts have."""

    @property
    def answers(self) -> bool:
        """Whether it can be asked."""
        return any(source is not None for source in (self.url, self.app, self.messages))

    @property
    def has_source(self) -> bool:
        """Whether anything here can answer, or was recorded."""
        return self.answers or bool(self.cassettes)


class Plan(Frozen):
    """One run of verification. Times in seconds."""

    contracts: tuple[str | Contract, ...] = ()
    """Modules, pacts, URLs, folders of them; or contracts already at hand."""
    cassettes: tuple[str, ...] = ()
    providers: tuple[ProviderPlan, ...] = ()
    consumer: str | None = None
    """Only the contracts of this consumer."""
    interactions: frozenset[tuple[str, ...]] | None = None
    """Only the interactions with these identities; None for all."""
    engine: EngineName = "native"
    workers: int = 16
    """Requests in flight at once."""
    timeout: float = 10.0
    """For one request, and for one state handler."""
    probe: bool = False
    """Also send what a provider must refuse."""
    max_age: float | None = None
    """Seconds that a recording may be old; None for any age."""
    secrets: tuple[str, ...] = ()
    """Environment variables whose values are masked in every finding."""
    ca_file: str | None = None
    """Certificates to trust besides those of the system, in PEM."""

    def provider(self, name: str) -> ProviderPlan | None:
        """How the provider of this name is reached, or None."""
        return next((p for p in self.providers if p.name == name), None)


def parse_provider(text: str) -> ProviderPlan:
    """The plan that `NAME=URL` or `NAME=module:object` stands for; UsageError when it is neither."""
    name, equals, target = text.partition("=")
    name, target = name.strip(), target.strip()
    if not equals or not name or not target:
        raise UsageError(
            f'--provider "{text}" is not NAME=URL or NAME=module:app',
            hint="for example: --provider identity=http://127.0.0.1:8000",
        )
    if re.match(r"https?://[^/\s]", target) or target.startswith("env:"):
        return ProviderPlan(name=name, url=target)
    if "://" in target or not _OBJECT.fullmatch(target):
        raise UsageError(
            f'--provider {name}: "{target}" is neither a URL nor module:object',
            hint="write http://host:port, https://host, or the import path of an ASGI or WSGI app",
        )
    return ProviderPlan(name=name, app=target)
