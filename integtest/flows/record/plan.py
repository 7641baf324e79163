"""What to record, as data, and whether it may be."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from integtest.errors import UsageError
from integtest.flows.record.credentials import Credential
from integtest.model.base import Frozen
from integtest.model.http import Provenance
from integtest.rules.secrets import Policy

RecordMode = Literal["once", "new_episodes", "all"]
SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")
"""Of the cassettes that are written."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""A provider's name, and a cassette's: both become names on disk."""


class UpstreamPlan(Frozen):
    """One provider to be recorded. `base` is its path, which clients' addresses end with."""

    name: str
    origin: str
    base: str = ""
    port: int = 0
    variables: tuple[str, ...] = ()
    """Environment variables in which the consumer reads its address."""
    credential: Credential | None = None
    keep: tuple[str, ...] = ()
    """What contracts need to see as it was, as in `Policy.keep`."""

    @property
    def host(self) -> str:
        """Without its port, in lower case."""
        return (urlsplit(self.origin).hostname or "").lower()

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return _is_loopback(self.host)


class RecordPlan(Frozen):
    """One recording session. `silence` is how many seconds a provider may say nothing."""

    upstreams: tuple[UpstreamPlan, ...]
    out: Path
    cassette: str = "recorded"
    """The cassettes' name in a folder for each provider; without a suffix they are vcrpy's YAML."""
    mode: RecordMode = "once"
    hosts: tuple[str, ...] = ()
    """Patterns of hosts beyond this machine that may be reached."""
    production: tuple[str, ...] = ()
    """Patterns of hosts that must not be."""
    policy: Policy = Policy()
    silence: float = 60.0
    ca_file: str | None = None
    provenance: Provenance = Provenance()

    def path(self, upstream: UpstreamPlan) -> Path:
        """Where this provider's exchanges go."""
        suffix = "" if self.cassette.endswith(SUFFIXES) else ".yaml"
        return self.out / upstream.name / f"{self.cassette}{suffix}"


def parse_upstream(text: str) -> UpstreamPlan:
    """From `NAME=URL`; UsageError, which never shows the URL's credentials, for anything else."""
    name, equals, url = text.partition("=")
    if not equals or not NAME.fullmatch(name):
        raise UsageError(
            "--upstream is not NAME=URL", hint="for example: --upstream identity=https://identity.staging.example"
        )
    place = f"--upstream {name}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"its URL cannot be read: {error}", place=place) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\\]", url):
        raise UsageError("needs a URL that starts with http:// or https://", place=place)
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "has credentials in its URL: they would be in your shell's history",
            place=place,
            hint=f"name variables: --auth {name}=basic:env:USER:env:PASSWORD",
        )
    if parts.query or parts.fragment:
        raise UsageError("must not have a query or fragment", place=place, hint="name where the provider answers")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    own = port in (None, {"http": 80, "https": 443}[parts.scheme])
    origin = f"{parts.scheme}://{host.lower()}" + ("" if own else f":{port}")
    return UpstreamPlan(name=name, origin=origin, base=parts.path.rstrip("/"))


def check_allowed(plan: RecordPlan) -> None:
    """UsageError for a host that is marked production, or is neither on this machine nor named as recordable."""
    for upstream in plan.upstreams:
        place = f"--upstream {upstream.name}"
        marked = _matching(upstream, plan.production)
        if marked:
            raise UsageError(
                f"{upstream.host} is not recorded: the configuration marks {marked} as production",
                place=place,
                hint="record from staging, or change [tool.integtest.record] production",
            )
        if not upstream.is_local and not _matching(upstream, plan.hosts):
            raise UsageError(
                f"{upstream.host} may not be recorded: nothing says that it is no production system",
                place=place,
                hint=f'add it to [tool.integtest.record] hosts = ["{upstream.host}"], '
                f"or allow it this once: --allow-host {upstream.host}",
            )


def _matching(upstream: UpstreamPlan, patterns: Collection[str]) -> str | None:
    """The pattern, of a host or of host:port, that fits."""
    port = urlsplit(upstream.origin).port or (443 if upstream.origin.startswith("https:") else 80)
    host = upstream.host.rstrip(".")
    names = (host, f"{host}:{port}")
    return next((p for p in patterns if any(fnmatchcase(name, p.lower().rstrip(".")) for name in names)), None)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
