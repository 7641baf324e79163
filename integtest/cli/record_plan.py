"""From the flags of `record` and the settings to the plan of one recording session."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from integtest.config.hints import did_you_mean
from integtest.config.settings import Settings
from integtest.errors import UsageError
from integtest.flows.record.credentials import parse_credential
from integtest.flows.record.plan import NAME, RecordPlan, UpstreamPlan, parse_upstream


def plan_of(
    settings: Settings,
    *,
    with_contracts: bool,
    upstreams: Sequence[str],
    auths: Sequence[str],
    ports: Sequence[str],
    hosts: Sequence[str],
    timeout: float | None,
    **rest: Any,
) -> RecordPlan:
    """The plan. UsageError for what cannot be recorded, or names no upstream; errors of loading contracts."""
    from integtest.adapters.recorder.child import git_commit

    if not NAME.fullmatch(rest["cassette"]):
        raise UsageError("--cassette is a plain name without suffix", hint="for example: --cassette login")
    found = [parse_upstream(text) for text in upstreams]
    names = [one.name for one in found]
    _check_twice("--upstream", names)
    credentials = _by_name("--auth", [parse_credential(text) for text in auths], names)
    places = _by_name("--port", [_port(text) for text in ports], names)
    known = {name: value for name in settings.secrets if (value := os.environ.get(name))}
    return RecordPlan(
        upstreams=tuple(
            one.model_copy(
                update={
                    "port": places.get(one.name, 0),
                    "credential": credentials.get(one.name),
                    **_rebinding(settings, one, with_contracts=with_contracts),
                }
            )
            for one in found
        ),
        hosts=(*settings.record.hosts, *hosts),
        production=settings.record.production,
        policy=settings.scrub.policy(known),
        silence=timeout or 60.0,
        git_commit=git_commit(),
        **rest,
    )


def _rebinding(settings: Settings, upstream: UpstreamPlan, *, with_contracts: bool) -> dict[str, Any]:
    """The variables in which the consumer reads the address, and the path that it ends with."""
    from integtest.flows.verify.plan import Plan
    from integtest.wiring import load_contracts

    own = settings.providers.get(upstream.name)
    if own is not None and own.env:
        return {"variables": (own.env,)}
    default = "".join(c if c.isalnum() else "_" for c in upstream.name).upper() + "_URL"
    if not with_contracts or not settings.contracts:
        return {"variables": (default,)}
    infos = [c.info for c in load_contracts(Plan(contracts=settings.contracts)) if c.info.provider == upstream.name]
    bases = {info.base for info in infos if info.env}
    base = upstream.base or (bases.pop() if len(bases) == 1 else "")
    return {"variables": tuple(sorted({info.env for info in infos if info.env})) or (default,), "base": base}


def _port(text: str) -> tuple[str, int]:
    name, equals, number = text.partition("=")
    if not equals or not number.isdigit() or not 0 <= int(number) < 65536:
        raise UsageError(f"--port {text} is not NAME=PORT", hint="for example: --port identity=8081")
    return name, int(number)


def _by_name(flag: str, pairs: Sequence[tuple[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    _check_twice(flag, [name for name, _ in pairs])
    for name, _ in pairs:
        if name not in names:
            raise UsageError(f"{flag} names {name!r}, which is no --upstream", hint=did_you_mean(name, names))
    return dict(pairs)


def _check_twice(flag: str, names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UsageError(f"{flag} {twice} is given twice", hint="name each provider once")
