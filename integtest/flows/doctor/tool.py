"""Whether the tool itself works: interpreter, engine, telemetry, pytest, clients."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.flows.doctor.environment import Environment, check
from integtest.model.check import Check

_SAID = {
    "seam": "recorded and replayed in process: {}",
    "proxy": "only through the proxy, integtest record: {}",
    "not recorded": "not recorded (gRPC, WebSocket): {}",
}
"""What is said of the clients that something sees in one way, in this order."""
_SDKS = ("openai", "anthropic", "google-genai", "opentelemetry-exporter-otlp-proto-http", "boto3", "litellm")
"""Packages that send through a client which is met at a seam."""


def tool(here: Environment) -> Iterator[Check]:
    """A check for each part of the tool."""
    yield check("python", here.python)
    yield Check(name="integtest", status="ok", detail=here.installed("integtest") or "runs from its source")
    yield check("engine", lambda: _engine(here))
    yield _telemetry(here)
    yield check("pytest", lambda: _pytest(here))
    yield _clients(here)


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
    """A client that nothing sees in process is worth knowing of, but wrong with nobody: it may never be used."""
    groups: dict[str, list[str]] = {}
    unstopped: list[str] = []
    for client in here.clients():
        groups.setdefault(client.seen_by, []).append(f"{client.name} {client.version}")
        unstopped += [] if client.stopped else [client.name]
    parts = [text.format(", ".join(groups[how])) for how, text in _SAID.items() if how in groups]
    if sdks := [f"{name} {version}" for name in _SDKS if (version := here.installed(name))]:
        parts.insert(1, f"and what is built on them: {', '.join(sdks)}")
    if unstopped:
        parts.append(f"reach the network even while a cassette plays: {', '.join(unstopped)}")
    return Check(name="clients", status="ok", detail="; ".join(parts))
