"""From settings and flags to the plan of one verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integtest.config.settings import ENV_PREFIX, ProviderSettings, Settings
from integtest.errors import UsageError
from integtest.flows.verify.plan import EngineName, Plan, ProviderPlan, parse_provider
from integtest.model.finding import Finding


@dataclass(frozen=True)
class Selection:
    """What the flags of `verify` name; empty means that the flag was not given."""

    contracts: tuple[str, ...] = ()
    cassettes: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    states: str | None = None
    auth: str | None = None
    headers: tuple[str, ...] = ()
    consumer: str | None = None
    engine: EngineName = "native"
    workers: int | None = None
    timeout: float | None = None
    probe: bool = False

    @property
    def names_sources(self) -> bool:
        """Whether a flag says against what to verify, so that the configured sources are left out."""
        return bool(self.cassettes or self.providers)


def plan_of(settings: Settings, chosen: Selection | None = None) -> Plan:
    """The plan: a flag wins over its setting, and a provider named by a flag keeps its configured states, auth
    and headers. A flag that names cassettes or providers leaves the configured sources out."""
    chosen = chosen or Selection()
    providers = _chosen(settings, chosen) if chosen.names_sources else _configured(settings)
    return Plan(
        contracts=chosen.contracts or settings.contracts,
        cassettes=chosen.cassettes if chosen.names_sources else settings.cassettes,
        providers=tuple(_with_flags(provider, chosen) for provider in providers),
        consumer=chosen.consumer or settings.consumer,
        engine=chosen.engine,
        workers=chosen.workers or settings.workers,
        timeout=chosen.timeout or settings.timeout,
        probe=chosen.probe,
        max_age=settings.max_age,
        secrets=settings.secrets,
    )


def without_unset(plan: Plan, environ: Mapping[str, str]) -> tuple[Plan, tuple[Finding, ...]]:
    """The plan without the configured addresses whose environment variable is not set, and a warning for each, so
    that a fresh checkout verifies its recordings. Where nothing else is left to verify with, the plan as it is."""
    unset = {
        provider.name: (provider.url or "").removeprefix(ENV_PREFIX)
        for provider in plan.providers
        if provider.optional and (provider.url or "").startswith(ENV_PREFIX)
    }
    unset = {name: variable for name, variable in unset.items() if not environ.get(variable)}
    left = tuple(p.model_copy(update={"url": None}) if p.name in unset else p for p in plan.providers)
    if not unset or not (plan.cassettes or any(provider.has_source for provider in left)):
        return plan, ()
    return plan.model_copy(update={"providers": left}), tuple(_not_asked(*item) for item in unset.items())


def _not_asked(provider: str, variable: str) -> Finding:
    return Finding(
        rule="provider-not-asked",
        severity="warning",
        blame="consumer",
        provider=provider,
        message=f"not asked: its address is the environment variable {variable}, which is not set",
        hint=f"export {variable}=http://…",
    )


def _configured(settings: Settings) -> list[ProviderPlan]:
    return [
        _provider(name, provider).model_copy(update={"optional": True})
        for name, provider in settings.providers.items()
    ]


def _chosen(settings: Settings, chosen: Selection) -> list[ProviderPlan]:
    """The providers that flags name, over what is configured of them."""
    given = [parse_provider(text) for text in chosen.providers]
    names = [provider.name for provider in given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UsageError(f"--provider {twice} is given twice", hint="name each provider once")
    known = settings.providers
    return [
        _provider(p.name, known.get(p.name, ProviderSettings())).model_copy(
            update={"url": p.url, "app": p.app, "cassettes": ()}
        )
        for p in given
    ]


def _provider(name: str, settings: ProviderSettings) -> ProviderPlan:
    return ProviderPlan(name=name, **settings.model_dump(exclude={"env"}))


def _with_flags(provider: ProviderPlan, chosen: Selection) -> ProviderPlan:
    headers = dict(header(text) for text in chosen.headers)
    return provider.model_copy(
        update={
            "states": chosen.states or provider.states,
            "auth": chosen.auth or provider.auth,
            "headers": {**provider.headers, **headers},
        }
    )


def header(text: str) -> tuple[str, str]:
    """The name and value of `NAME=VALUE`; UsageError shows the name alone, for the value may be secret."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not name.strip().replace("-", "").replace("_", "").isalnum():
        raise UsageError(
            "--header is not NAME=VALUE", hint="for example: --header X-Tenant=blue, --header X-Key=env:API_KEY"
        )
    return name.strip(), value.strip()
