"""From the flags of `record` and the settings to the plan of one recording session."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from integtest.config.hints import did_you_mean
from integtest.config.settings import Settings
from integtest.errors import UsageError
from integtest.flows.record.credentials import parse_credential
from integtest.flows.record.plan import NAME, RecordPlan, UpstreamPlan, parse_upstream
from integtest.flows.verify.plan import Plan
from integtest.model.contract import Contract
from integtest.model.http import Provenance
from integtest.rules.secrets import keep_for
from integtest.wiring import load_contracts


def plan_of(
    settings: Settings,
    *,
    upstreams: Sequence[str],
    auths: Sequence[str],
    ports: Sequence[str],
    hosts: Sequence[str],
    timeout: float | None,
    max_age: str | None,
    **rest: Any,
) -> RecordPlan:
    """The plan. UsageError for what cannot be recorded, or names no upstream; errors of loading contracts."""
    from integtest.adapters.origin import provenance

    if not NAME.fullmatch(rest["cassette"]):
        raise UsageError(
            "--cassette is a plain name, and no path", hint="for example: --cassette login, or login.jsonl"
        )
    found = [parse_upstream(text) for text in upstreams]
    names = [one.name for one in found]
    _check_twice("--upstream", names)
    credentials = _by_name("--auth", [parse_credential(text) for text in auths], names)
    places = _by_name("--port", [_port(text) for text in ports], names)
    contracts = load_contracts(Plan(contracts=settings.contracts)) if settings.contracts else ()
    known = {name: value for name in settings.secrets if (value := os.environ.get(name))}
    return RecordPlan(
        upstreams=tuple(
            one.model_copy(
                update={
                    "port": places.get(one.name, 0),
                    "credential": credentials.get(one.name),
                    **_from_contracts(settings, one, contracts),
                }
            )
            for one in found
        ),
        hosts=(*settings.record.hosts, *hosts),
        production=settings.record.production,
        policy=settings.scrub.policy(known),
        silence=timeout or 60.0,
        provenance=_limited(provenance(settings.consumer_version), max_age),
        **rest,
    )


def _limited(made_by: Provenance, max_age: str | None) -> Provenance:
    """With how old what is recorded may become."""
    try:
        return Provenance(**dict(made_by) | {"max_age": max_age})
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"--max-age: {reason}", hint="for example: --max-age 30d") from None


def _from_contracts(settings: Settings, upstream: UpstreamPlan, contracts: Sequence[Contract]) -> dict[str, Any]:
    """The variables in which the consumer reads the address, the path that it ends with, and what contracts need to
    see of a recording."""
    own = settings.providers.get(upstream.name)
    mine = [contract for contract in contracts if contract.info.provider == upstream.name]
    bases = {contract.info.base for contract in mine}
    named = {contract.info.env for contract in mine if contract.info.env}
    default = "".join(c if c.isalnum() else "_" for c in upstream.name).upper() + "_URL"
    return {
        "variables": (own.env,) if own is not None and own.env else tuple(sorted(named)) or (default,),
        "base": upstream.base or (bases.pop() if len(bases) == 1 else ""),
        "keep": () if upstream.is_local else keep_for(one for contract in mine for one in contract.interactions),
    }


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
