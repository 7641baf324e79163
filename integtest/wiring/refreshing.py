"""Binds the refreshing of cassettes to transports, files and contracts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from integtest.errors import ContractError, UsageError
from integtest.model.contract import Contract, HttpInteraction
from integtest.model.http import Exchange, Headers, Provenance
from integtest.rules.coverage import owner
from integtest.rules.recorded_secrets import tell
from integtest.rules.secrets import Policy

if TYPE_CHECKING:
    from integtest.adapters.provider.http import HttpTransport
    from integtest.flows.record.credentials import Credential
    from integtest.flows.refresh import Refresh
    from integtest.model.cassette import Cassette

_NEW = ".new"
_OWN = frozenset({"host", "connection", "keep-alive", "proxy-connection", "content-length", "transfer-encoding"})


@dataclass(frozen=True)
class RefreshPlan:
    """What to ask again, and where. `timeout` in seconds for one request."""

    cassettes: tuple[str, ...]
    upstreams: Mapping[str, str] = field(default_factory=dict)
    """Providers' names and the URLs that they answer at now."""
    base: str | None = None
    """Where all of them answer."""
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    contracts: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    """Names that a cassette's folder or a host may have besides."""
    hosts: tuple[str, ...] = ()
    production: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
    timeout: float = 10.0
    replace: bool = False
    provenance: Provenance = field(default_factory=Provenance)
    """What asks, of which state of the project."""


def refresh_cassettes(plan: RefreshPlan) -> list[tuple[Refresh, Path | None]]:
    """Ask again, and write each new cassette beside the old or in its place; what became of each, and its file.

    UsageError when there is nothing to ask, for a host that may not be reached, and for a credential that is not
    set; UnreadableFileError when a cassette cannot be read.
    """
    import asyncio

    cassettes = _loaded(plan)
    asker = _Asker(plan)
    for cassette in cassettes:
        asker.check(cassette)
    done = asyncio.run(_all(cassettes, asker))
    return [(one, _write(one, replace=plan.replace)) for one in done]


async def _all(cassettes: Sequence[Cassette], asker: _Asker) -> list[Refresh]:
    from integtest.flows.refresh import refresh

    try:
        now = datetime.now(UTC)
        return [await refresh(one, asker.ask, asker.policy, now, asker.repeatable) for one in cassettes]
    finally:
        await asker.close()


class _Asker:
    def __init__(self, plan: RefreshPlan) -> None:
        from pydantic import SecretStr

        from integtest.flows.record.credentials import resolved
        from integtest.flows.verify.plan import Plan
        from integtest.wiring import load_contracts

        self._plan = plan
        self._transports: dict[str, HttpTransport] = {}
        found = {name: resolved(one, os.environ, f"--auth {name}") for name, one in plan.credentials.items()}
        self._headers = {name: one.header for name, one in found.items()}
        known = {name: SecretStr(value) for one in found.values() for name, value in one.known.items()}
        self.policy = Policy(**dict(plan.policy) | {"known": {**plan.policy.known, **known}})
        contracts = load_contracts(Plan(contracts=plan.contracts)) if plan.contracts else ()
        names = (*plan.upstreams, *plan.credentials, *plan.providers, *(c.info.provider for c in contracts))
        self._names = list(dict.fromkeys(names))
        self._repeatable = _repeatable(contracts, self._names)

    def check(self, cassette: Cassette) -> None:
        """UsageError where a host may not be reached, before anything is sent."""
        from integtest.flows.record.plan import RecordPlan, UpstreamPlan, check_allowed

        plan = self._plan
        bases = {self._base(exchange) for exchange in cassette.exchanges if exchange.response is not None}
        upstreams = tuple(
            UpstreamPlan(name=urlsplit(base).netloc, origin="{0.scheme}://{0.netloc}".format(urlsplit(base)))
            for base in sorted(bases)
        )
        check_allowed(RecordPlan(upstreams=upstreams, out=Path(), hosts=plan.hosts, production=plan.production))

    def repeatable(self, old: Exchange) -> bool:
        """Whether a contract of this request's provider calls it so."""
        return self._repeatable(old)

    async def ask(self, old: Exchange) -> Exchange:
        """The answer that the request gets now; its provenance names the server and what asked."""
        from integtest.adapters.origin import provider_version
        from integtest.adapters.provider.http import HttpTransport

        base = self._base(old)
        transport = self._transports.get(base)
        if transport is None:
            transport = self._transports[base] = HttpTransport(base)
        parts = urlsplit(old.request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request = old.request.model_copy(update={"url": target, "headers": self._sent(old)})
        seen = await transport.send(request, timeout=self._plan.timeout)
        server = "{0.scheme}://{0.netloc}".format(urlsplit(base))
        known = {"source": server, "provider_version": provider_version(seen.response)}
        return seen.model_copy(update={"provenance": self._plan.provenance.model_copy(update=known)})

    async def close(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            await transport.close()

    def _base(self, old: Exchange) -> str:
        """Where this exchange's provider answers now, without a trailing slash."""
        parts = urlsplit(old.request.url)
        name = owner(old, self._names)
        named = self._plan.upstreams.get(name or "") or self._plan.base
        return (named or f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}").rstrip("/")

    def _sent(self, old: Exchange) -> Headers:
        """The recorded fields, with the credential in the place of its stand-in."""
        credential = self._headers.get(owner(old, self._names) or "")
        dropped = _OWN | ({credential[0].lower()} if credential else set())
        kept = tuple((name, value) for name, value in old.request.headers if name.lower() not in dropped)
        return (*kept, credential) if credential else kept


def _repeatable(contracts: Sequence[Contract], names: Sequence[str]) -> Callable[[Exchange], bool]:
    """Whether a promise that is repeatable fits a request of its provider."""
    from integtest.wiring import judge

    promises = [
        (one, judge().request(one.request))
        for contract in contracts
        for one in contract.interactions
        if isinstance(one, HttpInteraction) and one.repeatable
    ]

    def fits(old: Exchange) -> bool:
        provider, request = owner(old, names), old.request
        for one, judged in promises:
            if provider != one.contract.provider:
                continue
            try:
                found = tell(judged.judge(request), request, one)
            except ContractError:
                continue
            if found is not None and found.fits:
                return True
        return False

    return fits


def _loaded(plan: RefreshPlan) -> list[Cassette]:
    from integtest.adapters.files import all_cassettes, cassette_writer

    old = [one for one in all_cassettes(plan.cassettes) if not Path(one.place.file or "").stem.endswith(_NEW)]
    if not old:
        raise UsageError("no cassette to refresh", hint="name a cassette, or set [tool.integtest] cassettes")
    for one in old:
        cassette_writer(one.place.file or "")
    return old


def _write(done: Refresh, *, replace: bool) -> Path | None:
    """Never over the old one unless told to."""
    from integtest.adapters.files import atomic_write, cassette_writer, lock

    if done.cassette is None:
        return None
    old = Path(done.file)
    path = old if replace else old.with_name(f"{old.stem}{_NEW}{old.suffix}")
    with lock(path.parent):
        atomic_write(path, cassette_writer(path)(done.cassette))
    return path
