"""Holds the promises against services that run now, with the tool's own command."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROMISES = Path(__file__).with_name("promises.py")
_STATES = {"label-studio": "examples.states.label_studio:states"}


def environment() -> dict[str, str]:
    """The environment with the addresses and demo credentials of the services that run."""
    told = subprocess.run(
        [sys.executable, "-m", "examples.services", "env"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = (shlex.split(line.removeprefix("export "))[0] for line in told.stdout.splitlines() if line)
    return {**os.environ, **{name: value for name, _, value in (line.partition("=") for line in lines)}}


def url_of(service: str, environ: Mapping[str, str]) -> str | None:
    """Where a service listens; None where it does not run."""
    return environ.get(f"{service.upper().replace('-', '_')}_URL")


def command(service: str) -> list[str]:
    """The arguments of `integtest` that hold one service's promises against it."""
    variable = f"{service.upper().replace('-', '_')}_URL"
    states = ["--states", _STATES[service]] if service in _STATES else []
    place = str(PROMISES.relative_to(ROOT))
    return ["verify", "--contract", place, "--provider", f"{service}=env:{variable}", *states]


def verified(service: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """The JSON report on one service."""
    done = subprocess.run(
        [sys.executable, "-m", "integtest", *command(service), "--format", "json", "--timeout", "60s"],
        cwd=ROOT,
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit(f"{service}: {done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def broken(report: Mapping[str, Any], service: str, description: str) -> Mapping[str, Any] | None:
    """The first difference between a promise and the service's reply. None when it is kept, and when there was no
    reply to judge: a service that is down, or a state that could not be made, breaks no standard."""
    found = (
        one
        for one in report["findings"]
        if (one["rule"], one["provider"], one["interaction"]) == ("reply-mismatch", service, description)
    )
    return next(found, None)


def status(report: Mapping[str, Any], service: str, description: str) -> str:
    """What became of one promise."""
    found = (
        one["status"]
        for one in report["interactions"]
        if (one["provider"], one["description"]) == (service, description)
    )
    return str(next(found, "missing"))
