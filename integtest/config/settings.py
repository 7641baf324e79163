"""What can be configured, as one model: the keys of `[tool.integtest]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from integtest.model.base import Frozen
from integtest.model.budget import Duration
from integtest.model.failure import Weakness
from integtest.rules.secrets.policy import Policy, Rule

ENV_PREFIX = "env:"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OBJECT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*(\(\))?")


def _url(value: str) -> str:
    if value.startswith(ENV_PREFIX):
        _variable(value.removeprefix(ENV_PREFIX))
    elif not re.match(r"https?://[^/\s]", value):
        raise ValueError('must be a URL that starts with http:// or https://, or "env:NAME"')
    return value


def _object(value: str) -> str:
    if not _OBJECT.fullmatch(value):
        raise ValueError('must name an object as "package.module:object"')
    return value


def _module(value: str) -> str:
    if not all(part.isidentifier() for part in value.split(".")):
        raise ValueError('must name a module as "package.module"')
    return value


def _object_or_url(value: str) -> str:
    return _url(value) if "://" in value or value.startswith(ENV_PREFIX) else _object(value)


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        raise ValueError("must be the name of an environment variable, never a secret itself")
    return value


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"must be a whole number, got {str(value).lower()}")
    return value


Url = Annotated[str, AfterValidator(_url)]
ObjectName = Annotated[str, AfterValidator(_object)]
ModuleName = Annotated[str, AfterValidator(_module)]
ObjectOrUrl = Annotated[str, AfterValidator(_object_or_url)]
Variable = Annotated[str, AfterValidator(_variable)]
PathText = Annotated[str, Field(min_length=1)]
FailOn = Literal["error", "warning", "info"]


class ProviderSettings(Frozen):
    """How one provider is reached: the table `[tool.integtest.providers.NAME]`."""

    url: Annotated[Url | None, Field(description="Where the provider answers, or `env:NAME`.")] = None
    app: Annotated[
        ObjectName | None,
        Field(
            description="The provider's ASGI or WSGI app as `module:object`, called in process instead of `url`."
        ),
    ] = None
    states: Annotated[
        ObjectOrUrl | None, Field(description="Provider state handlers: `module:object`, or a URL.")
    ] = None
    auth: Annotated[
        ObjectName | None,
        Field(description="A request hook, `module:function`: it takes a request and returns the one to send."),
    ] = None
    headers: Annotated[
        dict[str, str], Field(description="Headers added to each request; a value may be `env:NAME`.")
    ] = {}
    cassettes: Annotated[
        tuple[PathText, ...], Field(description="Cassettes that hold this provider's traffic: files or folders.")
    ] = ()
    messages: Annotated[
        ObjectOrUrl | None,
        Field(description="What produces messages: `module:object`, or a URL that is asked as Pact does."),
    ] = None

    env: Annotated[
        Variable | None,
        Field(description="Environment variable in which the consumer reads the provider's address, for `record`."),
    ] = None

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if self.url and self.app:
            raise ValueError("has both url and app: keep the one that shall be verified")
        return self


class ScrubSettings(Frozen):
    """How recordings are scrubbed: the table `[tool.integtest.scrub]`. See docs/reference/scrubbing.md."""

    keep: Annotated[
        tuple[PathText, ...],
        Field(description="What the allow-list keeps: `$.a[*].b`, `header.Name`, `query.name`, or a media type."),
    ] = ()
    allow_list: Annotated[
        bool | None,
        Field(description="Keep only what `keep` names; by default so for what is recorded from beyond loopback."),
    ] = None
    rules: Annotated[
        tuple[Rule, ...],
        Field(description="Detectors of your own: tables with `name`, and `pattern` or `keys`, and `kind`."),
    ] = ()
    harmless: Annotated[
        tuple[str, ...], Field(description="Names whose values, and values, that are never replaced.")
    ] = ()
    off: Annotated[tuple[str, ...], Field(description="Kinds that are not looked for.")] = ()
    in_doubt: Annotated[
        Literal["refuse", "replace"],
        Field(description="What happens to a recording that nobody can judge: left out, or replaced whole."),
    ] = "refuse"
    ip_addresses: Annotated[bool, Field(description="Whether IP addresses are personal data.")] = False

    def policy(self, known: Mapping[str, str]) -> Policy:
        """The policy, with secret values by the names of their variables; ConfigError for one that is too short."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Policy(**fields, known={name: SecretStr(value) for name, value in known.items()})


class RecordSettings(Frozen):
    """Which hosts beyond this machine `integtest record` reaches: the table `[tool.integtest.record]`."""

    hosts: Annotated[
        tuple[PathText, ...], Field(description="Hosts that may be recorded; `*.staging.example` stands for many.")
    ] = ()
    production: Annotated[
        tuple[PathText, ...], Field(description="Hosts that are never recorded, whatever else is said of them.")
    ] = ()


class ServiceSettings(Frozen):
    """How this service is started and asked, for `integtest break`: the table `[tool.integtest.service]`."""

    start: Annotated[
        str | None, Field(min_length=1, description="The command that starts it, such as `uvicorn app:app`.")
    ] = None
    url: Annotated[Url | None, Field(description="Where it listens once it is started.")] = None
    health: Annotated[str, Field(min_length=1, description="The path that answers below 500 when it is ready.")] = (
        "/"
    )
    ready: Annotated[Duration, Field(description="How long it may take until it is ready.")] = 30.0
    probe: Annotated[
        str | None,
        Field(
            min_length=1,
            description="What is asked of it: `POST /claims`, or a command that exits with 0 when it is content.",
        ),
    ] = None
    body: Annotated[str | None, Field(description="The JSON body of the probe, or `@FILE`.")] = None
    run: Annotated[
        ObjectName | None,
        Field(description="A function, as `module:function`, that is run in this process in place of a service."),
    ] = None
    raises: Annotated[tuple[str, ...], Field(description="Errors that `run` declares, as `module:Name`.")] = ()
    returns: Annotated[
        ObjectName | None,
        Field(
            description="A function, as `module:function`, that takes a result (of a service: `status` and `body`)"
            " and tells whether it is an honest answer of one that gave up."
        ),
    ] = None
    within: Annotated[Duration | None, Field(description="How long it may take while a provider fails.")] = None
    calls: Annotated[int | None, Field(ge=1, description="How often it may call what fails.")] = None


class WeaknessSettings(Weakness):
    """A known weakness: a table of `[[tool.integtest.weaknesses]]`."""

    case: Annotated[str, Field(min_length=1, description="A case's address, or a pattern of it.")]
    reason: Annotated[str, Field(min_length=3, description="Why it is accepted for now.")]
    until: Annotated[date, Field(description="The last day on which it is accepted, such as 2027-03-31.")]


class Settings(Frozen):
    """The table `[tool.integtest]`."""

    contracts: Annotated[
        tuple[PathText, ...],
        Field(description="Contracts: modules, compiled pacts, URLs, or folders of them."),
    ] = ()
    pacts: Annotated[
        PathText | None, Field(description="Folder where the pytest plugin writes compiled pacts.")
    ] = None
    cassettes: Annotated[
        tuple[PathText, ...], Field(description="Recorded traffic: cassette files, or folders of them.")
    ] = ()
    consumer: Annotated[str | None, Field(min_length=1, description="Only the contracts of this consumer.")] = None
    consumer_version: Annotated[
        str | None,
        Field(min_length=1, description="This consumer's version, which recordings tell; a CI sets the variable."),
    ] = None
    fail_on: Annotated[
        FailOn, Field(description="The least severity of a finding that makes the exit status 1.")
    ] = "error"
    timeout: Annotated[
        Duration, Field(le=86400, description='For one request: seconds, or text such as "10s" and "500ms".')
    ] = 10.0
    max_age: Annotated[
        Duration | None,
        Field(description='How old recordings may be before a warning says so, such as "90d" or "12h".'),
    ] = None
    workers: Annotated[
        int, BeforeValidator(_no_bool), Field(ge=1, le=1024, description="Requests in flight at once.")
    ] = 16
    secrets: Annotated[
        tuple[Variable, ...],
        Field(description="Environment variables whose values are secret: they are masked in every report."),
    ] = ()
    reach: Annotated[
        tuple[PathText, ...],
        Field(
            description="Hosts beyond this machine that clients without a seam may reach while a cassette plays,"
            " such as a database's; `*.internal` stands for many."
        ),
    ] = ()
    scrub: Annotated[ScrubSettings, Field(description="How recordings are scrubbed: a table of its own.")] = (
        ScrubSettings()
    )
    record: Annotated[RecordSettings, Field(description="Which hosts may be recorded: a table of its own.")] = (
        RecordSettings()
    )
    service: Annotated[
        ServiceSettings, Field(description="How this service is started and asked: a table of its own.")
    ] = ServiceSettings()
    weaknesses: Annotated[
        tuple[WeaknessSettings, ...],
        Field(description="Failures that are known and accepted until a day: tables with case, reason, until."),
    ] = ()
    modes: Annotated[
        tuple[ModuleName, ...],
        Field(description="Modules, as `package.module`, that declare failure modes of your own with `@mode`."),
    ] = ()
    providers: Annotated[
        dict[str, ProviderSettings], Field(description="One table for each provider, by its name in the contracts.")
    ] = {}


SECTIONS: Mapping[str, type[Frozen]] = {
    "scrub": ScrubSettings,
    "record": RecordSettings,
    "service": ServiceSettings,
}
"""Tables below `[tool.integtest]` by name, besides the providers'."""
