"""What works here: the tool itself, then all that the configuration names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from integtest.errors import IntegtestError
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.check import Check
from integtest.model.contract import Contract
from integtest.model.finding import Blame, Finding, Severity
from integtest.model.http import Place

CLIENTS = ("httpx", "httpx2", "requests", "aiohttp", "urllib3", "openai", "anthropic", "botocore")
_FILES = ("contracts ", "cassettes ")
_ENV = "env:"
_SEVERITIES: Mapping[str, Severity] = {"warn": "warning", "fail": "error"}
_BLAMES: Mapping[str, Blame] = {"provider": "provider", "contracts": "contract", "cassettes": "recording"}


class Environment(Protocol):
    """What can be asked of the place where integtest runs. Each method may raise IntegtestError."""

    def python(self) -> str:
        """The interpreter's version and where it is."""
        ...

    def installed(self, distribution: str) -> str | None:
        """The version of an installed distribution, or None."""
        ...

    def engine(self) -> None:
        """Have Pact's engine judge a good and a bad body."""
        ...

    def pytest_plugins(self) -> Sequence[str]:
        """The installed distributions that bring a pytest plugin."""
        ...

    def pytest_markers(self) -> Sequence[str]:
        """The markers that pytest knows when it starts here with its plugins."""
        ...

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        ...

    def contracts(self, target: str) -> Sequence[Contract]:
        """The contracts in a module, a pact, a folder, or at a URL."""
        ...

    def cassettes(self, paths: Sequence[str]) -> tuple[int, int, Sequence[Finding]]:
        """How many cassettes and exchanges there are, and what cannot be read."""
        ...

    def reach(self, url: str, timeout: float) -> str:
        """Open a connection to where `url` points; the address reached."""
        ...

    def load(self, name: str) -> Any:
        """The object `module:object`."""
        ...


def doctor(plan: Plan, here: Environment, *, file: str | None, problem: IntegtestError | None) -> tuple[Check, ...]:
    """Everything looked at, in the order in which a person would mend it. `file` is the configuration found, and
    `problem` what is wrong with it."""
    return (*_tool(here), _configuration(plan, file, problem), *_named(plan, here))


def findings(checks: Sequence[Check]) -> tuple[Finding, ...]:
    """What is not well, as findings."""
    return tuple(
        Finding(
            rule=f"doctor-{check.name.split(' ', 1)[0]}",
            severity=_SEVERITIES[check.status],
            blame=_BLAMES.get(check.name.split(" ", 1)[0], "consumer"),
            message=f"{check.name}: {check.detail}",
            hint=check.hint,
            provider=_subject(check) if check.name.startswith("provider ") else None,
            location=Place(file=_subject(check)) if check.name.startswith(_FILES) else Place(pointer=check.name),
        )
        for check in checks
        if check.status != "ok"
    )


def _subject(check: Check) -> str:
    """What a check looked at: a path may hold spaces, a provider's part may follow its name."""
    words = check.name.split(" ", 1)
    return words[1] if check.name.startswith(_FILES) else words[1].split(" ")[0]


def _tool(here: Environment) -> Iterator[Check]:
    yield _check("python", here.python)
    yield Check(name="integtest", status="ok", detail=here.installed("integtest") or "runs from its source")
    yield _check("engine", lambda: _engine(here))
    yield _telemetry(here)
    yield _check("pytest", lambda: _pytest(here))
    yield _clients(here)


def _check(name: str, look: Callable[[], str | Check]) -> Check:
    """What `look` says; what it raises is a failed check."""
    try:
        found = look()
    except IntegtestError as error:
        where = f"{error.place}: " if error.place else ""
        return Check(name=name, status="fail", detail=f"{where}{error.message}", hint=error.hint)
    except Exception as error:  # noqa: BLE001 - a doctor that dies of the illness is of no use
        return Check(name=name, status="fail", detail=f"{type(error).__name__}: {error}")
    return found if isinstance(found, Check) else Check(name=name, status="ok", detail=found)


def _engine(here: Environment) -> str:
    here.engine()
    return f"Pact's engine judges (pact-python {here.installed('pact-python')})"


def _telemetry(here: Environment) -> Check:
    """Only the exact word counts for Pact's libraries, and only before their first call."""
    if here.variable("PACT_DO_NOT_TRACK") == "true":
        return Check(
            name="telemetry", status="ok", detail="off: Pact's libraries report nothing (PACT_DO_NOT_TRACK)"
        )
    return Check(
        name="telemetry",
        status="fail",
        detail="Pact's libraries report each run to an analytics host",
        hint="export PACT_DO_NOT_TRACK=true",
    )


def _pytest(here: Environment) -> Check | str:
    plugins = [name for name in here.pytest_plugins() if name != "integtest"]
    beside = f", beside {', '.join(plugins)}" if plugins else ""
    if "contract" in here.pytest_markers():
        return f"pytest {here.installed('pytest')} starts with the integtest plugin{beside}"
    return Check(
        name="pytest",
        status="warn",
        detail="pytest starts, but without the integtest plugin",
        hint="is PYTEST_DISABLE_PLUGIN_AUTOLOAD set? then add: -p integtest.pytest_plugin",
    )


def _clients(here: Environment) -> Check:
    seen = [f"{name} {version}" for name in CLIENTS if (version := here.installed(name))]
    return Check(
        name="clients", status="ok", detail=", ".join(seen) or "none of the HTTP clients known is installed"
    )


def _configuration(plan: Plan, file: str | None, problem: IntegtestError | None) -> Check:
    if problem is not None:
        return _check("configuration", lambda: _raise(problem))
    if file is None:
        detail = "no [tool.integtest] here or above: give contracts and providers as flags"
        return Check(name="configuration", status="ok", detail=detail)
    named = [
        _count(len(items), noun)
        for noun, items in (
            ("contract place", plan.contracts),
            ("cassette place", plan.cassettes),
            ("provider", plan.providers),
        )
    ]
    empty = not (plan.contracts or plan.cassettes or plan.providers)
    return Check(
        name="configuration",
        status="warn" if empty else "ok",
        detail=f"{file} names {', '.join(named)}",
        hint='name some: contracts = ["contracts"]' if empty else None,
    )


def _raise(problem: IntegtestError) -> str:
    raise problem


def _named(plan: Plan, here: Environment) -> Iterator[Check]:
    contracts: list[Contract] = []
    for target in plan.contracts:
        yield _check(f"contracts {target}", lambda t=str(target): _contracts(here, t, contracts))  # type: ignore[misc]
    places = [*plan.cassettes, *(path for provider in plan.providers for path in provider.cassettes)]
    for place in dict.fromkeys(places):
        yield _check(f"cassettes {place}", lambda p=place: _cassettes(here, p))  # type: ignore[misc]
    for provider in plan.providers:
        yield from _provider(plan, provider, here, contracts)
    yield from _secrets(plan, here, contracts)


def _contracts(here: Environment, target: str, into: list[Contract]) -> Check | str:
    found = here.contracts(target)
    into += found
    if not found:
        return Check(name=f"contracts {target}", status="fail", detail="holds no contract")
    promises = sum(len(contract.interactions) for contract in found)
    pairs = sorted({f"{c.info.consumer} -> {c.info.provider}" for c in found})
    shown = ", ".join(pairs[:8]) + (f", and {len(pairs) - 8} more" if len(pairs) > 8 else "")
    return f"{_count(promises, 'interaction')}: {shown}"


def _cassettes(here: Environment, place: str) -> Check | str:
    files, exchanges, unread = here.cassettes([place])
    if unread:
        first = unread[0]
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        detail = f"{first.location.file or place}: {first.message}{more}"
        return Check(name=f"cassettes {place}", status="fail", detail=detail, hint=first.hint)
    if not files:
        return Check(name=f"cassettes {place}", status="warn", detail="holds no cassette")
    return f"{_count(exchanges, 'exchange')} in {_count(files, 'file')}"


def _provider(
    plan: Plan, provider: ProviderPlan, here: Environment, contracts: Sequence[Contract]
) -> Iterator[Check]:
    name = f"provider {provider.name}"
    known = {contract.info.provider for contract in contracts}
    if known and provider.name not in known:
        detail = f"no contract has this provider; they have {', '.join(sorted(known))}"
        yield Check(name=name, status="warn", detail=detail, hint="use the name that the contracts use")
    if provider.url is not None:
        yield _check(name, lambda: _address(here, provider, plan.timeout))
    for what in ("app", "states", "auth", "messages"):
        target = getattr(provider, what)
        if target is not None:
            yield _check(f"{name} {what}", lambda t=str(target): _target(here, t, plan.timeout))  # type: ignore[misc]
    for header, value in provider.headers.items():
        if value.startswith(_ENV):
            yield _check(f"{name} header {header}", lambda v=value: _set(here, v))  # type: ignore[misc]
    if not provider.has_source:
        yield Check(name=name, status="warn", detail="has no url, app, messages or cassettes of its own")


def _address(here: Environment, provider: ProviderPlan, timeout: float) -> Check | str:
    url = str(provider.url)
    variable = url.removeprefix(_ENV)
    if url.startswith(_ENV) and provider.optional and not here.variable(variable):
        detail = f"is not asked: {variable} is not set"
        return Check(
            name=f"provider {provider.name}", status="warn", detail=detail, hint=f"export {variable}=http://…"
        )
    return f"answers at {here.reach(_value(here, url), timeout)}"


def _target(here: Environment, target: str, timeout: float) -> str:
    if "://" in target or target.startswith(_ENV):
        return f"answers at {here.reach(_value(here, target), timeout)}"
    here.load(target)
    return f"{target} loads"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _value(here: Environment, text: str) -> str:
    """What `env:NAME` stands for, or `text` itself."""
    if not text.startswith(_ENV):
        return text
    name = text.removeprefix(_ENV)
    value = here.variable(name)
    if not value:
        raise IntegtestError(f"environment variable {name} is not set", hint=f"export {name}=…")
    return value


def _set(here: Environment, text: str) -> str:
    """Never the value: it may be secret."""
    _value(here, text)
    return f"{text.removeprefix(_ENV)} is set"


def _secrets(plan: Plan, here: Environment, contracts: Sequence[Contract]) -> Iterator[Check]:
    uses = [use for contract in contracts for one in contract.interactions for use in one.secrets]
    names = {*plan.secrets, *(variable for use in uses for variable in use.variables.values())}
    for name in sorted(names):
        if here.variable(name):
            yield Check(name=f"secret {name}", status="ok", detail="is set")
        else:
            hint = f"export {name}=…; live providers will refuse what needs it"
            yield Check(name=f"secret {name}", status="warn", detail="is not set", hint=hint)
