"""Whether what the configuration names is there: contracts, cassettes, providers, secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from integtest.errors import IntegtestError
from integtest.flows.doctor.ages import Aged, counted, unwell
from integtest.flows.doctor.environment import Environment, check
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.check import Check
from integtest.model.contract import Contract
from integtest.rules.freshness import age_of

_ENV = "env:"


def named(plan: Plan, here: Environment) -> Iterator[Check]:
    """A check for each thing that the plan names."""
    contracts: list[Contract] = []
    for target in plan.contracts:
        yield check(f"contracts {target}", lambda t=str(target): _contracts(here, t, contracts))  # type: ignore[misc]
    places = [*plan.cassettes, *(path for provider in plan.providers for path in provider.cassettes)]
    read: dict[str, Aged] = {}
    for place in dict.fromkeys(places):
        yield check(f"cassettes {place}", lambda p=place: _cassettes(here, p, plan.max_age, read))  # type: ignore[misc]
    yield from unwell(list(read.values()), plan.max_age, here.now())
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
    return f"{count(promises, 'interaction')}: {shown}"


def _cassettes(here: Environment, place: str, limit: float | None, into: dict[str, Aged]) -> Check | str:
    cassettes, unread = here.cassettes([place])
    found = [Aged(one.place.file or place, age_of(one.exchanges)) for one in cassettes]
    into |= {one.file: one for one in found}
    if unread:
        first = unread[0]
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        detail = f"{first.location.file or place}: {first.message}{more}"
        return Check(name=f"cassettes {place}", status="fail", detail=detail, hint=first.hint)
    if not found:
        return Check(name=f"cassettes {place}", status="warn", detail="holds no cassette")
    exchanges = sum(one.age.total for one in found)
    held = f"{count(exchanges, 'exchange')} in {count(len(found), 'file')}"
    return f"{held}: {counted(found, limit, here.now())}"


def _provider(
    plan: Plan, provider: ProviderPlan, here: Environment, contracts: Sequence[Contract]
) -> Iterator[Check]:
    name = f"provider {provider.name}"
    known = {contract.info.provider for contract in contracts}
    if known and provider.name not in known:
        detail = f"no contract has this provider; they have {', '.join(sorted(known))}"
        yield Check(name=name, status="warn", detail=detail, hint="use the name that the contracts use")
    if provider.url is not None:
        yield check(name, lambda: _address(here, provider, plan.timeout))
    for what in ("app", "states", "auth", "messages"):
        target = getattr(provider, what)
        if target is not None:
            yield check(f"{name} {what}", lambda t=str(target): _target(here, t, plan.timeout))  # type: ignore[misc]
    for header, value in provider.headers.items():
        if value.startswith(_ENV):
            yield check(f"{name} header {header}", lambda v=value: _set(here, v))  # type: ignore[misc]
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


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
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
