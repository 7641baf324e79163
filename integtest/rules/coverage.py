"""Whose traffic a recording is, and which recorded calls no contract knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from pathlib import PurePath
from urllib.parse import urlsplit

from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place
from integtest.rules.naming import plain_name
from integtest.rules.verification import finding

_VARIABLE = re.compile(r"\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?=\w*\d)[\w-]{16,}")
"""A step of a path that is most likely an id: digits, a UUID, a long token with a digit."""
_MOST = 30


def owner(exchange: Exchange, providers: Sequence[str]) -> str | None:
    """The provider whose traffic this is, None when nobody's: the one its cassette's folder names, else the first
    label of its host; where the host has no name (loopback, an address) and there is one provider only, that."""
    by_name = {plain_name(name): name for name in providers}
    folder = PurePath(exchange.place.file).parent.name if exchange.place.file else ""
    if found := by_name.get(plain_name(folder)):
        return found
    host = urlsplit(exchange.request.url).hostname or ""
    if found := by_name.get(plain_name(host.split(".", 1)[0])):
        return found
    return providers[0] if len(providers) == 1 and _nameless(host) else None


def uncontracted(provider: str, exchanges: Iterable[Exchange]) -> list[Finding]:
    """One finding for each kind of call, with how often it was seen; the rarest beyond thirty in one."""
    groups: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        groups.setdefault(call(exchange), []).append(exchange)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    found = [_unknown(provider, name, seen) for name, seen in ranked[:_MOST]]
    if rest := ranked[_MOST:]:
        count = sum(len(seen) for _, seen in rest)
        words = f"{len(rest)} more kinds of calls to {provider} have no contract ({count}×)"
        found.append(finding("uncontracted-call", words, provider=provider, location=Place(pointer="more")))
    return found


def call(exchange: Exchange) -> str:
    """Method and path, with `{id}` for what is most likely an id."""
    path = exchange.request.path
    steps = ("{id}" if _VARIABLE.fullmatch(step) else step for step in path.split("/"))
    return f"{exchange.request.method} {'/'.join(steps)}"


def _unknown(provider: str, name: str, seen: Sequence[Exchange]) -> Finding:
    first = seen[0].place
    return finding(
        "uncontracted-call",
        f"{name} ({len(seen)}×) has no contract",
        provider=provider,
        location=Place(file=first.file, line=first.line, pointer=name),
        hint=f"add an interaction for it to a contract with {provider}, or leave it unrecorded",
    )


def _nameless(host: str) -> bool:
    if host in ("", "localhost", "testserver"):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
