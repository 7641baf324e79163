"""Binds ports to adapters: the only place that knows both."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integtest.model.contract import Contract, HttpInteraction, Interaction
from integtest.model.http import Exchange, Request
from integtest.rules.match import Judge

if TYPE_CHECKING:
    from integtest.adapters.environment import LocalEnvironment
    from integtest.adapters.targets import Opener
    from integtest.adapters.wire.server import WireServer
    from integtest.adapters.wire.stub import Stub
    from integtest.flows.scrub import Scrubbing
    from integtest.flows.verify.events import Listener
    from integtest.flows.verify.job import Recording, Target
    from integtest.flows.verify.plan import Plan, ProviderPlan
    from integtest.model.cassette import Cassette
    from integtest.model.finding import Finding
    from integtest.model.state_need import StateNeed
    from integtest.model.verdict import Verdict
    from integtest.ports import Verifier
    from integtest.rules.secrets import Policy


@cache
def judge() -> Judge:
    """The process's judge, on Pact's own engine."""
    import atexit

    from integtest.adapters.pact_engine import Engine

    # Left to the interpreter's end, pact_ffi's handles fall when its module is gone already, with a traceback.
    atexit.register(judge.cache_clear)
    return Judge(Engine())


def environment() -> LocalEnvironment:
    """This interpreter, folder and machine, for `doctor` to look at."""
    from integtest.adapters.environment import LocalEnvironment

    return LocalEnvironment()


def state_needs(plan: Plan) -> tuple[StateNeed, ...]:
    """The provider states that the plan's contracts rely on, and whether the plan's handlers know them."""
    from integtest.adapters.imports import load_object
    from integtest.adapters.states import ObjectStates
    from integtest.flows.list_states import needed

    named = {p.name: p.states for p in plan.providers if isinstance(p.states, str) and "://" not in p.states}
    handlers = {
        name: ObjectStates(load_object(text), text).names()
        for name, text in named.items()
        if not text.startswith("env:")
    }
    contracts = load_contracts(plan)
    return needed([one for one in contracts if plan.consumer in (None, one.info.consumer)], handlers)


@contextmanager
def stub_server(interactions: Sequence[HttpInteraction]) -> Iterator[tuple[Stub, WireServer]]:
    """A stub of one provider, served on loopback while the context lasts."""
    from integtest.adapters.wire.server import WireServer

    stub = stub_of(interactions)
    with WireServer(stub) as server:
        yield stub, server


def stub_of(interactions: Iterable[Interaction], known: Mapping[str, str] | None = None) -> Stub:
    """Plays the provider of these interactions; `known` are secrets to mask, by the names of their variables."""
    from integtest.adapters.wire.stub import Stub

    return Stub(interactions, judge(), known=known)


async def send_to(target: Any, request: Request) -> Exchange:
    """Send one request to a URL, or straight into an ASGI or WSGI app."""
    from integtest.adapters.provider.apps import app_transport
    from integtest.adapters.provider.http import HttpTransport

    transport = HttpTransport(target) if isinstance(target, str) else app_transport(target, "the consumer")
    try:
        await transport.open(timeout=10.0)
        return await transport.send(request, timeout=10.0)
    finally:
        await transport.close()


def update_pact(
    folder: Path, contract: Contract, proven: AbstractSet[tuple[str, ...]], failed: AbstractSet[tuple[str, ...]]
) -> Path | None:
    """Bring the contract's pact on disk up to date with what a run proved; its file when that changed it."""
    from integtest.adapters.pacts import update

    return update(folder, contract, proven, failed)


def load_contracts(plan: Plan) -> tuple[Contract, ...]:
    """The contracts that the plan names, all or none; errors as `adapters.contracts.load_all`."""
    from integtest.adapters.contracts import load_all

    named = [target for target in plan.contracts if isinstance(target, str)]
    given = tuple(target for target in plan.contracts if isinstance(target, Contract))
    return (*given, *load_all(named).contracts)


def verify(plan: Plan, listener: Listener | None = None) -> Verdict:
    """Verify as the plan says; `listener` is told of each step. Safe to call where an event loop runs.

    UsageError when nothing is selected; ConfigError when a named object is not to be had; ContractError or
    UnreadableFileError when a contract is not to be had. All that is found about providers is in the verdict.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    found: list[Verdict] = []

    async def main() -> None:
        # asyncio.run shows the task's result to itself, at length, when it has ended.
        with _rare_collections():
            found.append(await _verify(plan, listener))

    if _in_loop():
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, main()).result()
    else:
        asyncio.run(main())
    return found[0]


@contextmanager
def _rare_collections() -> Iterator[None]:
    """A run makes thousands of objects that stay: to look through them again and again costs a fifth of it."""
    import gc

    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 50_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _in_loop() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _verify(plan: Plan, listener: Listener | None) -> Verdict:
    from contextlib import AsyncExitStack

    from integtest.adapters.contracts import load_all
    from integtest.adapters.targets import Opener
    from integtest.flows.verify.job import Job
    from integtest.flows.verify.run import verify as run

    loaded = load_all([target for target in plan.contracts if isinstance(target, str)])
    contracts = (*(one for one in plan.contracts if isinstance(one, Contract)), *loaded.contracts)
    recordings, unread = _recordings(plan)
    async with AsyncExitStack() as stack:
        opener = Opener(stack, os.environ, timeout=plan.timeout, ca_file=plan.ca_file)
        targets = {p.name: _target(opener, p, contracts) for p in plan.providers if p.answers}
        job = Job(
            contracts=contracts,
            judge=judge(),
            recordings=recordings,
            targets=targets,
            consumer=plan.consumer,
            interactions=plan.interactions,
            engine=plan.engine,
            verifier=_pact_verifier() if plan.engine != "native" else None,
            workers=plan.workers,
            timeout=plan.timeout,
            probe=plan.probe,
            environment=os.environ,
            known=_known(plan, contracts) | opener.secrets,
            unread=unread,
            findings=(*loaded.findings, *_too_old(plan, recordings)),
            notes=loaded.notes,
        )
        return await run(job, listener)


def _target(opener: Opener, provider: ProviderPlan, contracts: Sequence[Contract]) -> Target:
    """The provider with all that the plan says of it, opened as its contracts need it."""
    from integtest.flows.verify.job import Target

    mine = [contract for contract in contracts if contract.info.provider == provider.name]
    kinds = {interaction.type for contract in mine for interaction in contract.interactions}
    bases = {contract.info.base for contract in mine}
    transport, messages = opener.source(
        url=provider.url,
        app=provider.app,
        messages=provider.messages,
        http="http" in kinds or not mine,
        talks=bool(kinds & {"async", "sync"}),
        base=bases.pop() if len(bases) == 1 else "",
    )
    return Target(
        name=provider.name,
        transport=transport,
        messages=messages,
        states=opener.states(provider.states),
        hook=opener.hook(provider.auth),
        headers=opener.headers(provider.headers),
        login=getattr(transport, "login", False),
        optional=provider.optional,
    )


def _known(plan: Plan, contracts: Sequence[Contract]) -> dict[str, str]:
    """The values to mask: of variables that are called secret, or that contracts name."""
    uses = (u for contract in contracts for one in contract.interactions for u in one.secrets)
    names = {*plan.secrets, *(variable for use in uses for variable in use.variables.values())}
    return {name: value for name in sorted(names) if (value := os.environ.get(name))}


def _recordings(plan: Plan) -> tuple[tuple[Recording, ...], tuple[Finding, ...]]:
    """The cassettes, those that the configuration gives to a provider first, each file once."""
    from integtest.adapters.files import load_each
    from integtest.adapters.tape.shelves import open_cassette
    from integtest.flows.verify.job import Recording
    from integtest.rules.secrets import Policy

    policy = Policy()
    found: dict[str, Recording] = {}
    unread: dict[str, Finding] = {}
    owned = [(provider.name, path) for provider in plan.providers for path in provider.cassettes]
    for owner, path in [*owned, *((None, path) for path in plan.cassettes)]:
        cassettes, findings = load_each([path], lambda file: open_cassette(file, policy))
        for cassette in cassettes:
            found.setdefault(str(Path(cassette.place.file or "").resolve()), Recording(cassette, owner))
        unread |= {one.fingerprint: one for one in findings}
    return tuple(found.values()), tuple(unread.values())


def _too_old(plan: Plan, recordings: Sequence[Recording]) -> list[Finding]:
    """What the plan's limit on the age of recordings finds, and what their own does, now."""
    from datetime import UTC, datetime

    from integtest.rules.freshness import age_of, staleness

    now, limit = datetime.now(UTC), plan.max_age
    cassettes = [recording.cassette for recording in recordings]
    return [found for one in cassettes for found in staleness(age_of(one.exchanges), one.place.file, limit, now)]


def _pact_verifier() -> Verifier:
    from integtest.adapters.pact_verifier import PactVerifier

    return PactVerifier()


def scrub_cassettes(paths: Sequence[str], policy: Policy, *, check: bool) -> Scrubbing:
    """Check the cassettes in files and folders, or mend them in place; what cannot be read is a finding."""
    from integtest.adapters.files import atomic_write, cassette_writer, load_cassettes, read_bytes
    from integtest.flows import scrub as flow

    found, unread = load_cassettes(paths)
    # A HAR holds more than its exchanges: it is read and mended as it stands.
    places = [one.place.file or "" for one in found]
    is_har = [Path(place).suffix.lower() == ".har" for place in places]
    cassettes = [one for one, har in zip(found, is_har, strict=True) if not har]
    hars = [
        flow.HarFile(place, read_bytes(place), len(one.exchanges))
        for one, place, har in zip(found, places, is_har, strict=True)
        if har
    ]

    def write(cassette: Cassette) -> None:
        path = cassette.place.file or ""
        atomic_write(path, cassette_writer(path)(cassette))

    unreadable = flow.Scrubbing(tuple(unread))
    if check:
        return flow.together(unreadable, flow.check(cassettes, policy), flow.check_har(hars, policy))
    return flow.together(
        unreadable, flow.scrub(cassettes, policy, write), flow.scrub_har(hars, policy, atomic_write)
    )
